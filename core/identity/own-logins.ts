/** The user's own live logins (ID13): where from, since when, and ending them. The token itself is told to nobody. */
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { notFound } from '../problems.ts';
import type { Database } from '../storage/database.ts';
import type { Asker } from './identity.ts';
import { hashToken } from './sessions.ts';

export interface OwnLogin {
  id: string;
  current: boolean;
  address: string;
  agent: string;
  since: string;
  seen: string;
}

/** What is told after a sign-in. */
export interface SignInNews {
  previous?: string;
  failedTries: number;
}

export class OwnLogins {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limits: { idleMinutes: number; absoluteHours: number };

  constructor(deps: {
    database: Database;
    clock: Clock;
    limits: { idleMinutes: number; absoluteHours: number };
  }) {
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#limits = deps.limits;
  }

  async list(asker: Asker, token: string | undefined): Promise<OwnLogin[]> {
    const { idleMinutes, absoluteHours } = this.#limits;
    const rows = await this.#database.ask<OwnLogin & Record<string, unknown>>({
      text: `select encode(substring(token_hash from 1 for 12), 'hex') as id, token_hash = $2 as current, address, agent,
          to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
          to_char(last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seen
        from user_session where user_id = $1 and last_seen_at > $3::timestamptz - make_interval(mins => $4)
          and created_at > $3::timestamptz - make_interval(hours => $5)
        order by last_seen_at desc, token_hash`,
      values: [asker.userId, hashToken(token ?? ''), this.#clock.now(), idleMinutes, absoluteHours],
    });
    return rows.map(({ id, current, address, agent, since, seen }) => ({
      id,
      current,
      address,
      agent,
      since,
      seen,
    }));
  }

  /** @throws NOT_FOUND unless it is a login of the user's own */
  async end(asker: Asker, id: string, address: string): Promise<void> {
    await this.#database.system(async tx => {
      const ended = await tx.query({
        text: `delete from user_session
          where user_id = $1 and encode(substring(token_hash from 1 for 12), 'hex') = $2 returning user_id`,
        values: [asker.userId, id],
      });
      if (ended.length === 0) throw notFound('Такого входа нет: он уже закончен');
      await tx.query(
        auditStatement({ action: 'sign-out', userId: asker.userId, address, details: { other: true } }),
      );
    });
  }

  async news(token: string | undefined): Promise<SignInNews> {
    const [row] = await this.#database.ask<{ previous: string | null; failed: number }>({
      text: `select to_char(previous_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as previous,
          failed_tries as failed from user_session where token_hash = $1`,
      values: [hashToken(token ?? '')],
    });
    return { ...(row?.previous ? { previous: row.previous } : {}), failedTries: row?.failed ?? 0 };
  }
}
