/**
 * The second factor: enrolled by its owner, asked for at each sign-in, good once per time step. The secret is encrypted
 * with a key of the installation and bound to its owner; recovery codes are kept as keyed hashes.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problems.ts';
import type { Database, Tx } from '../storage/database.ts';
import type { Asker } from './identity.ts';
import { hashToken } from './sessions.ts';
import { base32, matchingStep, otpauthUri } from './totp.ts';

const ISSUER = 'Картотека';
const RECOVERY_CODES = 10;
const NONCE = 12;
const TAG = 16;

export interface FactorState {
  enrolled: boolean;
  /** The role one acts in cannot be worked in without it. */
  required: boolean;
  /** Recovery codes that are left. */
  recovery: number;
}

const wrongCode = (status: 401 | 422) => {
  const message = 'Код не подошёл: возьмите новый в приложении';
  return new Problem('OTP_WRONG', status, 'Код не подошёл', message, {
    errors: [{ path: '/otp', code: 'OTP_WRONG', message }],
  });
};

export class SecondFactor {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #roles: ReadonlySet<string>;
  readonly #cipherKey: Buffer;
  readonly #codeKey: Buffer;

  /** @param deps.roles roles in which nobody works without it */
  constructor(deps: { database: Database; clock: Clock; secret: string; roles: readonly string[] }) {
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#roles = new Set(deps.roles);
    const key = (use: string) => Buffer.from(hkdfSync('sha256', deps.secret, 'kartoteka', use, 32));
    this.#cipherKey = key('second-factor');
    this.#codeKey = key('recovery-codes');
  }

  isRequired = (role: string | undefined): boolean => role !== undefined && this.#roles.has(role);

  async state(asker: Asker): Promise<FactorState> {
    const [row] = await this.#database.ask<{ enrolled: boolean; recovery: number }>({
      text: `select u.second_factor as enrolled, (select count(*)::int from recovery_code c
          where c.user_id = u.id and c.used_at is null) as recovery from app_user u where u.id = $1`,
      values: [asker.userId],
    });
    return {
      enrolled: row?.enrolled === true,
      required: this.isRequired(asker.actor?.role),
      recovery: row?.recovery ?? 0,
    };
  }

  /** A new secret, which counts once a code of it has been typed. @throws SECOND_FACTOR_THERE (409) */
  async begin(asker: Asker): Promise<{ secret: string; uri: string }> {
    const secret = randomBytes(20);
    await this.#database.system(async tx => {
      const kept = await tx.query({
        text: `insert into second_factor (user_id, secret) values ($1, $2)
          on conflict (user_id) do update set secret = excluded.secret, last_step = 0
            where second_factor.confirmed_at is null returning user_id`,
        values: [asker.userId, this.#seal(secret, asker.userId)],
      });
      if (kept.length === 0)
        throw new Problem(
          'SECOND_FACTOR_THERE',
          409,
          'Уже включён',
          'Сначала отключите прежний второй фактор',
        );
    });
    return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, asker.login) };
  }

  /**
   * Switches it on by its first code. Other sessions of the user end: they were begun without it.
   *
   * @returns recovery codes, told this once
   * @throws OTP_WRONG (422)
   */
  async confirm(asker: Asker, token: string | undefined, otp: string, address: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, () => base32(randomBytes(10)).toLowerCase());
    await this.#database.system(async tx => {
      if (!(await this.#use(tx, asker.userId, otp))) throw wrongCode(422);
      await tx.query({
        text: 'update second_factor set confirmed_at = $2 where user_id = $1',
        values: [asker.userId, this.#clock.now()],
      });
      await tx.query({ text: 'delete from recovery_code where user_id = $1', values: [asker.userId] });
      await tx.query({
        text: 'insert into recovery_code (user_id, code_hash) select $1, unnest($2::bytea[])',
        values: [asker.userId, codes.map(code => this.#hash(code, asker.userId))],
      });
      await this.#switch(tx, asker.userId, true);
      await tx.query({
        text: 'delete from user_session where user_id = $1 and token_hash <> $2',
        values: [asker.userId, hashToken(token ?? '')],
      });
      await tx.query(changed(asker.userId, address, 'on'));
    });
    return codes.map(code => code.match(/.{1,4}/g)?.join('-') ?? code);
  }

  /** @throws OTP_WRONG (422), SECOND_FACTOR_REQUIRED (403) for roles that need it */
  async remove(asker: Asker, otp: string, address: string): Promise<void> {
    if (this.isRequired(asker.actor?.role)) throw factorRequired();
    await this.#database.system(async tx => {
      if (!(await this.#accept(tx, asker.userId, otp))) throw wrongCode(422);
      await this.#drop(tx, asker.userId);
      await tx.query(changed(asker.userId, address, 'off'));
    });
  }

  /** @throws OTP_REQUIRED (401) without a code, OTP_WRONG (401) */
  async atSignIn(userId: string, otp: string | undefined): Promise<void> {
    if (!otp)
      throw new Problem('OTP_REQUIRED', 401, 'Нужен код', 'Введите код из приложения или запасной код');
    if (!(await this.#database.system(tx => this.#accept(tx, userId, otp)))) throw wrongCode(401);
  }

  /** A code of the device, or a recovery code; each once. */
  async #accept(tx: Tx, userId: string, otp: string): Promise<boolean> {
    if (/^\d{6}$/.test(otp.replace(/\s/g, ''))) return await this.#use(tx, userId, otp);
    const used = await tx.query({
      text: `update recovery_code set used_at = $3
        where user_id = $1 and code_hash = $2 and used_at is null returning user_id`,
      values: [userId, this.#hash(otp.toLowerCase().replace(/[^a-z2-7]/g, ''), userId), this.#clock.now()],
    });
    return used.length > 0;
  }

  /** A code is good for its step, and no step twice or before one that was used. */
  async #use(tx: Tx, userId: string, otp: string): Promise<boolean> {
    const [row] = await tx.query<{ secret: Buffer; last_step: string }>({
      text: 'select secret, last_step::text from second_factor where user_id = $1 for update',
      values: [userId],
    });
    if (!row) return false;
    const secret = this.#open(row.secret, userId);
    const step = secret && matchingStep(secret, otp.replace(/\s/g, ''), this.#clock.now());
    if (step === undefined || step <= Number(row.last_step)) return false;
    await tx.query({
      text: 'update second_factor set last_step = $2 where user_id = $1',
      values: [userId, step],
    });
    return true;
  }

  async #drop(tx: Tx, userId: string): Promise<void> {
    await tx.query({ text: 'delete from second_factor where user_id = $1', values: [userId] });
    await tx.query({ text: 'delete from recovery_code where user_id = $1', values: [userId] });
    await this.#switch(tx, userId, false);
  }

  async #switch(tx: Tx, userId: string, on: boolean): Promise<void> {
    await tx.query({
      text: 'update app_user set second_factor = $2, version = version + 1 where id = $1',
      values: [userId, on],
    });
  }

  #hash = (code: string, userId: string): Buffer =>
    createHmac('sha256', this.#codeKey).update(`${userId} ${code}`).digest();

  #seal(secret: Buffer, userId: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#cipherKey, nonce).setAAD(Buffer.from(userId));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** Undefined for a secret of another installation or of another user: no code of it is right. */
  #open(sealed: Buffer, userId: string): Buffer | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.#cipherKey, sealed.subarray(0, NONCE))
      .setAAD(Buffer.from(userId))
      .setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

export const factorRequired = () =>
  new Problem(
    'SECOND_FACTOR_REQUIRED',
    403,
    'Включите второй фактор',
    'Администраторы работают только с подтверждением входа кодом: включите его, и работа откроется',
  );

const changed = (userId: string, address: string, secondFactor: 'on' | 'off') =>
  auditStatement({
    action: 'user-change',
    userId,
    address,
    details: { changed: ['second-factor'], secondFactor },
  });
