/** Demo users: a sign-in for every role, all with one password. Never in production. */
import type { Catalogue } from '../catalogue/types.ts';
import { hashPassword } from '../identity/passwords.ts';
import type { Tx } from '../storage/database.ts';
import type { DemoSignIn } from './context.ts';
import type { IdMaker } from './random.ts';

export const DEMO_PASSWORD = 'kartoteka-demo';

/** One line of the list printed at start and offered by the sign-in screen. */
export interface SignInHint {
  login: string;
  /** Code of the role. */
  role: string;
  /** Its Russian title. */
  roleTitle: string;
  /** Name of the organisation. */
  organisation: string;
}

/** Several sign-ins of one login are one user with several appointments. */
export async function saveSignIns(tx: Tx, signIns: readonly DemoSignIn[], ids: IdMaker): Promise<void> {
  const byLogin = Map.groupBy(signIns, signIn => signIn.login);
  const users = await Promise.all(
    [...byLogin].map(async ([login, [first]]) => ({
      id: ids.next(),
      login,
      password_hash: await hashPassword(DEMO_PASSWORD),
      person_id: first?.personId ?? null,
    })),
  );
  await tx.query({
    text: `insert into app_user (id, login, password_hash, person_id)
      select id, login, password_hash, person_id
      from jsonb_to_recordset($1::jsonb) as u (id uuid, login text, password_hash text, person_id uuid)`,
    values: [JSON.stringify(users)],
  });
  const userOf = new Map(users.map(user => [user.login, user.id]));
  const appointments = signIns.map(signIn => ({
    id: ids.next(),
    user_id: userOf.get(signIn.login),
    role: signIn.role,
    organisation_id: signIn.organisationId,
    order_number: signIn.orderNumber ?? null,
    order_date: signIn.orderDate ?? null,
    valid_from: signIn.from,
  }));
  await tx.query({
    text: `insert into appointment (id, user_id, role, organisation_id, order_number, order_date, valid_from)
      select id, user_id, role, organisation_id, order_number, order_date, valid_from
      from jsonb_to_recordset($1::jsonb) as a (id uuid, user_id uuid, role text, organisation_id int,
        order_number text, order_date date, valid_from date)`,
    values: [JSON.stringify(appointments)],
  });
}

/** @returns the sign-ins of a database that holds the demo region, else nothing */
export async function demoSignIns(tx: Tx, catalogue: Catalogue): Promise<SignInHint[]> {
  const rows = await tx.query<{ login: string; role: string; organisation: string }>({
    text: `select distinct on (u.id) u.login, a.role, o.name as organisation
      from app_user u
      join appointment a on a.user_id = u.id
      join organisation o on o.id = a.organisation_id
      where exists (select 1 from migration where plugin = 'core' and name = 'demo')
      order by u.id, a.id`,
    values: [],
  });
  return rows.map(row => ({ ...row, roleTitle: catalogue.roles.get(row.role)?.title ?? row.role }));
}
