/**
 * Who asked lately, so that a request need not wait for the database to say who asks before it says what. Nothing is
 * trusted because it is remembered: the actor carries a proof that the database checks before anything else of the
 * request (`admit` in core/storage/sql), so block, loss of a role and signing out count at the very next one (ID5).
 */
import type { ActorRow } from './actor-resolution.ts';
import type { Asker } from './identity.ts';
import { hashToken } from './sessions.ts';

interface Remembered {
  asker: Asker;
  row: Pick<ActorRow, 'rights' | 'directory'>;
  /** Found out anew after this moment, which also notes that the session is in use. */
  until: number;
  today: string;
}

interface Moment {
  now: Date;
  today: string;
  address: string;
  idleMinutes: number;
  absoluteHours: number;
}

/** Sessions in use within one minute. */
const MAX_REMEMBERED = 5_000;

export class RememberedAskers {
  readonly #known = new Map<string, Remembered & { token: Buffer }>();

  keep(token: string, named: string, found: Remembered): void {
    if (!found.asker.actor || found.asker.mustChangePassword || found.asker.mustEnrol) return;
    const hash = hashToken(token);
    const key = keyOf(hash, named);
    this.#known.delete(key);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(key, { ...found, token: hash });
  }

  recall(token: string, named: string, moment: Moment): Asker | undefined {
    const key = keyOf(hashToken(token), named);
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    const { asker, row, until, today } = known;
    if (moment.now.getTime() >= until || moment.today !== today || !asker.actor) {
      this.#known.delete(key);
      return undefined;
    }
    const before = (ms: number) => new Date(moment.now.getTime() - ms);
    const proof = {
      token: known.token,
      rights: row.rights,
      directory: row.directory,
      seenSince: before(moment.idleMinutes * 60_000),
      begunSince: before(moment.absoluteHours * 3_600_000),
      confirmed: false,
    };
    return { ...asker, actor: { ...asker.actor, address: moment.address, proof } };
  }
}

const keyOf = (hash: Buffer, named: string) => `${hash.toString('base64url')} ${named}`;
