/**
 * Fills an empty database with the demo region: authorities, organisations, then what each plugin's
 * `demo/demo.json` or `demo/index.ts` adds, then users. One transaction; the same every time.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Catalogue, PluginInfo } from '../catalogue/types.ts';
import { refreshMaintained } from '../storage/bulk.ts';
import { refreshConsents } from '../storage/consents.ts';
import type { Statement, Tx } from '../storage/database.ts';
import { types } from '../storage/values.ts';
import { saveChanges } from './changes.ts';
import { DemoContext, type DemoStore, type NewDemoOrganisation } from './context.ts';
import { type DemoFile, loadDemoFile } from './data-file.ts';
import { saveForms } from './forms.ts';
import { IdMaker } from './random.ts';
import { type DemoOrganisation, MUNICIPALITIES, ORGANISATIONS, REGION, townOf } from './region.ts';
import { saveRequests } from './requests.ts';
import { saveSignIns } from './sign-ins.ts';

export interface DemoOptions {
  /** Refuses to load. */
  production?: boolean;
  /** Default: the day the region was made up for, so that it is the same everywhere. */
  today?: string;
  log?: { info(details: object, text: string): void; warn(details: object, text: string): void };
}

export interface DemoResult {
  /** False when the database already holds organisations: nothing was done. */
  loaded: boolean;
  /** Records by entity. */
  records: Record<string, number>;
}

/** What a plugin's `demo/index.ts` exports. */
export type DemoFunction = (context: DemoContext) => Promise<void> | void;

const DEMO_DAY = '2026-11-22';

/**
 * @param ownerUrl  connection string of the owner of a migrated database
 * @throws          Error in production
 */
export async function loadDemo(
  ownerUrl: string,
  catalogue: Catalogue,
  options: DemoOptions = {},
): Promise<DemoResult> {
  if (options.production) throw new Error('Демонстрационные данные не загружаются в рабочую систему.');
  const client = new pg.Client({ connectionString: ownerUrl, options: '-c timezone=UTC', types });
  await client.connect();
  try {
    await client.query('begin');
    // Two instances started at once: the second waits here and then finds the region loaded.
    await client.query('lock table organisation in share row exclusive mode');
    const { rowCount } = await client.query('select 1 from organisation limit 1');
    if (rowCount !== 0) return { loaded: false, records: {} };
    const tx: Tx = {
      query: async <R>({ text, values }: Statement) =>
        (await client.query(text, values as unknown[])).rows as R[],
    };
    const { records } = await makeDemo(tx, catalogue, options);
    await client.query('commit');
    await client.query('analyze');
    return { loaded: true, records: countsOf(records) };
  } finally {
    await client.end();
  }
}

/** Makes the region through the given transaction. @returns everything that was put in */
export async function makeDemo(tx: Tx, catalogue: Catalogue, options: DemoOptions = {}): Promise<DemoStore> {
  return await new DemoLoad(tx, catalogue, options).run();
}

const countsOf = (records: DemoStore['records']): Record<string, number> =>
  Object.fromEntries([...records].map(([entity, list]) => [entity, list.length]));

class DemoLoad {
  #options: DemoOptions;
  #store: DemoStore;
  #ids: IdMaker;
  #municipalities = new Map<string, DemoOrganisation['municipality']>();

  constructor(tx: Tx, catalogue: Catalogue, options: DemoOptions) {
    this.#options = options;
    const today = options.today ?? DEMO_DAY;
    this.#store = {
      tx,
      catalogue,
      today,
      organisations: [],
      added: new Map(),
      addOrganisation: organisation => this.#added(organisation),
      records: new Map(),
      signIns: [],
      changes: [],
      requests: [],
      forms: [],
      municipalities: new Map(),
    };
    this.#ids = new IdMaker('demo core', `${today.slice(0, 4)}-08-01T06:00:00Z`);
  }

  async run(): Promise<DemoStore> {
    const { tx, catalogue, records } = this.#store;
    await this.#tree();
    for (const plugin of catalogue.plugins.values()) await this.#plugin(plugin);
    const everywhere = [
      ...this.#store.organisations.map(organisation => organisation.id),
      ...this.#store.added.values(),
    ];
    for (const entity of catalogue.entities.values())
      if (records.has(entity.id))
        await refreshMaintained(tx, catalogue, entity, everywhere, this.#store.today);
    await refreshConsents(tx, catalogue, { organisationIds: everywhere });
    await saveSignIns(tx, this.#store.signIns, this.#ids);
    await saveChanges(tx, catalogue, this.#store.changes);
    await saveRequests(tx, this.#store.requests, this.#ids);
    await saveForms(tx, this.#store.forms);
    const counts = countsOf(records);
    await tx.query({
      text: `insert into audit (action, records, details) values ('demo-load', $1, $2)`,
      values: [Object.values(counts).reduce((sum, count) => sum + count, 0), JSON.stringify(counts)],
    });
    await tx.query({
      text: `insert into migration (plugin, name, hash) values ('core', 'demo', $1)`,
      values: [catalogue.version],
    });
    return this.#store;
  }

  /** Region, municipalities, organisations, with the sign-ins of the authorities. */
  async #tree(): Promise<void> {
    const regionId = await this.#organisation(null, 'region', REGION.short, REGION.authority);
    const municipalities = this.#municipalities;
    for (const { key, name, authority } of MUNICIPALITIES)
      municipalities.set(key, {
        id: await this.#organisation(regionId, 'municipality', name, authority),
        name,
        authority,
      });
    for (const [key, { id }] of municipalities) this.#store.municipalities.set(key, id);
    for (const planned of ORGANISATIONS) {
      const municipality = municipalities.get(planned.municipality) as DemoOrganisation['municipality'];
      const id = await this.#organisation(
        municipality.id,
        'organisation',
        planned.name,
        planned.fullName,
        planned,
      );
      this.#store.organisations.push({ ...planned, id, municipality, town: townOf(planned.town) });
    }
    const context = new DemoContext(this.#store, 'demo core');
    const officials = [
      { login: 'region-admin', organisationId: regionId, orderNumber: '12-к' },
      {
        login: 'municipal-operator',
        organisationId: municipalities.get('yasnopol')?.id as number,
        orderNumber: '7-к',
      },
    ];
    for (const official of officials) {
      const person = context.people.adult('f', '1972-01-01', '1988-12-31');
      await this.#store.tx.query({
        text: `insert into person (id, last_name, first_name, middle_name, birth_date, sex, snils) values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          person.id,
          person.lastName,
          person.firstName,
          person.middleName,
          person.birthDate,
          person.sex,
          person.snils,
        ],
      });
      context.signIn({
        ...official,
        role: official.login,
        personId: person.id,
        orderDate: '2026-01-12',
        from: '2026-01-12',
      });
    }
  }

  async #organisation(
    parent: number | null,
    level: string,
    name: string,
    fullName: string,
    planned?: { types: readonly string[]; formerName?: DemoOrganisation['formerName'] },
  ): Promise<number> {
    const { tx } = this.#store;
    const [row] = await tx.query<{ id: number }>({
      text: 'insert into organisation (parent_id, level, name, full_name) values ($1, $2, $3, $4) returning id',
      values: [parent, level, name, fullName],
    });
    const id = (row as { id: number }).id;
    const former = planned?.formerName;
    await tx.query({
      text: `insert into organisation_name (organisation_id, valid_from, valid_to, name, full_name)
        select $1::int, date '1990-09-01', $2::date, $3, $4 where $2::date is not null
        union all select $1::int, coalesce($2::date + 1, '1990-09-01'), null, $5, $6`,
      values: [id, former?.until ?? null, former?.name ?? '', former?.fullName ?? '', name, fullName],
    });
    await tx.query({
      text: 'insert into organisation_type (organisation_id, type) select $1, unnest($2::text[])',
      values: [id, planned?.types ?? []],
    });
    return id;
  }

  async #added({ municipality, name, fullName, types }: NewDemoOrganisation): Promise<number> {
    const parent = this.#municipalities.get(municipality);
    if (parent === undefined) throw new RangeError(`the demo region has no municipality ${municipality}`);
    return await this.#organisation(parent.id, 'organisation', name, fullName, { types });
  }

  /** A plugin without demo data is fine; one whose demo fails is left without, and the log says so. */
  async #plugin(plugin: PluginInfo): Promise<void> {
    const [data, code] = ['demo.json', 'index.ts'].map(name => join(plugin.folder, 'demo', name)) as [
      string,
      string,
    ];
    if (!existsSync(data) && !existsSync(code)) return;
    const { records, signIns, changes, requests, added, forms } = this.#store;
    const kept = {
      records: new Map(records),
      signIns: [...signIns],
      changes: [...changes],
      requests: [...requests],
      forms: [...forms],
      added: new Map(added),
    };
    await this.#do('savepoint plugin');
    try {
      const context = new DemoContext(this.#store, `demo ${plugin.id}`);
      if (existsSync(data)) await loadDemoFile(context, JSON.parse(await readFile(data, 'utf8')) as DemoFile);
      if (existsSync(code)) {
        const { demo } = (await import(pathToFileURL(code).href)) as { demo: DemoFunction };
        await demo(context);
      }
      await this.#do('release savepoint plugin');
    } catch (error) {
      await this.#do('rollback to savepoint plugin');
      Object.assign(this.#store, kept);
      this.#options.log?.warn({ plugin: plugin.id, error: String(error) }, 'demo data of plugin not loaded');
      if (this.#options.log === undefined) throw error;
    }
  }

  async #do(text: string): Promise<void> {
    await this.#store.tx.query({ text, values: [] });
  }
}
