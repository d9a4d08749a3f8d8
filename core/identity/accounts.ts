/**
 * Administration of accounts: users, their appointments, blocking, one-time passwords. With an actor every act is
 * held against the table of rights (account-rights.ts); the command line acts without one. The demo region inserts
 * its accounts in bulk.
 *
 * The one place that works with entities: loaded when first needed, so that the server does not pay for it at start.
 */
import { randomUUIDv7 } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  DeadlockException,
  LockMode,
  MikroORM,
  UniqueConstraintViolationException,
} from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { notFound, Problem } from '../problems.ts';
import type {
  Administrator,
  AppointmentChange,
  NewAppointment,
  NewUser,
  Opened,
  Slip,
  SlipRefusal,
  SlipWish,
} from './account.types.ts';
import {
  keepLasting,
  lastingOf,
  lockLasting,
  mayWithAll,
  refuseSelf,
  requireGivable,
  requireSeen,
  requireWhole,
  standingOf,
} from './account-guards.ts';
import { may } from './account-rights.ts';
import { addDays } from './enablement-state.ts';
import {
  type Appointment,
  AppointmentEntity,
  OrganisationEntity,
  type User,
  UserEntity,
} from './entities.ts';
import { checkNewLogin, loginSkeleton } from './logins.ts';
import { oneTimePassword } from './one-time-password.ts';
import { checkNewPassword, PasswordVault } from './passwords.ts';

export interface AccountsOptions {
  /** Connection of the login role. */
  connectionString: string;
  clock: Clock;
  /** Roles that exist; others are refused. */
  roles: ReadonlySet<string>;
  vault?: PasswordVault;
}

// Keeps a name from differing from another only by letters that look alike (ID10).
const SKELETON_SQL = `select 1 from app_user
  where translate(login, 'аеорсухкмтнвіѕј01', 'aeopcyxkmtнbisjol') = ? or login = ? limit 1`;

export class Accounts {
  readonly #orm: MikroORM;
  readonly #clock: Clock;
  readonly #roles: ReadonlySet<string>;
  readonly #vault: PasswordVault;

  private constructor(orm: MikroORM, options: AccountsOptions) {
    this.#orm = orm;
    this.#clock = options.clock;
    this.#roles = options.roles;
    this.#vault = options.vault ?? new PasswordVault();
  }

  static async open(options: AccountsOptions): Promise<Accounts> {
    const orm = await MikroORM.init({
      clientUrl: options.connectionString,
      entities: [OrganisationEntity, UserEntity, AppointmentEntity],
      pool: { min: 0, max: 2 },
      discovery: { warnWhenNoEntities: false },
    });
    return new Accounts(orm, options);
  }

  async close(): Promise<void> {
    await this.#orm.close();
  }

  /**
   * Makes an account with its appointments, all or nothing.
   *
   * @returns id of the user
   * @throws Problem LOGIN_INVALID, LOGIN_TAKEN, PASSWORD_WEAK, ROLE_UNKNOWN (422), NOT_FOUND for the organisation
   */
  async createUser(user: NewUser, by: Administrator): Promise<string> {
    const login = checkNewLogin(user.login);
    checkNewPassword(user.password, login);
    const passwordHash = await this.#vault.hash(user.password);
    return this.#transaction(async em => {
      await this.#refuseTaken(em, login);
      const entity = em.create(UserEntity, {
        id: randomUUIDv7(),
        login,
        passwordHash,
        personId: user.personId ?? null,
        mustChangePassword: user.mustChangePassword ?? true,
      });
      for (const appointment of user.appointments) await this.#appoint(em, entity.id, appointment, by, true);
      await this.#audit(em, 'user-change', by, { user: entity.id, created: true });
      return entity.id;
    });
  }

  /**
   * Makes an account for a person, with a login near the wanted one and a one-time password; a person who has an
   * account gets the appointment on it.
   *
   * @param exact  the login was typed by somebody: taken is a refusal, else a number is put behind it
   */
  async open(
    person: { id?: string; login: string; exact: boolean },
    appointment: NewAppointment,
    by: Actor,
  ): Promise<Opened> {
    const password = oneTimePassword();
    const passwordHash = await this.#vault.hash(password);
    return this.#transaction(async em => {
      const had = person.id === undefined ? undefined : await this.#accountOf(em, person.id);
      if (had) {
        refuseSelf(by, had.id);
        await this.#appointWith(em, had.id, appointment, by);
        return { id: had.id, login: had.login };
      }
      const login = await this.#freeLogin(em, person.login, person.exact);
      const id = this.#newUser(em, { login, passwordHash, personId: person.id ?? null });
      await this.#audit(em, 'user-change', by, { user: id, created: true });
      await this.#appointWith(em, id, appointment, by);
      return { id, login, password };
    });
  }

  /** @returns id of the appointment */
  async appoint(userId: string, appointment: NewAppointment, by: Administrator): Promise<string> {
    return this.#transaction(async em => {
      await this.#user(em, userId);
      if (by) {
        requireSeen(by, await standingOf(em, userId, by.today));
        refuseSelf(by, userId);
      }
      return this.#appointWith(em, userId, appointment, by);
    });
  }

  /**
   * Changes order or days of an appointment; role and organisation stay.
   *
   * @throws Problem NOT_FOUND, FORBIDDEN, OWN_ACCOUNT, INVALID, LAST_ADMINISTRATOR
   */
  async changeAppointment(id: string, change: AppointmentChange, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const appointment = await em.findOne(AppointmentEntity, { id }, { populate: ['organisation', 'user'] });
      const { organisation, role } = appointment ?? {};
      if (!appointment || !organisation || !role || (by && !may(by, 'read', role, organisation.id)))
        throw notFound('Такого назначения нет');
      const wanted = { ...appointmentOf(appointment), ...change };
      if (by) {
        refuseSelf(by, appointment.user.id);
        requireGivable(by, { ...withoutNulls(wanted), role, organisationId: organisation.id }, organisation);
      }
      const lasting = appointment.user.blockedAt ? [] : lastingOf([appointment]);
      await lockLasting(em, lasting);
      Object.assign(appointment, wanted);
      const today = this.#clock.today();
      const after = wanted.validTo ? [addDays(wanted.validTo, 1)] : [];
      await keepLasting(em, lasting, [today, ...after.filter(day => day > today)]);
      await this.#audit(em, 'appointment-change', by, { appointment: id, role, ...change });
    });
  }

  /** Ends an appointment on a day, the last of its validity. */
  async endAppointment(appointmentId: string, lastDay: string, by: Administrator): Promise<void> {
    await this.changeAppointment(appointmentId, { validTo: lastDay }, by);
  }

  /** A blocked user is out at the very next request: sessions are looked up with the account each time (ID5). */
  async block(userId: string, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const user = await this.#user(em, userId);
      if (by) await requireWhole(em, by, 'block', userId);
      const today = this.#clock.today();
      const standing = await standingOf(em, userId, today);
      const lasting = lastingOf(
        standing.filter(one => one.validFrom <= today && (one.validTo ?? today) >= today),
      );
      await lockLasting(em, lasting);
      user.blockedAt = this.#clock.now();
      await keepLasting(em, lasting, [today]);
      await em.execute('delete from user_session where user_id = ?', [userId]);
      await this.#audit(em, 'user-change', by, { user: userId, blocked: true });
    });
  }

  async unblock(userId: string, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const user = await this.#user(em, userId);
      if (by) await requireWhole(em, by, 'block', userId);
      user.blockedAt = null;
      await this.#audit(em, 'user-change', by, { user: userId, blocked: false });
    });
  }

  /**
   * A new one-time password: the old one and every session end (ID5).
   *
   * @returns what is to be handed over; stored as a hash only
   */
  async resetPassword(userId: string, by: Administrator): Promise<string> {
    const password = oneTimePassword();
    const passwordHash = await this.#vault.hash(password);
    await this.#transaction(async em => {
      const user = await this.#user(em, userId);
      if (by) await requireWhole(em, by, 'password', userId);
      await this.#setPassword(em, user, passwordHash);
      // Asked for by who has lost device and codes as well; those who need the second factor set it up anew.
      for (const table of ['second_factor', 'recovery_code'])
        await em.execute(`delete from ${table} where user_id = ?`, [userId]);
      await em.execute('update app_user set second_factor = false where id = ?', [userId]);
      await this.#audit(em, 'user-change', by, { user: userId, changed: ['password', 'second-factor'] });
    });
    return password;
  }

  /**
   * A one-time password for one of many: whoever has chosen a password keeps it, unless `renew`.
   *
   * @param inOwnGroup  the person belongs to a group that the actor leads
   */
  async slip(
    wish: SlipWish,
    { renew, inOwnGroup, by }: { renew: boolean; inOwnGroup: boolean; by: Actor },
  ): Promise<Slip | SlipRefusal> {
    const password = oneTimePassword();
    const passwordHash = await this.#vault.hash(password);
    return this.#transaction(async em => {
      const had = await this.#accountOf(em, wish.personId);
      const { role, organisationId } = wish;
      if (!had) {
        if (role === undefined || !may(by, 'slips', role, organisationId, inOwnGroup)) return 'no-account';
        const login = await this.#freeLogin(em, wish.login, false);
        const id = this.#newUser(em, { login, passwordHash, personId: wish.personId });
        await this.#audit(em, 'user-change', by, { user: id, created: true });
        await this.#appoint(em, id, { role, organisationId }, by);
        return { userId: id, login, password, created: true };
      }
      if (had.id === by.userId) return 'self';
      const standing = await standingOf(em, had.id, by.today);
      if (!mayWithAll(by, 'slips', standing, inOwnGroup)) return 'other-roles';
      if (had.blockedAt) return 'blocked';
      if (!had.mustChangePassword && !renew) return 'own-password';
      await this.#setPassword(em, had, passwordHash);
      await this.#audit(em, 'user-change', by, { user: had.id, changed: ['password'] });
      return { userId: had.id, login: had.login, password, created: false };
    });
  }

  async #transaction<T>(work: (em: EntityManager) => Promise<T>, tries = 3): Promise<T> {
    try {
      return await this.#orm.em.fork().transactional(em => work(em as EntityManager));
    } catch (error) {
      // Two administrators in each other's way: one of them was let through, the other begins anew.
      if (error instanceof DeadlockException && tries > 1) return await this.#transaction(work, tries - 1);
      // Two administrators who took one name at once.
      throw error instanceof UniqueConstraintViolationException ? loginTaken() : error;
    }
  }

  async #user(em: EntityManager, userId: string) {
    const user = await em.findOne(UserEntity, { id: userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw notFound('Такого пользователя нет');
    return user;
  }

  /** The account of a person; two who make one for the same person at once wait for one another. */
  async #accountOf(em: EntityManager, personId: string) {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 7))', [personId]);
    const [found] = await em.find(
      UserEntity,
      { personId },
      { orderBy: { id: 'asc' }, limit: 1, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    return found;
  }

  #newUser(
    em: EntityManager,
    user: { login: string; passwordHash: string; personId: string | null },
  ): string {
    return em.create(UserEntity, { ...user, id: randomUUIDv7(), mustChangePassword: true }).id;
  }

  async #setPassword(em: EntityManager, user: User, passwordHash: string): Promise<void> {
    user.passwordHash = passwordHash;
    user.mustChangePassword = true;
    await em.execute('delete from user_session where user_id = ?', [user.id]);
  }

  async #appointWith(
    em: EntityManager,
    userId: string,
    appointment: NewAppointment,
    by: Administrator,
  ): Promise<string> {
    const id = await this.#appoint(em, userId, appointment, by, true);
    const { role, organisationId: organisation } = appointment;
    await this.#audit(em, 'appointment-change', by, { user: userId, appointment: id, role, organisation });
    return id;
  }

  async #appoint(
    em: EntityManager,
    userId: string,
    appointment: NewAppointment,
    by: Administrator,
    guarded = false,
  ): Promise<string> {
    if (!this.#roles.has(appointment.role))
      throw new Problem('ROLE_UNKNOWN', 422, 'Роли нет', `Роли «${appointment.role}» нет`);
    const organisation = await em.findOne(OrganisationEntity, { id: appointment.organisationId });
    if (!organisation) throw notFound('Такой организации нет');
    if (by && guarded) requireGivable(by, appointment, organisation);
    const id = randomUUIDv7();
    em.create(AppointmentEntity, {
      id,
      user: em.getReference(UserEntity, userId),
      organisation,
      role: appointment.role,
      orderNumber: appointment.orderNumber ?? null,
      orderDate: appointment.orderDate ?? null,
      validFrom: appointment.validFrom ?? this.#clock.today(),
      validTo: appointment.validTo ?? null,
    });
    return id;
  }

  async #refuseTaken(em: EntityManager, login: string): Promise<void> {
    if (await this.#isTaken(em, login)) throw loginTaken();
  }

  async #isTaken(em: EntityManager, login: string): Promise<boolean> {
    const taken: unknown[] = await em.execute(SKELETON_SQL, [loginSkeleton(login), login]);
    return taken.length > 0;
  }

  async #freeLogin(em: EntityManager, wanted: string, exact: boolean): Promise<string> {
    const login = checkNewLogin(wanted);
    if (exact) await this.#refuseTaken(em, login);
    // From 2 on: 0 and 1 look like letters.
    let free = login;
    for (let next = 2; await this.#isTaken(em, free); next += 1) free = `${login}${next}`;
    return free;
  }

  async #audit(
    em: EntityManager,
    action: 'user-change' | 'appointment-change',
    by: Administrator,
    details: Record<string, unknown>,
  ): Promise<void> {
    const { text, values } = auditStatement({
      action,
      ...(by ? { actor: by, address: by.address } : {}),
      details,
    });
    await em.execute(text.replace(/\$\d+/g, '?'), values);
  }
}

function loginTaken(): Problem {
  const message = 'Такое или неотличимое на вид имя для входа уже есть';
  return new Problem('LOGIN_TAKEN', 422, 'Имя занято', message, {
    errors: [{ path: '/login', code: 'LOGIN_TAKEN', message }],
  });
}

const appointmentOf = ({ orderNumber, orderDate, validFrom, validTo }: Appointment) => ({
  orderNumber: orderNumber ?? null,
  orderDate: orderDate ?? null,
  validFrom,
  validTo: validTo ?? null,
});

const withoutNulls = ({ orderNumber, orderDate, validFrom, validTo }: ReturnType<typeof appointmentOf>) => ({
  validFrom,
  ...(orderNumber === null ? {} : { orderNumber }),
  ...(orderDate === null ? {} : { orderDate }),
  ...(validTo === null ? {} : { validTo }),
});
