/**
 * A password that somebody types: at the sign-in, to change it, to confirm an act. Each try is delayed by the failures
 * before it (ID3) and recorded before the password is compared; the caller settles it (sign-in-delay.ts).
 */
import { Problem } from '../problems.ts';
import type { Database } from '../storage/database.ts';
import type { PasswordVault } from './passwords.ts';
import { recordTry, secondsToWait, type Try, takeBackTry } from './sign-in-delay.ts';

export interface UserRow {
  id: string;
  login: string;
  password_hash: string;
  blocked_at: string | null;
  second_factor: boolean;
}

export interface Tried {
  user: UserRow | undefined;
  matches: boolean;
  tried: Try;
}

export class PasswordCheck {
  readonly vault: PasswordVault;
  readonly #database: Database;

  constructor(database: Database, vault: PasswordVault) {
    this.#database = database;
    this.vault = vault;
  }

  /**
   * The account of the name, and whether the password is its own. Unknown names take the time of known ones (ID2).
   *
   * @throws Problem SIGN_IN_DELAYED (429 with retryAfter), OVERLOADED (503), which is no try
   */
  async try(login: string, password: string, address: string, now: Date): Promise<Tried> {
    const { user, tried } = await this.#admit(login, address, now);
    try {
      return { user, tried, matches: await this.vault.verify(password, user?.password_hash) };
    } catch (error) {
      await this.#database.system(tx => takeBackTry(tx, tried));
      throw error;
    }
  }

  /** Refuses a try that comes too early, else records it and reads the account. */
  async #admit(login: string, address: string, now: Date): Promise<Omit<Tried, 'matches'>> {
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
      const tried = await recordTry(tx, login, address, now);
      const [user] = await tx.query<UserRow>({
        text: 'select id, login, password_hash, blocked_at, second_factor from app_user where login = $1',
        values: [login],
      });
      return { user, tried };
    });
  }
}
