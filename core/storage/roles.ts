/**
 * The three roles of the database. `kartoteka_app` logs in and inherits nothing: a role inherits the policies
 * of the roles it is a member of, and would then see every organisation without saying so. It switches per
 * transaction to `kartoteka_scoped` or `kartoteka_region`.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import pg from 'pg';

export const LOGIN_ROLE = 'kartoteka_app';
const SWITCHED_ROLES = ['kartoteka_scoped', 'kartoteka_region'];

/** The database cannot be prepared by us; the message says what its administrator has to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Password of the login role: derived, so that it need not be kept. */
export const appPassword = (secret: string) =>
  createHmac('sha256', secret).update('kartoteka_app password').digest('base64url');

/**
 * What PostgreSQL keeps instead of the password (RFC 5802): fit for a statement that stands in the server's log
 * or in an instruction to an administrator.
 */
export function passwordVerifier(password: string): string {
  const iterations = 4096;
  // Derived too: the same instruction at every start.
  const salt = createHash('sha256').update(`salt ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}

/** Connection string of the login role on the owner's server and database. */
export function appUrl(ownerUrl: string, secret: string): string {
  const url = new URL(ownerUrl);
  url.username = LOGIN_ROLE;
  url.password = appPassword(secret);
  return url.href;
}

/**
 * Makes the roles where missing; leaves those made by the administrator of the server as they are.
 *
 * @param owner   a connection of the owner of the database
 * @throws        MigrationError naming the roles to make
 */
export async function ensureRoles(owner: pg.ClientBase, ownerUrl: string, secret: string): Promise<void> {
  const known = await owner.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any ($1)',
    [[LOGIN_ROLE, ...SWITCHED_ROLES]],
  );
  const verifier = passwordVerifier(appPassword(secret));
  const run = (statement: string) => make(owner, statement, verifier);
  const missing = (role: string) => !known.rows.some(row => row.rolname === role);
  for (const role of SWITCHED_ROLES) if (missing(role)) await run(`create role ${role} nologin noinherit`);
  if (missing(LOGIN_ROLE)) await run(`create role ${LOGIN_ROLE} login noinherit password '${verifier}'`);
  await ensureMemberships(owner, run);
  await ensureSchemaUsage(owner);
  await ensurePassword(ownerUrl, secret, () => run(`alter role ${LOGIN_ROLE} password '${verifier}'`));
}

type Run = (statement: string) => Promise<void>;

async function ensureMemberships(owner: pg.ClientBase, run: Run): Promise<void> {
  // inherit_option came with PostgreSQL 16; before, only the role itself could inherit.
  const { rows } = await owner.query<{ role: string; member: boolean; inherits: boolean }>(
    `select r.rolname as role, m.roleid is not null as member,
            coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, a.rolinherit) as inherits
       from pg_roles r
       join pg_roles a on a.rolname = $1
       left join pg_auth_members m on m.roleid = r.oid and m.member = a.oid
      where r.rolname = any ($2)`,
    [LOGIN_ROLE, SWITCHED_ROLES],
  );
  for (const { role, member } of rows) if (!member) await run(`grant ${role} to ${LOGIN_ROLE}`);
  if (rows.some(row => row.member && row.inherits))
    throw new MigrationError(
      `Роль ${LOGIN_ROLE} наследует права других ролей: она видела бы все организации. Выполните: alter role ${LOGIN_ROLE} noinherit; и выдайте ей роли заново (grant ${SWITCHED_ROLES.join(', ')} to ${LOGIN_ROLE}).`,
    );
}

/** Everyone may use the schema unless the administrator took that away. */
async function ensureSchemaUsage(owner: pg.ClientBase): Promise<void> {
  const { rows } = await owner.query<{ role: string }>(
    `select role from unnest($1::text[]) role where not has_schema_privilege(role, 'public', 'usage')`,
    [[LOGIN_ROLE, ...SWITCHED_ROLES]],
  );
  for (const { role } of rows) await owner.query(`grant usage on schema public to ${role}`);
}

/** Another installation with another secret, or the administrator, may have set another password. */
async function ensurePassword(ownerUrl: string, secret: string, set: () => Promise<void>): Promise<void> {
  const probe = new pg.Client({ connectionString: appUrl(ownerUrl, secret), connectionTimeoutMillis: 5_000 });
  try {
    await probe.connect();
  } catch (error) {
    if (!['28P01', '28000'].includes((error as { code?: string }).code ?? '')) throw error;
    await set();
  } finally {
    await probe.end();
  }
}

/** Two instances on one server (not one database) may make the same role at once: the second finds it made. */
async function make(owner: pg.ClientBase, statement: string, verifier: string): Promise<void> {
  try {
    await owner.query(statement);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42710' || (code === '23505' && message.includes('pg_auth'))) return;
    if (code === 'XX000' && message.includes('concurrently updated')) return;
    if (code === '42501') throw new MigrationError(instructions(verifier), { cause: error });
    throw error;
  }
}

const instructions = (verifier: string) =>
  `Пользователь базы данных не может создавать роли или менять их. Попросите администратора сервера выполнить:
  create role kartoteka_scoped nologin noinherit;
  create role kartoteka_region nologin noinherit;
  create role ${LOGIN_ROLE} login noinherit;
  alter role ${LOGIN_ROLE} password '${verifier}';
  grant kartoteka_scoped, kartoteka_region to ${LOGIN_ROLE};
Роли, которые уже есть, создавать не нужно. Другой путь: дать пользователю право createrole.`;
