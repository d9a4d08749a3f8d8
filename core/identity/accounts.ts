/**
 * Administration of accounts: users, their appointments, blocking. Used by the command line and by tests; the demo
 * region inserts its accounts in bulk.
 *
 * The one place that works with entities: loaded when first needed, so that the server does not pay for it at start.
 */
import { randomUUIDv7 } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { LockMode, MikroORM } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { notFound, Problem } from '../problems.ts';
import { AppointmentEntity, OrganisationEntity, UserEntity } from './entities.ts';
import { checkNewLogin, loginSkeleton } from './logins.ts';
import { checkNewPassword, PasswordVault } from './passwords.ts';

export interface NewAppointment {
  role: string;
  organisationId: number;
  orderNumber?: string;
  orderDate?: string;
  /** Default: today. */
  validFrom?: string;
  validTo?: string;
}

export interface NewUser {
  login: string;
  password: string;
  personId?: string;
  mustChangePassword?: boolean;
  appointments: NewAppointment[];
}

/** Who does it, for the audit; absent: the command line. */
export type Administrator = Actor | undefined;

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
      for (const appointment of user.appointments) await this.#appoint(em, entity.id, appointment);
      await this.#audit(em, 'user-change', by, { user: entity.id, created: true });
      return entity.id;
    });
  }

  /** @returns id of the appointment */
  async appoint(userId: string, appointment: NewAppointment, by: Administrator): Promise<string> {
    return this.#transaction(async em => {
      await this.#user(em, userId);
      const id = await this.#appoint(em, userId, appointment);
      await this.#audit(em, 'appointment-change', by, {
        user: userId,
        appointment: id,
        role: appointment.role,
      });
      return id;
    });
  }

  /** Ends an appointment on a day, the last of its validity. */
  async endAppointment(appointmentId: string, lastDay: string, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const appointment = await em.findOne(AppointmentEntity, { id: appointmentId });
      if (!appointment) throw notFound('Такого назначения нет');
      appointment.validTo = lastDay;
      await this.#audit(em, 'appointment-change', by, { appointment: appointmentId, lastDay });
    });
  }

  /** A blocked user is out at the very next request: sessions are looked up with the account each time (ID5). */
  async block(userId: string, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const user = await this.#user(em, userId);
      user.blockedAt = this.#clock.now();
      await em.execute('delete from user_session where user_id = ?', [userId]);
      await this.#audit(em, 'user-change', by, { user: userId, blocked: true });
    });
  }

  async unblock(userId: string, by: Administrator): Promise<void> {
    await this.#transaction(async em => {
      const user = await this.#user(em, userId);
      user.blockedAt = null;
      await this.#audit(em, 'user-change', by, { user: userId, blocked: false });
    });
  }

  #transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.#orm.em.fork().transactional(em => work(em as EntityManager));
  }

  async #user(em: EntityManager, userId: string) {
    const user = await em.findOne(UserEntity, { id: userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw notFound('Такого пользователя нет');
    return user;
  }

  async #appoint(em: EntityManager, userId: string, appointment: NewAppointment): Promise<string> {
    if (!this.#roles.has(appointment.role))
      throw new Problem('ROLE_UNKNOWN', 422, 'Роли нет', `Роли «${appointment.role}» нет`);
    const organisation = await em.findOne(OrganisationEntity, { id: appointment.organisationId });
    if (!organisation) throw notFound('Такой организации нет');
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
    const taken: unknown[] = await em.execute(SKELETON_SQL, [loginSkeleton(login), login]);
    if (taken.length === 0) return;
    const message = 'Такое или неотличимое на вид имя для входа уже есть';
    throw new Problem('LOGIN_TAKEN', 422, 'Имя занято', message, {
      errors: [{ path: '/login', code: 'LOGIN_TAKEN', message }],
    });
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
