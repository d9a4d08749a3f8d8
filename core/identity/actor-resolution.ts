/**
 * Who asks: one statement per request finds session, user, appointment, organisation, scope and the plugins
 * switched on, as they are now (ID5). Nothing is remembered between requests.
 */
import type { Actor } from '../access/actor.ts';
import type { Statement } from '../storage/database.ts';
import { hashToken } from './sessions.ts';

export interface ActorRow {
  user_id: string;
  login: string;
  person_id: string | null;
  name: string | null;
  must_change_password: boolean;
  csrf: string;
  last_seen_at: string;
  appointment_id: string | null;
  role: string | null;
  organisation_id: number | null;
  organisation_name: string | null;
  level: Actor['level'] | null;
  types: string[];
  scope: number[];
  plugins: string[];
}

/** What the request asks with: cookie, named appointment, now, and the limits of a session. */
export interface ActorQuestion {
  token: string;
  /** Absent: the one used last, else the first that is valid. */
  appointmentId?: string | undefined;
  now: Date;
  today: string;
  idleMinutes: number;
  absoluteHours: number;
}

// A region sees every organisation by its role in the database, so its scope is not listed. Above the organisation
// a plugin counts as on when it is on anywhere below.
const TEXT = `
with recursive session as (
  select s.user_id, s.csrf, s.appointment_id, s.last_seen_at, u.login, u.person_id, u.must_change_password
  from user_session s join app_user u on u.id = s.user_id
  where s.token_hash = $1 and u.blocked_at is null
    and s.last_seen_at > $3::timestamptz - make_interval(mins => $5)
    and s.created_at > $3::timestamptz - make_interval(hours => $6)
), chosen as (
  select a.id, a.role, o.id as organisation_id, o.name, o.level, o.parent_id
  from session s
  join appointment a on a.user_id = s.user_id
  join organisation o on o.id = a.organisation_id
  where a.valid_from <= $4::date and (a.valid_to is null or a.valid_to >= $4::date)
    and ($2::uuid is null or a.id = $2::uuid)
  order by (a.id = s.appointment_id) desc nulls last, a.valid_from, a.id limit 1
), above (id, parent_id) as (
  select organisation_id, parent_id from chosen
  union all
  select o.id, o.parent_id from above join organisation o on o.id = above.parent_id
), scope (id) as (
  select organisation_id from chosen where level <> 'region'
  union all
  select o.id from scope join organisation o on o.parent_id = scope.id
)
select s.user_id, s.login, s.person_id, user_short_name(s.person_id) as name, s.must_change_password, s.csrf,
  s.last_seen_at, c.id as appointment_id, c.role, c.organisation_id, c.name as organisation_name, c.level,
  array(select t.type from organisation_type t where t.organisation_id = c.organisation_id order by 1) as types,
  array(select id from scope) as scope,
  array(
    select distinct e.plugin from enablement e
    where e.valid_from <= $4::date and (e.valid_to is null or e.valid_to >= $4::date) and (
      c.level = 'region'
      or e.organisation_id in (select id from above)
      or (c.level = 'municipality' and e.organisation_id in (select id from scope))
      or e.organisation_type in (
        select t.type from organisation_type t where t.organisation_id in (select id from scope)))
  ) as plugins
from session s left join chosen c on true`;

export function actorStatement(question: ActorQuestion): Statement {
  return {
    text: TEXT,
    values: [
      hashToken(question.token),
      question.appointmentId ?? null,
      question.now,
      question.today,
      question.idleMinutes,
      question.absoluteHours,
    ],
  };
}

/** The actor of a row, or undefined when the user holds no appointment that is valid today. */
export function actorOf(row: ActorRow, today: string, address: string): Actor | undefined {
  if (!row.appointment_id || !row.role || row.organisation_id === null || !row.level) return undefined;
  const everywhere = row.level === 'region';
  return {
    userId: row.user_id,
    personId: row.person_id,
    name: row.name ?? row.login,
    appointmentId: row.appointment_id,
    role: row.role,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name ?? '',
    level: row.level,
    organisationIds: everywhere ? [] : row.scope,
    everywhere,
    organisationTypes: row.types,
    plugins: new Set(row.plugins),
    today,
    address,
  };
}
