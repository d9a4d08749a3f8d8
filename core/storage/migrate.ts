/**
 * Brings a database to what the core and the installed plugins ask for, at every start.
 *
 * Order: advisory lock (two instances at once: one migrates, the other finds it done) -> roles -> core files
 * once each -> declared changes and tables of each plugin in a transaction of its own -> foreign keys ->
 * dictionaries. A plugin whose tables cannot be brought there is quarantined with its place and reason; its old tables stay.
 */
import { join } from 'node:path';
import pg from 'pg';
import type { PluginMigration } from '../catalogue/migrations.ts';
import type { Catalogue, Quarantine } from '../catalogue/types.ts';
import { readActual, readStored } from './actual.ts';
import { hashOf, inTransaction, pendingOf, readApplied, recordMigration } from './applied.ts';
import { consentsStatement } from './consents.ts';
import { refuseForeignTables, runCoreFiles } from './core-files.ts';
import { runMigration, StepRefusal } from './migration-steps.ts';
import { type Plan, plan, type Refusal } from './planner.ts';
import { ensureRoles, MigrationError } from './roles.ts';
import { PlanRefusal, type PluginPlan, planPlugin } from './tables.ts';

export { appUrl, MigrationError } from './roles.ts';

export interface MigrationOptions {
  /** Of the installation; the login role's password is derived from it. */
  secret: string;
  /** How long a table in use is waited for. Default 5,000. */
  lockTimeoutMs?: number;
  log?: { info(details: object, text: string): void; warn(details: object, text: string): void };
}

export interface MigrationResult {
  /** Plugins to be left out of the catalogue of this run. */
  quarantined: Quarantine[];
}

const LOCK_KEY = 7_305_211_001;
const OLDEST_SERVER = 150_000;

/**
 * @param ownerUrl  connection string of the owner of the database
 * @throws          MigrationError when the database itself cannot be used: server too old, roles missing,
 *                  an applied file of the core edited
 */
export async function migrate(
  ownerUrl: string,
  catalogue: Catalogue,
  options: MigrationOptions,
): Promise<MigrationResult> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'kartoteka migration',
    options: '-c timezone=UTC -c client_min_messages=warning',
  });
  // A connection that is lost tells its statement; unheard, its event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await checkServer(client);
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    // A table in use by readers must not stop the whole system behind our lock request.
    await client.query(`set lock_timeout = ${Math.trunc(options.lockTimeoutMs ?? 5_000)}`);
    await refuseForeignTables(client);
    await ensureRoles(client, ownerUrl, options.secret);
    await runCoreFiles(client, options.log);
    const run = new PluginsRun(client, catalogue, options);
    return { quarantined: await run.all() };
  } finally {
    await client.end();
  }
}

async function checkServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{
    version: number;
    encoding: string;
    owner: string;
    may_create: boolean;
  }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
            current_user as owner, has_schema_privilege('public', 'create') as may_create`,
  );
  const server = rows[0] as (typeof rows)[number];
  if (server.version < OLDEST_SERVER)
    throw new MigrationError(`Нужен PostgreSQL 15 или новее, а сервер сообщает ${server.version}.`);
  if (server.encoding !== 'UTF8')
    throw new MigrationError(`Кодировка базы должна быть UTF8, а не ${server.encoding}.`);
  if (!server.may_create)
    throw new MigrationError(
      `Пользователь ${server.owner} не может создавать таблицы: сделайте его владельцем базы данных.`,
    );
}

/** Migration of all plugins of one catalogue over one connection; used once. */
class PluginsRun {
  #client: pg.ClientBase;
  #catalogue: Catalogue;
  #options: MigrationOptions;
  #quarantined: Quarantine[] = [];
  /** What the plugins that are brought up to date asked for before. */
  #before = new Map<string, PluginPlan | undefined>();

  constructor(client: pg.ClientBase, catalogue: Catalogue, options: MigrationOptions) {
    this.#client = client;
    this.#catalogue = catalogue;
    this.#options = options;
  }

  async all(): Promise<Quarantine[]> {
    const stored = await readStored(this.#client);
    const applied = await readApplied(this.#client);
    const wanted = this.#wanted();
    const made: { next: PluginPlan; steps: Plan }[] = [];
    for (const next of wanted) {
      const files = this.#catalogue.plugins.get(next.plugin)?.migrations ?? [];
      const { fault, pending } = pendingOf(files, applied.get(next.plugin));
      if (fault !== undefined) this.#quarantineAt(next.plugin, fault.file, '', fault.reason);
      else if (pending.length > 0 || !sameDescription(stored.get(next.plugin), next)) {
        const steps = await this.#makeTables(next, pending, stored);
        if (steps !== undefined) made.push({ next, steps });
      }
    }
    for (const { next, steps } of made) await this.#finish(next, steps);
    this.#followRequirements(wanted);
    if (made.length > 0) await this.#consents();
    // With a plugin refused, another catalogue follows: that one's dictionaries count.
    if (this.#quarantined.length === 0) await this.#dictionaries();
    return this.#quarantined;
  }

  /** Descriptions of the plugins that can have tables at all. */
  #wanted(): PluginPlan[] {
    const plans: PluginPlan[] = [];
    for (const plugin of this.#catalogue.plugins.keys()) {
      try {
        plans.push(planPlugin(this.#catalogue, plugin));
      } catch (error) {
        if (!(error instanceof PlanRefusal)) throw error;
        this.#quarantine(plugin, { entity: error.entity, pointer: error.pointer, reason: error.message });
      }
    }
    return plans;
  }

  /** A plugin whose own tables did not change still cannot run without those it requires. */
  #followRequirements(wanted: PluginPlan[]): void {
    for (const { plugin } of wanted) {
      const lost = this.#lostRequirement(plugin);
      if (lost !== undefined && !this.#quarantined.some(item => item.plugin === plugin))
        this.#quarantine(plugin, { entity: '', pointer: '/requires', reason: lost });
    }
  }

  /**
   * First pass, in one transaction: declared changes that are not applied yet, then tables, columns, indexes.
   * Undefined when the plugin is quarantined; then everything of it stands as before.
   */
  async #makeTables(
    next: PluginPlan,
    pending: PluginMigration[],
    stored: Map<string, PluginPlan>,
  ): Promise<Plan | undefined> {
    const lost = this.#lostRequirement(next.plugin);
    if (lost !== undefined) {
      this.#quarantine(next.plugin, { entity: '', pointer: '/requires', reason: lost });
      return undefined;
    }
    let steps: Plan | undefined;
    await this.#attempt(next, async () => {
      const standing = structuredClone(stored.get(next.plugin));
      // A table with checks put off to the commit cannot be altered.
      if (pending.length > 0) await this.#client.query('set constraints all immediate');
      for (const migration of pending) {
        // Tables made now are as the schemas say: there is nothing to change.
        if (standing !== undefined) await runMigration(this.#client, migration, standing, next);
        await recordMigration(this.#client, next.plugin, migration.name, migration.hash);
      }
      const now = standing === undefined ? stored : new Map(stored).set(next.plugin, standing);
      const planned = plan(next, standing, await readActual(this.#client, [next], now));
      const [refusal] = planned.refusals;
      if (refusal !== undefined) throw new PlanRefusalOf(joined(refusal, planned.refusals));
      for (const statement of planned.statements) await this.#client.query(statement);
      await this.#saveState(next);
      steps = planned;
    });
    if (steps !== undefined) {
      this.#before.set(next.plugin, stored.get(next.plugin));
      stored.set(next.plugin, next);
    }
    return steps;
  }

  /** Second pass: references may lead to tables of any plugin, so all of them must stand. */
  async #finish(next: PluginPlan, steps: Plan): Promise<void> {
    const lost = this.#lostRequirement(next.plugin);
    if (lost !== undefined) {
      this.#quarantine(next.plugin, { entity: '', pointer: '/requires', reason: lost });
      return;
    }
    const done = await this.#attempt(next, async () => {
      for (const statement of steps.foreignKeys) await this.#client.query(statement);
      await this.#enable(next, this.#before.get(next.plugin));
      await this.#client.query(
        'update plugin_state set tables = $2, version = $3, applied_at = now() where plugin = $1',
        [next.plugin, JSON.stringify(next), next.version],
      );
    });
    if (done)
      this.#options.log?.info(
        { plugin: next.plugin, tables: next.tables.length },
        'tables of plugin are up to date',
      );
  }

  /** Between the passes the description lacks its references, so that an interrupted start takes them up again. */
  async #saveState(next: PluginPlan): Promise<void> {
    const half = { ...next, tables: next.tables.map(table => ({ ...table, foreignKeys: [] })) };
    await this.#client.query(
      `insert into plugin_state (plugin, version, tables) values ($1, $2, $3)
       on conflict (plugin) do update set tables = excluded.tables, applied_at = now()`,
      [next.plugin, next.version, JSON.stringify({ ...half, unfinished: true })],
    );
  }

  /** A new plugin is on for every type of organisation it names; what people switched later is theirs. */
  async #enable(next: PluginPlan, old: PluginPlan | undefined): Promise<void> {
    const before = old === undefined || 'unfinished' in old ? [] : old.organisationTypes;
    const types = next.organisationTypes.filter(type => !before.includes(type));
    await this.#client.query(
      `insert into enablement (plugin, organisation_type)
       select $1, type from unnest($2::text[]) type
        where not exists (select 1 from enablement e where e.plugin = $1 and e.organisation_type = type)`,
      [next.plugin, types],
    );
  }

  async #attempt(next: PluginPlan, work: () => Promise<void>): Promise<boolean> {
    try {
      await inTransaction(this.#client, work);
      return true;
    } catch (error) {
      if (error instanceof PlanRefusalOf) return this.#quarantine(next.plugin, error.refusal);
      const place = error instanceof StepRefusal ? error : undefined;
      const said = (place ? place.cause : error) as { code?: string; message: string } | undefined;
      const code = said?.code;
      if (said && (code === undefined || code.startsWith('08') || code.startsWith('57'))) throw said;
      const reason = said ? reasonOf(said) : (error as Error).message;
      return place
        ? this.#quarantineAt(next.plugin, place.file, place.pointer, reason)
        : this.#quarantine(next.plugin, { entity: '', pointer: '', reason });
    }
  }

  #lostRequirement(plugin: string): string | undefined {
    const requires = Object.keys(this.#catalogue.plugins.get(plugin)?.requires ?? {});
    const lost = requires.find(required => this.#quarantined.some(item => item.plugin === required));
    return lost === undefined ? undefined : `Модуль «${lost}», который нужен этому модулю, не запущен`;
  }

  #quarantine(plugin: string, refusal: Refusal): false {
    const folder = this.#catalogue.plugins.get(plugin)?.folder ?? plugin;
    const file = refusal.entity === '' ? 'plugin.json' : join('schemas', `${refusal.entity}.schema.json`);
    return this.#quarantineAt(plugin, join(folder, file), refusal.pointer, refusal.reason);
  }

  #quarantineAt(plugin: string, file: string, pointer: string, reason: string): false {
    const item = { plugin, file, pointer, reason };
    this.#quarantined.push(item);
    this.#options.log?.warn(item, 'plugin quarantined: its tables cannot be made or changed');
    return false;
  }

  /** Cards and register may come with different plugins, in any order: every change of tables brings them together. */
  async #consents(): Promise<void> {
    const out = new Set(this.#quarantined.map(item => item.plugin));
    const running = [...this.#catalogue.entities].filter(([, entity]) => !out.has(entity.plugin));
    const statement = consentsStatement({ ...this.#catalogue, entities: new Map(running) }, {});
    if (statement) await this.#client.query(statement.text, [...statement.values]);
  }

  /** Start values of the dictionaries. A code that is gone is retired, because records may hold it. */
  async #dictionaries(): Promise<void> {
    const dictionaries = [...this.#catalogue.dictionaries.values()];
    const hash = hashOf(JSON.stringify(dictionaries));
    const { rows } = await this.#client.query<{ hash: string }>(
      `select hash from migration where plugin = 'core' and name = 'dictionaries'`,
    );
    if (rows[0]?.hash === hash) return;
    await inTransaction(this.#client, async () => {
      await this.#client.query(SAVE_DICTIONARIES, [JSON.stringify(dictionaries)]);
      await recordMigration(this.#client, 'core', 'dictionaries', hash);
    });
    this.#options.log?.info({ dictionaries: dictionaries.length }, 'dictionaries saved');
  }
}

/** The planner's no, thrown to roll the declared changes back with it. */
class PlanRefusalOf extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

function reasonOf({ code, message }: { code?: string; message: string }): string {
  if (code === '55P03')
    return 'Таблицы модуля заняты другим действием: перезапустите систему, когда оно закончится';
  if (code === '23505')
    return `Значения, которые теперь должны быть единственными, в базе повторяются (${message})`;
  return `База данных отказала: ${message}`;
}

const SAVE_DICTIONARIES = `
with given as (select d, d ->> 'id' as id from jsonb_array_elements($1::jsonb) d),
saved as (
  insert into dictionary (id, title, source, plugin)
  select id, d ->> 'title', d ->> 'source', d ->> 'plugin' from given
  on conflict (id) do update set title = excluded.title, source = excluded.source, plugin = excluded.plugin),
items as (
  select id as dictionary, item ->> 'code' as code, item ->> 'ru' as ru, coalesce(item ->> 'en', '') as en,
         coalesce(item -> 'extra', '{}') as extra, position::int as position
  from given, jsonb_array_elements(d -> 'items') with ordinality as i (item, position)),
retired as (
  update dictionary_item t set retired_on = current_date
  where retired_on is null and dictionary in (select id from given)
    and not exists (select 1 from items i where i.dictionary = t.dictionary and i.code = t.code))
insert into dictionary_item (dictionary, code, ru, en, extra, position)
select dictionary, code, ru, en, extra, position from items
on conflict (dictionary, code) do update
  set ru = excluded.ru, en = excluded.en, extra = excluded.extra, position = excluded.position, retired_on = null`;

/** jsonb forgets the order of keys, so both sides are put in one. */
function sameDescription(stored: PluginPlan | undefined, next: PluginPlan): boolean {
  return stored !== undefined && canonical(stored) === canonical(JSON.parse(JSON.stringify(next)));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** All refusals of a plugin in one entry: the first names the place, the rest follow in words. */
const joined = (first: Refusal, all: Refusal[]): Refusal => ({
  ...first,
  reason: all.map(refusal => refusal.reason).join('. '),
});
