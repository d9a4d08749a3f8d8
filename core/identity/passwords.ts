/**
 * Passwords: argon2id by the platform's own crypto, stored as PHC text so that parameters can grow (ID1).
 */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problems.ts';

/** Memory in KiB, passes over it, lanes. */
export interface HashCost {
  memory: number;
  passes: number;
  parallelism: number;
}

export const MINIMUM_COST: HashCost = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/** Shortest and longest password accepted, in characters (ID1). */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

interface Parsed extends HashCost {
  salt: Buffer;
  tag: Buffer;
}

function derive(password: string, salt: Buffer, cost: HashCost, tagLength: number): Promise<Buffer> {
  const parameters: Argon2Parameters = {
    // One spelling of one password, whatever keyboard composed its letters.
    message: Buffer.from(password.normalize('NFKC'), 'utf8'),
    nonce: salt,
    tagLength,
    memory: cost.memory,
    passes: cost.passes,
    parallelism: cost.parallelism,
  };
  return new Promise((resolve, reject) =>
    argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** PHC text of a new hash: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. */
export async function hashPassword(password: string, cost: HashCost = MINIMUM_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, cost, TAG_BYTES);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

function parse(phc: string): Parsed | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (!match) return undefined;
  const [, memory, passes, parallelism, salt, tag] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt ?? '', 'base64'),
    tag: Buffer.from(tag ?? '', 'base64'),
  };
}

/** Whether the password belongs to the stored PHC text. A text that is no hash of ours matches nothing. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const stored = parse(phc);
  if (!stored) return false;
  const tag = await derive(password, stored.salt, stored, stored.tag.length);
  return timingSafeEqual(tag, stored.tag);
}

/** True when the stored parameters are below today's: the password is hashed anew at the next sign-in. */
export function needsRehash(phc: string, cost: HashCost = MINIMUM_COST): boolean {
  const stored = parse(phc);
  return (
    !stored ||
    stored.memory < cost.memory ||
    stored.passes < cost.passes ||
    stored.parallelism < cost.parallelism
  );
}

// A few words that people of this trade choose first; the long list is data of the operator.
const COMMON = [
  'password',
  'qwertyuiop',
  'qwerty123',
  'йцукенгш',
  'kartoteka',
  'картотека',
  'школа',
  'журнал',
  '12345678',
];

/**
 * Refuses a new password that is too short, too long, common, or made of the login.
 *
 * @throws Problem PASSWORD_WEAK (422) with the place `/password`
 */
export function checkNewPassword(password: string, login: string): void {
  const length = [...password].length;
  const folded = password.normalize('NFKC').toLowerCase();
  const bare = folded.replace(/[\d\W_]+$/u, '');
  let message: string | undefined;
  if (length < PASSWORD_LENGTH.min)
    message = `Не короче ${PASSWORD_LENGTH.min} символов, лучше 12 и больше; сейчас ${length}`;
  else if (length > PASSWORD_LENGTH.max) message = `Не длиннее ${PASSWORD_LENGTH.max} символов`;
  else if (COMMON.includes(folded) || COMMON.includes(bare) || folded.includes(login.toLowerCase()))
    message = 'Этот пароль легко угадать: выберите другой';
  if (message)
    throw new Problem('PASSWORD_WEAK', 422, 'Пароль не подходит', message, {
      errors: [{ path: '/password', code: 'PASSWORD_WEAK', message }],
    });
}

/**
 * Hashing under load: at most `running` hashes at once (each takes 19 MiB and a core), the rest wait in a queue
 * of `waiting`; beyond that sign-in answers 503 instead of starving the cards.
 */
export class PasswordVault {
  readonly #cost: HashCost;
  readonly #running: number;
  readonly #waiting: number;
  readonly #queue: (() => void)[] = [];
  #active = 0;
  #dummy: Promise<string> | undefined;

  constructor(options: { cost?: HashCost; running?: number; waiting?: number } = {}) {
    this.#cost = options.cost ?? MINIMUM_COST;
    this.#running = options.running ?? 4;
    this.#waiting = options.waiting ?? 64;
  }

  hash(password: string): Promise<string> {
    return this.#turn(() => hashPassword(password, this.#cost));
  }

  /**
   * Compares in the same time whether there is such a user or not (ID2): without a stored hash the work is done
   * against one of a password nobody has.
   */
  async verify(password: string, phc: string | undefined): Promise<boolean> {
    if (phc !== undefined) return this.#turn(() => verifyPassword(password, phc));
    this.#dummy ??= hashPassword(randomBytes(32).toString('hex'), this.#cost);
    const dummy = await this.#dummy;
    await this.#turn(() => verifyPassword(password, dummy));
    return false;
  }

  /** Makes the dummy hash before the first sign-in, so that its making is not to be seen in the time of one. */
  async warmUp(): Promise<void> {
    this.#dummy ??= hashPassword(randomBytes(32).toString('hex'), this.#cost);
    await this.#dummy;
  }

  needsRehash(phc: string): boolean {
    return needsRehash(phc, this.#cost);
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.#running) {
      if (this.#queue.length >= this.#waiting)
        throw new Problem(
          'OVERLOADED',
          503,
          'Сервер занят',
          'Слишком много входов сразу. Повторите через несколько секунд',
          {
            members: { retryAfter: 5 },
          },
        );
      // The slot is handed over by the one who leaves, so #active stays as it is.
      await new Promise<void>(resolve => this.#queue.push(resolve));
    } else {
      this.#active += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#active -= 1;
    }
  }
}
