/**
 * Acts that an unlocked screen must not be enough for ask for the password again (ID12): rights, other people's
 * passwords, modules, bulk export. A password counts as fresh for some minutes, the one of the sign-in too.
 */
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problems.ts';
import type { Database } from '../storage/database.ts';
import type { Asker } from './identity.ts';
import type { PasswordCheck } from './password-check.ts';
import { hashToken } from './sessions.ts';
import { failTry, forgetTry } from './sign-in-delay.ts';

export class Confirmation {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #passwords: PasswordCheck;
  readonly #minutes: number;

  constructor(deps: { database: Database; clock: Clock; passwords: PasswordCheck; minutes: number }) {
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#passwords = deps.passwords;
    this.#minutes = deps.minutes;
  }

  /** @throws Problem CONFIRM_REQUIRED (403) unless the password was typed in this session a short while ago */
  async require(token: string | undefined): Promise<void> {
    const [fresh] = await this.#database.ask<{ fresh: boolean }>({
      text: `select confirmed_at > $2::timestamptz - make_interval(mins => $3) as fresh
        from user_session where token_hash = $1`,
      values: [hashToken(token ?? ''), this.#clock.now(), this.#minutes],
    });
    if (!fresh?.fresh)
      throw new Problem(
        'CONFIRM_REQUIRED',
        403,
        'Подтвердите пароль',
        'Для этого действия введите свой пароль ещё раз',
      );
  }

  /** @throws Problem PASSWORD_WRONG (422), SIGN_IN_DELAYED (429) */
  async confirm(asker: Asker, token: string | undefined, password: string, address: string): Promise<void> {
    const now = this.#clock.now();
    const { matches, tried } = await this.#passwords.try(asker.login, password, address, now);
    const about = { userId: asker.userId, address };
    if (!matches) {
      await this.#database.system(async tx => {
        await failTry(tx, tried);
        await tx.query(auditStatement({ action: 'confirm', ...about, result: 'failed' }));
      });
      const message = 'Пароль указан неверно';
      throw new Problem('PASSWORD_WRONG', 422, 'Пароль не подошёл', message, {
        errors: [{ path: '/password', code: 'PASSWORD_WRONG', message }],
      });
    }
    await this.#database.system(async tx => {
      await forgetTry(tx, tried, asker.login, now);
      await tx.query({
        text: 'update user_session set confirmed_at = $2 where token_hash = $1',
        values: [hashToken(token ?? ''), now],
      });
      await tx.query(auditStatement({ action: 'confirm', ...about }));
    });
  }
}
