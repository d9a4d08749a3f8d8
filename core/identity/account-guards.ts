/**
 * What stands between an administrator and somebody's account: the table of rights, and the rules that hold for
 * everybody (AZ5). Asked within the transaction of the change, so that nothing changes in between.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { forbidden, invalid, notFound, Problem } from '../problems.ts';
import type { NewAppointment } from './account.types.ts';
import { type AccountAct, LASTING_ROLES, may, needsOrder, roleTrait } from './account-rights.ts';
import { type Appointment, AppointmentEntity } from './entities.ts';

const unknownUser = () => notFound('Такого пользователя нет');

/** Rights are given and taken by others, and one's own password has a screen of its own. */
export function refuseSelf(by: Actor, userId: string): void {
  if (by.userId === userId)
    throw new Problem(
      'OWN_ACCOUNT',
      403,
      'Нет права',
      'Своей учётной записью и своими назначениями занимается другой администратор',
    );
}

/**
 * Refuses what the actor may not give, and gives staff no role without an order (S001-П2-3.3).
 *
 * @throws Problem FORBIDDEN, INVALID (422) with places of `at`
 */
export function requireGivable(
  by: Actor,
  appointment: NewAppointment,
  organisation: { id: number; level: string },
  at = '',
): void {
  const { role } = appointment;
  if (!may(by, 'appoint', role, organisation.id)) throw forbidden('Назначать на эту роль вам не поручено');
  const wrong = (field: string, code: string, message: string) => ({ path: `${at}/${field}`, code, message });
  const errors = [];
  if (roleTrait(role).level !== organisation.level)
    errors.push(wrong('role', 'ROLE_LEVEL', 'На эту роль назначают в организации другого уровня'));
  if (needsOrder(role) && !appointment.orderNumber?.trim())
    errors.push(wrong('orderNumber', 'REQUIRED', 'Укажите номер приказа о назначении'));
  if (needsOrder(role) && !appointment.orderDate)
    errors.push(wrong('orderDate', 'REQUIRED', 'Укажите дату приказа о назначении'));
  const { validFrom, validTo } = appointment;
  if (validTo && validTo < (validFrom ?? by.today))
    errors.push(wrong('to', 'RANGE', 'Последний день раньше первого'));
  if (errors.length > 0) throw invalid(errors);
}

/** Appointments that give somebody power now or later; if there is none, those that did. */
export async function standingOf(em: EntityManager, userId: string, today: string): Promise<Appointment[]> {
  const all = await em.find(AppointmentEntity, { user: userId });
  const standing = all.filter(({ validTo }) => !validTo || validTo >= today);
  return standing.length > 0 ? standing : all;
}

const organisationOf = (appointment: Appointment): number => appointment.organisation.id;

/** @throws Problem NOT_FOUND (404) when the account is none of the actor's business */
export function requireSeen(by: Actor, standing: readonly Appointment[]): void {
  if (!standing.some(one => may(by, 'read', one.role, organisationOf(one)))) throw unknownUser();
}

/** Whether the actor may do it with every appointment of the account: a password opens all of them. */
export const mayWithAll = (
  by: Actor,
  act: AccountAct,
  standing: readonly Appointment[],
  inOwnGroup = false,
): boolean => standing.every(one => may(by, act, one.role, organisationOf(one), inOwnGroup));

/** @throws Problem NOT_FOUND, FORBIDDEN, OWN_ACCOUNT */
export async function requireWhole(
  em: EntityManager,
  by: Actor,
  act: AccountAct,
  userId: string,
): Promise<void> {
  const standing = await standingOf(em, userId, by.today);
  requireSeen(by, standing);
  refuseSelf(by, userId);
  if (!mayWithAll(by, act, standing))
    throw forbidden('У этого пользователя есть и другие назначения, которыми занимаетесь не вы');
}

/** Organisations that would be left without their administrator by a change of these appointments. */
export const lastingOf = (appointments: readonly Appointment[]) =>
  appointments
    .filter(({ role }) => LASTING_ROLES.has(role))
    .map(one => ({ role: one.role, organisationId: organisationOf(one) }));

/**
 * Two administrators who remove each other at once wait for one another here. The key stays free: what refers to the
 * organisation meanwhile is in nobody's way.
 */
export async function lockLasting(em: EntityManager, lasting: ReturnType<typeof lastingOf>): Promise<void> {
  for (const id of [...new Set(lasting.map(one => one.organisationId))].sort((a, b) => a - b))
    await em.execute('select 1 from organisation where id = ? for no key update', [id]);
}

/**
 * After the change, before the commit: somebody not blocked must hold the role on each of the days.
 *
 * @throws Problem LAST_ADMINISTRATOR (422)
 */
export async function keepLasting(
  em: EntityManager,
  lasting: ReturnType<typeof lastingOf>,
  days: readonly string[],
): Promise<void> {
  await em.flush();
  for (const { role, organisationId } of lasting)
    for (const day of days) {
      const held: unknown[] = await em.execute(
        `select 1 from appointment a join app_user u on u.id = a.user_id
         where a.organisation_id = ? and a.role = ? and u.blocked_at is null
           and a.valid_from <= ?::date and (a.valid_to is null or a.valid_to >= ?::date) limit 1`,
        [organisationId, role, day, day],
      );
      if (held.length === 0)
        throw new Problem(
          'LAST_ADMINISTRATOR',
          422,
          'Последний администратор',
          'Это последний администратор организации: сначала назначьте другого',
        );
    }
}
