/**
 * Who asks: one statement per request finds session, user, appointment and organisation as they are now (ID5). What
 * follows from the organisation alone (types, scope, plugins switched on) is remembered with the version of the
 * directory, which the same statement reads: with another version it is found out anew.
 */
import type { Actor } from '../access/actor.ts';
import type { PublishedLayer } from '../forms/layers.ts';
import type { Statement } from '../storage/database.ts';
import { hashToken } from './sessions.ts';

export interface ActorRow {
  user_id: string;
  login: string;
  person_id: string | null;
  name: string | null;
  must_change_password: boolean;
  second_factor: boolean;
  csrf: string;
  last_seen_at: string;
  appointment_id: string | null;
  role: string | null;
  organisation_id: number | null;
  organisation_name: string | null;
  level: Actor['level'] | null;
  /** Version of the account, its appointments and the name of its person. */
  rights: string;
  /** Version of organisations, types and enablement at this moment. */
  directory: string;
}

/** What follows from an organisation and the day. */
export interface OrganisationFacts {
  version: string;
  types: string[];
  scope: number[];
  plugins: string[];
  /** What the organisation and those above it have published, the region first; see core/forms. */
  forms: PublishedLayer[];
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

/** The row of enablement speaks on the day of the question. */
const speaks = (row: string) =>
  `${row}.valid_from <= $2::date and (${row}.valid_to is null or ${row}.valid_to >= $2::date)`;

/** The row is about organisation `o` with municipality `m` and type `t`. */
const isAbout = (row: string) =>
  `(${row}.organisation_id is null or ${row}.organisation_id in (o.id, m.id, m.parent_id))
   and (${row}.organisation_type is null or ${row}.organisation_type = t.type)`;

/** How near the row is to organisation `o`; see enablement-state.ts. */
const nearness = (row: string) =>
  `case ${row}.organisation_id when o.id then 6 when m.id then 4 when m.parent_id then 2 else 0 end
   + (${row}.organisation_type is not null)::int`;

const WHO = `
with session as (
  select s.user_id, s.csrf, s.appointment_id, s.last_seen_at, u.login, u.person_id, u.must_change_password,
    u.second_factor, u.rights_version
  from user_session s join app_user u on u.id = s.user_id
  where s.token_hash = $1 and u.blocked_at is null
    and s.last_seen_at > $3::timestamptz - make_interval(mins => $5)
    and s.created_at > $3::timestamptz - make_interval(hours => $6)
), chosen as (
  select a.id, a.role, o.id as organisation_id, o.name, o.level
  from session s
  join appointment a on a.user_id = s.user_id
  join organisation o on o.id = a.organisation_id
  where a.valid_from <= $4::date and (a.valid_to is null or a.valid_to >= $4::date)
    and ($2::uuid is null or a.id = $2::uuid)
  order by (a.id = s.appointment_id) desc nulls last, a.valid_from, a.id limit 1
)
select s.user_id, s.login, s.person_id, user_short_name(s.person_id) as name, s.must_change_password, s.second_factor, s.csrf,
  s.last_seen_at, s.rights_version::text as rights, c.id as appointment_id, c.role, c.organisation_id, c.name as organisation_name, c.level,
  (select version::text from directory_version) as directory
from session s left join chosen c on true`;

// A region sees every organisation by its role in the database, so its scope is not listed. Above the organisation
// a plugin counts as on when it is on anywhere below.
const FACTS = `
with recursive chosen as (
  select o.id as organisation_id, o.level, o.parent_id from organisation o where o.id = $1
), above (id, parent_id, distance) as (
  select organisation_id, parent_id, 0 from chosen
  union all
  select o.id, o.parent_id, above.distance + 1 from above join organisation o on o.id = above.parent_id
), scope (id) as (
  select organisation_id from chosen where level <> 'region'
  union all
  select o.id from scope join organisation o on o.parent_id = scope.id
)
select (select version::text from directory_version) as version,
  array(select t.type from organisation_type t where t.organisation_id = c.organisation_id order by 1) as types,
  array(select id from scope) as scope,
  case when c.level = 'organisation' then array(
    select distinct near.plugin from (
      select distinct on (e.plugin, t.type) e.plugin, e.enabled
      from enablement e
      left join above on above.id = e.organisation_id
      left join organisation_type t on t.organisation_id = c.organisation_id
      where ${speaks('e')} and (e.organisation_id is null or above.id is not null)
        and (e.organisation_type is null or e.organisation_type = t.type)
      order by e.plugin, t.type, coalesce(above.distance, 1000), e.organisation_type is null, e.enabled desc
    ) near where near.enabled
  ) else array(
    select distinct e.plugin from enablement e
    where ${speaks('e')} and e.enabled and exists (
      select 1 from organisation o
      left join organisation m on m.id = o.parent_id
      left join organisation_type t on t.organisation_id = o.id
      where o.level = 'organisation' and (c.level = 'region' or o.id in (select id from scope)) and ${isAbout('e')}
        and not exists (
          select 1 from enablement f
          where f.plugin = e.plugin and not f.enabled and ${speaks('f')} and ${isAbout('f')}
            and ${nearness('f')} > ${nearness('e')}))
  ) end as plugins,
  (select coalesce(json_agg(json_build_object('id', v.id, 'organisationId', v.organisation_id, 'level', o.level,
      'kind', v.kind, 'subject', v.subject, 'definition', v.definition) order by above.distance desc, v.kind, v.subject), '[]')
    from above join organisation o on o.id = above.id join form_version v on v.organisation_id = above.id
    where not exists (select 1 from form_version later where later.organisation_id = v.organisation_id
      and later.kind = v.kind and later.subject = v.subject and later.number > v.number)) as forms
from chosen c`;

export function actorStatement(question: ActorQuestion): Statement {
  return {
    text: WHO,
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

export const factsStatement = (organisationId: number, today: string): Statement => ({
  text: FACTS,
  values: [organisationId, today],
});

/** The actor of a row, or undefined when the user holds no appointment that is valid today. */
export function actorOf(
  row: ActorRow,
  facts: OrganisationFacts | undefined,
  today: string,
  address: string,
): Actor | undefined {
  if (!row.appointment_id || !row.role || row.organisation_id === null || !row.level || !facts)
    return undefined;
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
    organisationIds: everywhere ? [] : facts.scope,
    everywhere,
    organisationTypes: facts.types,
    plugins: new Set(facts.plugins),
    ...(facts.forms.length > 0 ? { forms: facts.forms } : {}),
    today,
    address,
  };
}
