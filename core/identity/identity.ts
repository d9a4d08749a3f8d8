/**
 * Sign-in, sessions and who asks: what HTTP needs of identity, in one object wired by `core/main.ts`.
 *
 * Order of a sign-in: delay of account and address -> the try is recorded -> password (or a dummy) compared ->
 * session with a new id, old session of the same browser ended, try forgotten, audit, in one transaction.
 */
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { SharedLayers } from '../forms/shared-layers.ts';
import { Problem } from '../problems.ts';
import type { Database, Tx } from '../storage/database.ts';
import {
  type ActorRow,
  actorOf,
  actorStatement,
  factsStatement,
  type OrganisationFacts,
} from './actor-resolution.ts';
import { type HeldAppointment, listAppointments } from './appointments.ts';
import { normaliseLogin } from './logins.ts';
import { PasswordCheck, type UserRow } from './password-check.ts';
import { checkNewPassword, PasswordVault } from './passwords.ts';
import { RememberedAskers } from './remembered-askers.ts';
import type { SecondFactor } from './second-factor.ts';
import { endSession, endSessionsOf, hashToken, openSession, touchSession } from './sessions.ts';
import { failTry, forgetTry, type Try, takeBackTry } from './sign-in-delay.ts';

export interface SignIn {
  login: string;
  password: string;
  /** Code of the second factor, or a recovery code. */
  otp?: string | undefined;
  address: string;
  agent: string;
  /** Token of the session this browser still has; ended by a successful sign-in. */
  replaces?: string | undefined;
}

/** A signed-in request: the session always, the actor only with a valid appointment. */
export interface Asker {
  userId: string;
  login: string;
  name: string;
  csrf: string;
  mustChangePassword: boolean;
  /** The role is worked in with a second factor only, and there is none yet. */
  mustEnrol: boolean;
  actor: Actor | undefined;
}

const TOUCH_AFTER_MS = 60_000;
/** Organisations remembered. */
const MAX_FACTS = 3_000;

const signInRefused = () =>
  new Problem('SIGN_IN_REFUSED', 401, 'Вход не выполнен', 'Неверное имя для входа или пароль');

export class Identity {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #facts = new Map<string, OrganisationFacts>();
  readonly #remembered = new RememberedAskers();
  readonly #layers = new SharedLayers();
  readonly #vault: PasswordVault;
  readonly passwords: PasswordCheck;
  readonly #secondFactor: SecondFactor;
  readonly #limits: { idleMinutes: number; absoluteHours: number };

  constructor(deps: {
    database: Database;
    clock: Clock;
    session: { idleMinutes: number; absoluteHours: number };
    vault?: PasswordVault;
    secondFactor: SecondFactor;
  }) {
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#limits = deps.session;
    this.#vault = deps.vault ?? new PasswordVault();
    this.#secondFactor = deps.secondFactor;
    this.passwords = new PasswordCheck(deps.database, this.#vault);
  }

  /** Done once at start, so that the first sign-in takes the time of any other (ID2). */
  async warmUp(): Promise<void> {
    await this.#vault.warmUp();
  }

  /**
   * Opens a session. Unknown name, wrong password and blocked account are answered alike and in the same time.
   *
   * @throws Problem SIGN_IN_DELAYED (429 with retryAfter), SIGN_IN_REFUSED (401), NO_APPOINTMENT (403)
   */
  async signIn(attempt: SignIn): Promise<{ token: string; csrf: string }> {
    const login = normaliseLogin(attempt.login);
    const now = this.#clock.now();
    const { user, matches, tried } = await this.passwords.try(login, attempt.password, attempt.address, now);
    if (!user || !matches || user.blocked_at) {
      await this.#recordRefusal(tried, attempt.address, user);
      throw signInRefused();
    }
    if (user.second_factor) await this.#askSecondFactor(user, attempt, tried);
    const rehashed = this.#vault.needsRehash(user.password_hash)
      ? await this.#vault.hash(attempt.password)
      : undefined;
    return this.#database.system(async tx => {
      const [first] = await listAppointments(tx, user.id, this.#clock.today());
      if (!first)
        throw new Problem(
          'NO_APPOINTMENT',
          403,
          'Нет назначения',
          'На сегодня у вас нет действующего назначения',
        );
      if (rehashed) await this.#storeHash(tx, user.id, rehashed);
      const lastUsed = await this.#lastAppointment(tx, user.id);
      if (attempt.replaces) await endSession(tx, attempt.replaces);
      await forgetTry(tx, tried, login, now);
      await this.#dropEndedSessions(tx, now);
      const news = await this.#signInNews(tx, user.id);
      await tx.query({
        text: 'update app_user set last_sign_in_at = $2 where id = $1',
        values: [user.id, now],
      });
      await tx.query(auditStatement({ action: 'sign-in', userId: user.id, address: attempt.address }));
      return openSession(tx, {
        userId: user.id,
        appointmentId: lastUsed ?? first.id,
        address: attempt.address,
        agent: attempt.agent,
        now,
        ...news,
      });
    });
  }

  /**
   * Who asks, in one statement.
   *
   * @param named appointment of the request's header; one of somebody else or of another day is refused
   * @throws Problem SIGNED_OUT (401), APPOINTMENT_REFUSED (403)
   */
  async whoAsks(token: string | undefined, named: string | undefined, address: string): Promise<Asker> {
    if (!token) throw signedOut();
    const now = this.#clock.now();
    const today = this.#clock.today();
    const statement = actorStatement({ token, appointmentId: named, now, today, ...this.#limits });
    const [row] = await this.#database.ask<ActorRow>(statement);
    if (!row) throw signedOut();
    let seenAt = Date.parse(row.last_seen_at);
    if (now.getTime() - seenAt > TOUCH_AFTER_MS) {
      await this.#database.system(tx => touchSession(tx, token, now));
      seenAt = now.getTime();
    }
    const actor = actorOf(row, await this.#factsOf(row, today), today, address);
    if (!actor && named) {
      await this.#database.system(tx =>
        tx.query(
          auditStatement({
            action: 'access-refused',
            userId: row.user_id,
            address,
            result: 'refused',
            details: { appointment: named },
          }),
        ),
      );
      throw new Problem(
        'APPOINTMENT_REFUSED',
        403,
        'Нет права',
        'Это назначение не ваше или сегодня не действует',
      );
    }
    const asker = {
      userId: row.user_id,
      login: row.login,
      name: row.name ?? row.login,
      csrf: row.csrf,
      mustChangePassword: row.must_change_password,
      mustEnrol: !row.second_factor && this.#secondFactor.isRequired(actor?.role),
      actor,
    };
    if (named) this.#remembered.keep(token, named, { asker, row, until: seenAt + TOUCH_AFTER_MS, today });
    return asker;
  }

  /**
   * Who asked a moment ago with the same session and appointment. The actor carries a proof, by which the database
   * refuses the first statement of the request when anything of it has changed; then ask `whoAsks`.
   */
  recall(token: string | undefined, named: string | undefined, address: string): Asker | undefined {
    if (!token || !named) return undefined;
    const now = this.#clock.now();
    return this.#remembered.recall(token, named, {
      now,
      today: this.#clock.today(),
      address,
      ...this.#limits,
    });
  }

  /** Remembered as long as the version that this very request has read is the one they were found with. */
  async #factsOf(row: ActorRow, today: string): Promise<OrganisationFacts | undefined> {
    if (row.organisation_id === null) return undefined;
    const key = `${row.organisation_id} ${today}`;
    const known = this.#facts.get(key);
    if (known?.version === row.directory) return known;
    const [facts] = await this.#database.ask<OrganisationFacts & Record<string, unknown>>(
      factsStatement(row.organisation_id, today),
    );
    this.#facts.delete(key);
    if (this.#facts.size >= MAX_FACTS) this.#facts.delete(this.#facts.keys().next().value as string);
    if (!facts) return undefined;
    const kept = { ...facts, forms: this.#layers.shared(facts.forms) };
    this.#facts.set(key, kept);
    return kept;
  }

  appointments(userId: string): Promise<HeldAppointment[]> {
    return this.#database.system(tx => listAppointments(tx, userId, this.#clock.today()));
  }

  /**
   * Makes an appointment the default of this session.
   *
   * @throws Problem APPOINTMENT_REFUSED (403)
   */
  async switchAppointment(token: string, appointmentId: string, address: string): Promise<void> {
    const target = await this.whoAsks(token, appointmentId, address);
    await this.#database.system(async tx => {
      await tx.query({
        text: 'update user_session set appointment_id = $2 where token_hash = $1',
        values: [hashToken(token), appointmentId],
      });
      await tx.query(
        auditStatement({
          action: 'appointment-switch',
          ...(target.actor ? { actor: target.actor } : {}),
          address,
        }),
      );
    });
  }

  async signOut(token: string, userId: string, address: string): Promise<void> {
    await this.#database.system(async tx => {
      await endSession(tx, token);
      await tx.query(auditStatement({ action: 'sign-out', userId, address }));
    });
  }

  /**
   * Changes the own password: every session of the user ends, this one too (ID5).
   *
   * @throws Problem PASSWORD_WRONG (422), PASSWORD_WEAK (422), SIGN_IN_DELAYED (429)
   */
  async changePassword(asker: Asker, present: string, wanted: string, address: string): Promise<void> {
    const now = this.#clock.now();
    const { matches, tried } = await this.passwords.try(asker.login, present, address, now);
    if (!matches) {
      await this.#database.system(tx => failTry(tx, tried));
      throw new Problem('PASSWORD_WRONG', 422, 'Пароль не изменён', 'Нынешний пароль указан неверно', {
        errors: [{ path: '/present', code: 'PASSWORD_WRONG', message: 'Нынешний пароль указан неверно' }],
      });
    }
    checkNewPassword(wanted, asker.login);
    const hash = await this.#vault.hash(wanted);
    await this.#database.system(async tx => {
      await this.#storeHash(tx, asker.userId, hash);
      await forgetTry(tx, tried, asker.login, now);
      await endSessionsOf(tx, asker.userId);
      await tx.query(
        auditStatement({
          action: 'user-change',
          userId: asker.userId,
          address,
          details: { changed: ['password'] },
        }),
      );
    });
  }

  /** The password was right: to be asked for the code is no failure, a wrong code is one. */
  async #askSecondFactor(user: UserRow, { otp, address }: SignIn, tried: Try): Promise<void> {
    try {
      await this.#secondFactor.atSignIn(user.id, otp);
    } catch (error) {
      if (otp) await this.#recordRefusal(tried, address, user);
      else await this.#database.system(tx => takeBackTry(tx, tried));
      throw error;
    }
  }

  /** When the sign-in before was, and how often one has failed since (ID13). */
  async #signInNews(tx: Tx, userId: string): Promise<{ previous: string | null; failedTries: number }> {
    const [row] = await tx.query<{ previous: string | null; failed: number }>({
      text: `select last_sign_in_at as previous, (select count(*)::int from audit a where a.action = 'sign-in-failed'
          and a.user_id = u.id and a.id > coalesce((select max(b.id) from audit b
            where b.action = 'sign-in' and b.user_id = u.id), 0)) as failed
        from app_user u where u.id = $1`,
      values: [userId],
    });
    return { previous: row?.previous ?? null, failedTries: row?.failed ?? 0 };
  }

  async #recordRefusal(tried: Try, address: string, user: UserRow | undefined): Promise<void> {
    await this.#database.system(async tx => {
      await failTry(tx, tried);
      await tx.query(
        auditStatement({
          action: 'sign-in-failed',
          ...(user ? { userId: user.id } : {}),
          address,
          result: 'failed',
        }),
      );
    });
  }

  async #storeHash(tx: Tx, userId: string, hash: string): Promise<void> {
    await tx.query({
      text: `update app_user set password_hash = $2, must_change_password = false, version = version + 1
        where id = $1`,
      values: [userId, hash],
    });
  }

  async #lastAppointment(tx: Tx, userId: string): Promise<string | undefined> {
    const [last] = await tx.query<{ id: string }>({
      text: `select a.id from user_session s join appointment a on a.id = s.appointment_id
        where s.user_id = $1 and a.valid_from <= $2::date and (a.valid_to is null or a.valid_to >= $2::date)
        order by s.last_seen_at desc limit 1`,
      values: [userId, this.#clock.today()],
    });
    return last?.id;
  }

  async #dropEndedSessions(tx: Tx, now: Date): Promise<void> {
    await tx.query({
      text: 'delete from user_session where created_at < $1::timestamptz - make_interval(hours => $2)',
      values: [now, this.#limits.absoluteHours],
    });
  }
}

const signedOut = () =>
  new Problem('SIGNED_OUT', 401, 'Войдите', 'Вы не вошли, или время сеанса закончилось');
