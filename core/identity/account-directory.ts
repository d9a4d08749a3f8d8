/** Reading of accounts: who has one, who is appointed to what. Only what the table of rights lets the actor see. */
import type { Actor } from '../access/actor.ts';
import type { Database, Statement } from '../storage/database.ts';
import { may, needsOrder, rolesFor, roleTrait, WANTED_ROLES } from './account-rights.ts';

export interface AccountQuery {
  /** Letters of a name or a login. */
  q?: string;
  role?: string;
  organisation?: number;
  blocked?: boolean;
  /** Id of the account after which the page starts. */
  after?: string;
  limit?: number;
}

export interface AccountAppointment {
  id: string;
  role: string;
  organisation: { id: number; name: string };
  orderNumber?: string;
  orderDate?: string;
  from: string;
  to?: string;
  state: 'valid' | 'future' | 'ended';
  /** The actor may change and end it. */
  change: boolean;
}

export interface AccountItem {
  id: string;
  login: string;
  /** Фамилия Имя Отчество; the login of an account without a person. */
  name: string;
  blocked: boolean;
  mustChangePassword: boolean;
  lastSignIn?: string;
  appointments: AccountAppointment[];
  /** Appointments in organisations out of the actor's sight that hold today or later. */
  elsewhere: number;
  may: { appoint: boolean; block: boolean; password: boolean };
}

export interface StaffingLine {
  role: string;
  wanted: 'one' | 'all' | 'none';
  holders: { user: string; name: string; orderNumber?: string; orderDate?: string; from: string }[];
  count: number;
}

interface Row {
  id: string;
  login: string;
  name: string;
  blocked_at: string | null;
  must_change_password: boolean;
  last_sign_in_at: string | null;
  appointments: {
    id: string;
    role: string;
    organisation: number;
    name: string;
    order_number: string | null;
    order_date: string | null;
    valid_from: string;
    valid_to: string | null;
  }[];
  elsewhere: number;
  total: number;
}

/** Shown of each role; the rest is in the list. */
const HOLDERS_SHOWN = 5;
const fullName = `coalesce(concat_ws(' ', n.last_name, n.first_name, n.middle_name), '')`;

// $1 everywhere, $2 organisations, $3 roles that may be seen, $4 today.
const inSight = (a: string) =>
  `($1 or ${a}.organisation_id = any ($2::int[])) and ${a}.role = any ($3::text[])`;

const PAGE = `
with seen as (
  select u.id, u.login, u.blocked_at, u.must_change_password, u.last_sign_in_at, n.sort_last, n.sort_first,
    coalesce(nullif(${fullName}, ''), u.login) as name
  from app_user u join account_name n on n.user_id = u.id
  where exists (
      select 1 from appointment a where a.user_id = u.id and ${inSight('a')}
        and ($5::text is null or (a.role = $5 and (a.valid_to is null or a.valid_to >= $4::date)))
        and ($6::int is null or a.organisation_id = $6))
    and ($7::text is null or n.search like '%' || fold($7) || '%')
    and ($8::boolean is null or (u.blocked_at is not null) = $8)
)
select s.*, (select count(*)::int from seen) as total,
  (select coalesce(json_agg(json_build_object('id', a.id, 'role', a.role, 'organisation', o.id, 'name', o.name,
      'order_number', a.order_number, 'order_date', a.order_date, 'valid_from', a.valid_from, 'valid_to', a.valid_to)
      order by a.valid_from desc, a.id), '[]')
    from appointment a join organisation o on o.id = a.organisation_id
    where a.user_id = s.id and ($1 or a.organisation_id = any ($2::int[]))) as appointments,
  (select count(*)::int from appointment a
    where a.user_id = s.id and not ($1 or a.organisation_id = any ($2::int[]))
      and (a.valid_to is null or a.valid_to >= $4::date)) as elsewhere
from seen s
where $9::uuid is null or (s.sort_last, s.sort_first, s.id) > (
  select n.sort_last, n.sort_first, n.user_id from account_name n where n.user_id = $9)
order by s.sort_last, s.sort_first, s.id
limit $10`;

const STAFFING = `
select a.role, count(distinct a.user_id)::int as count,
  (array_agg(json_build_object('user', u.id, 'name', coalesce(nullif(${fullName}, ''), u.login),
    'orderNumber', a.order_number, 'orderDate', a.order_date, 'from', a.valid_from)
    order by n.sort_last, n.sort_first, u.id))[1:${HOLDERS_SHOWN}] as holders
from appointment a join app_user u on u.id = a.user_id join account_name n on n.user_id = u.id
where ${inSight('a')} and u.blocked_at is null
  and a.valid_from <= $4::date and (a.valid_to is null or a.valid_to >= $4::date)
group by a.role`;

export class AccountDirectory {
  readonly #database: Database;
  readonly #roles: readonly string[];

  constructor(database: Database, roles: Iterable<string>) {
    this.#database = database;
    this.#roles = [...roles];
  }

  async list(
    actor: Actor,
    query: AccountQuery,
  ): Promise<{ items: AccountItem[]; next?: string; count: number }> {
    const limit = query.limit ?? 50;
    const statement = {
      text: PAGE,
      values: [
        ...this.#sight(actor),
        query.role ?? null,
        query.organisation ?? null,
        query.q?.trim() ? query.q.trim().replace(/[\\%_]/g, '\\$&') : null,
        query.blocked ?? null,
        query.after ?? null,
        limit + 1,
      ],
    };
    const rows = await this.#database.system(tx => tx.query<Row>(statement));
    const items = rows.slice(0, limit).map(row => itemOf(row, actor));
    const last = rows.length > limit ? items.at(-1)?.id : undefined;
    return { items, count: rows[0]?.total ?? 0, ...(last ? { next: last } : {}) };
  }

  /** Every role the actor may see, with its holders of today; those that the regulation wants come first. */
  async staffing(actor: Actor): Promise<StaffingLine[]> {
    const statement: Statement = { text: STAFFING, values: this.#sight(actor) };
    const rows = await this.#database.system(tx =>
      tx.query<{ role: string; count: number; holders: NullHolder[] }>(statement),
    );
    const held = new Map(rows.map(row => [row.role, row]));
    const seen = new Set(rolesFor(actor, 'read', this.#roles));
    const wanted = actor.level === 'organisation' ? WANTED_ROLES.filter(({ role }) => seen.has(role)) : [];
    const others = [...held.keys()].filter(role => !wanted.some(one => one.role === role));
    return [...wanted, ...others.map(role => ({ role, wanted: 'none' as const }))].map(line => ({
      ...line,
      count: held.get(line.role)?.count ?? 0,
      holders: (held.get(line.role)?.holders ?? []).map(({ orderNumber, orderDate, ...holder }) => ({
        ...holder,
        ...(orderNumber ? { orderNumber } : {}),
        ...(orderDate ? { orderDate } : {}),
      })),
    }));
  }

  /** Roles that the actor may give, with what is asked for. */
  givable(actor: Actor): { role: string; kind: string; level: Actor['level']; order: boolean }[] {
    return rolesFor(actor, 'appoint', this.#roles).map(role => ({
      role,
      ...roleTrait(role),
      order: needsOrder(role),
    }));
  }

  #sight(actor: Actor): unknown[] {
    const roles = rolesFor(actor, 'read', this.#roles);
    // Rights over accounts of organisations are never those of the authority above them: own organisation only.
    const organisations = actor.everywhere ? [] : [actor.organisationId];
    return [actor.everywhere, organisations, roles, actor.today];
  }
}

interface NullHolder {
  user: string;
  name: string;
  orderNumber: string | null;
  orderDate: string | null;
  from: string;
}

function itemOf(row: Row, actor: Actor): AccountItem {
  const appointments = row.appointments.map(one => appointmentOf(one, actor, row.id));
  const standing = appointments.filter(one => one.state !== 'ended');
  const counted = standing.length > 0 ? standing : appointments;
  const other = row.id !== actor.userId;
  const whole = (act: 'block' | 'password') =>
    other && row.elsewhere === 0 && counted.every(one => may(actor, act, one.role, one.organisation.id));
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    blocked: row.blocked_at !== null,
    mustChangePassword: row.must_change_password,
    ...(row.last_sign_in_at ? { lastSignIn: new Date(row.last_sign_in_at).toISOString() } : {}),
    appointments,
    elsewhere: row.elsewhere,
    may: { appoint: other, block: whole('block'), password: whole('password') },
  };
}

function appointmentOf(one: Row['appointments'][number], actor: Actor, user: string): AccountAppointment {
  const { today } = actor;
  const ended = one.valid_to !== null && one.valid_to < today;
  return {
    id: one.id,
    role: one.role,
    organisation: { id: one.organisation, name: one.name },
    ...(one.order_number ? { orderNumber: one.order_number } : {}),
    ...(one.order_date ? { orderDate: one.order_date } : {}),
    from: one.valid_from,
    ...(one.valid_to ? { to: one.valid_to } : {}),
    state: ended ? 'ended' : one.valid_from > today ? 'future' : 'valid',
    change: user !== actor.userId && may(actor, 'appoint', one.role, one.organisation),
  };
}
