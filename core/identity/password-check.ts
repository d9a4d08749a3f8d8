/**
 * A password that somebody types: at the sign-in, to change it, to confirm an act. Each try is delayed by the failures
 * before it (ID3), recorded before the password is compared, and taken back by success.
 */
import { Problem } from '../problems.ts';
import type { Database } from '../storage/database.ts';
import type { PasswordVault } from './passwords.ts';
import { recordTry, secondsToWait } from './sign-in-delay.ts';

export interface UserRow {
  id: string;
  login: string;
  password_hash: string;
  blocked_at: string | null;
  second_factor: boolean;
}

export class PasswordCheck {
  readonly vault: PasswordVault;
  readonly #database: Database;

  constructor(database: Database, vault: PasswordVault) {
    this.#database = database;
    this.vault = vault;
  }

  /**
   * The account of the name, if the password is its own. Unknown names take the time of known ones (ID2).
   *
   * @throws Problem SIGN_IN_DELAYED (429 with retryAfter)
   */
  async try(
    login: string,
    password: string,
    address: string,
    now: Date,
  ): Promise<{ user: UserRow | undefined; matches: boolean }> {
    const user = await this.#admit(login, address, now);
    return { user, matches: await this.vault.verify(password, user?.password_hash) };
  }

  /** Refuses a try that comes too early, else records it and reads the account. */
  async #admit(login: string, address: string, now: Date): Promise<UserRow | undefined> {
    return this.#database.system(async tx => {
      const wait = await secondsToWait(tx, login, address, now);
      if (wait > 0)
        throw new Problem(
          'SIGN_IN_DELAYED',
          429,
          'Подождите',
          `Слишком много неудачных попыток. Повторите через ${wait} с`,
          { members: { retryAfter: wait } },
        );
      await recordTry(tx, login, address, now);
      const [user] = await tx.query<UserRow>({
        text: 'select id, login, password_hash, blocked_at, second_factor from app_user where login = $1',
        values: [login],
      });
      return user;
    });
  }
}
