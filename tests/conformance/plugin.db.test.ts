/** The life of every plugin in plugins/: installed, upgraded from the version recorded, its reports, switched off. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../core/access/actor.ts';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { loadCatalogue } from '../../core/catalogue/load.ts';
import type { Catalogue, PluginInfo } from '../../core/catalogue/types.ts';
import { shapeOf } from '../../core/reports/definition.ts';
import { Reports } from '../../core/reports/reports.ts';
import { migrate } from '../../core/storage/migrate.ts';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';
import { installedPlugins } from '../support/catalogue.ts';
import { aDatabase, demoDay, type TestDatabase, testSecret } from '../support/database.ts';
import { fill } from './filler.ts';

const catalogue = await loadCatalogue({ pluginFolders: [installedPlugins] });
const recorded = await loadCatalogue({ pluginFolders: [join(import.meta.dirname, 'recorded')] });
const plugins = [...catalogue.plugins.values()].map(plugin => [plugin.id, plugin] as const);
const entitiesOf = (of: Catalogue, plugin: string) =>
  [...of.entities.values()].filter(entity => entity.plugin === plugin);

async function withOrganisation(db: TestDatabase): Promise<number> {
  const [region] = await db.owner<{ id: number }>(
    `insert into organisation (name, full_name, level) values ('Край', 'Край', 'region') returning id`,
  );
  const [school] = await db.owner<{ id: number }>(
    `insert into organisation (name, full_name, level, parent_id) values ('Школа', 'Школа', 'organisation', $1) returning id`,
    [region?.id],
  );
  return school?.id as number;
}

/** Rows of all tables of a plugin, children included. */
async function rowsOf(
  db: TestDatabase,
  of: Catalogue,
  plugin: string,
): Promise<Map<string, Record<string, unknown>[]>> {
  const tables = entitiesOf(of, plugin).flatMap(entity => [
    entity.table,
    ...[...entity.fields.values()].flatMap(field => (field.kind === 'rows' ? [field.sqlType] : [])),
  ]);
  const rows = new Map<string, Record<string, unknown>[]>();
  for (const table of tables) {
    const found = await db.owner<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from "${table}" t order by id`,
    );
    rows.set(
      table,
      found.map(one => one.row),
    );
  }
  return rows;
}

describe('upgraded from the version recorded', () => {
  let db: TestDatabase;
  const before = new Map<string, Map<string, Record<string, unknown>[]>>();
  beforeAll(async () => {
    db = await aDatabase({ empty: true });
    expect(recorded.quarantine).toEqual([]);
    expect((await migrate(db.ownerUrl, recorded, { secret: testSecret })).quarantined).toEqual([]);
    await fill(db, recorded, await withOrganisation(db));
    for (const id of recorded.plugins.keys()) before.set(id, await rowsOf(db, recorded, id));
    expect((await migrate(db.ownerUrl, catalogue, { secret: testSecret })).quarantined).toEqual([]);
  }, 120_000);
  afterAll(() => db.close());

  it.each(plugins)('plugin %s is recorded, and keeps every value that was written', async id => {
    expect(recorded.plugins.has(id), 'record it: tests/conformance/recorded/README.md').toBe(true);
    const rows = before.get(id) ?? new Map<string, Record<string, unknown>[]>();
    for (const [table, old] of rows) {
      expect(old.length, table).toBeGreaterThan(0);
      const now = await db.owner<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from "${table}" t order by id`,
      );
      expect(now, table).toHaveLength(old.length);
      for (const [at, one] of now.entries())
        expect(one.row, table).toMatchObject(kept(old[at] ?? {}, one.row));
    }
  });

  it('a second start changes nothing', async () => {
    const shape = () =>
      db.owner(
        'select table_name, column_name, data_type from information_schema.columns where table_schema = $1 order by 1, 2',
        ['public'],
      );
    const first = await shape();
    expect((await migrate(db.ownerUrl, catalogue, { secret: testSecret })).quarantined).toEqual([]);
    expect(await shape()).toEqual(first);
  });
});

/** Columns that a declared migration has dropped are gone; all others are there with their values. */
const kept = (old: Record<string, unknown>, now: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(old).filter(([column]) => column in now));

describe('reports without a single card', () => {
  let db: TestDatabase;
  let reports: Reports;
  let actor: Actor;
  beforeAll(async () => {
    db = await aDatabase();
    const organisationId = await withOrganisation(db);
    reports = new Reports({ database: db.database, catalogue, audit: new AuditLog(db.database) });
    actor = {
      userId: '00000000-0000-7000-8000-000000000001',
      personId: null,
      name: 'Петрова А. Б.',
      appointmentId: '00000000-0000-7000-8000-0000000000aa',
      role: 'org-admin',
      organisationId,
      organisationName: 'Школа',
      level: 'organisation',
      organisationIds: [organisationId],
      everywhere: false,
      organisationTypes: ['general'],
      plugins: new Set(catalogue.plugins.keys()),
      today: demoDay,
      address: '127.0.0.1',
    };
  }, 120_000);
  afterAll(async () => {
    await reports.close();
    await db.close();
  });

  const lists = [...catalogue.reports.values()].filter(
    report => shapeOf(report.definition as never) !== 'document',
  );
  it.each(lists.map(report => [report.id, report] as const))(
    'report %s renders empty in every form',
    async (id, report) => {
      const { audience = [] } = report.definition as { audience?: string[] };
      const reader = {
        ...actor,
        role: audience.length === 0 || audience.includes('org-admin') ? 'org-admin' : (audience[0] as string),
      };
      for (const format of ['json', 'html', 'csv', 'xlsx', 'pdf'] as const) {
        const outcome = await reports
          .run(reader, { report: id, parameters: {}, format })
          .catch((error: unknown) => error);
        // A role that may not export has no file of it; whatever else is refused is a fault.
        if (outcome instanceof Error)
          expect((outcome as Error & { code?: string }).code, `${id} ${format}`).toBe('FORBIDDEN');
        else expect(outcome).toMatchObject({ kind: format === 'json' ? 'json' : 'file' });
      }
    },
    60_000,
  );
});

describe('grants', () => {
  it.each(plugins)(
    'plugin %s leaves no field that nobody reads or fills, and no right without the one it needs',
    id => {
      for (const entity of entitiesOf(catalogue, id)) {
        const grants = catalogue.grants.filter(grant => grant.entity === entity.id);
        const opens = (names: '*' | readonly string[], path: string) =>
          names === '*' || names.some(name => name === path || path.startsWith(`${name}.`));
        for (const field of entity.fields.values()) {
          const place = `${entity.id}.${field.path}`;
          const reads = grants.filter(grant => grant.actions.includes('read'));
          expect(
            reads.some(
              grant =>
                grant.fields === '*' || opens([...grant.fields.read, ...grant.fields.write], field.path),
            ),
            `${place}: read`,
          ).toBe(true);
          const writes = grants.filter(grant =>
            grant.actions.some(action => action === 'create' || action === 'update'),
          );
          if (!field.computed)
            expect(
              writes.some(grant => grant.fields === '*' || opens(grant.fields.write, field.path)),
              `${place}: write`,
            ).toBe(true);
        }
        const readers = new Set(
          grants.filter(grant => grant.actions.includes('read')).map(grant => grant.role),
        );
        // Two entries of one person are joined by what tells people apart, without opening their cards.
        for (const grant of grants.filter(({ actions }) => actions.some(action => action !== 'merge')))
          expect(readers.has(grant.role), `${entity.id}: ${grant.role} reads`).toBe(true);
      }
    },
  );
});

describe('in the demo region', () => {
  let home: TestApp;
  let region: TestClient;
  beforeAll(async () => {
    home = await anApp({ demo: true });
    region = await home.signIn('region-admin');
  }, 240_000);
  afterAll(() => home.close());

  it.each(plugins)('plugin %s has cards of every kind', async id => {
    for (const entity of entitiesOf(catalogue, id)) {
      const [found] = await home.db.owner<{ count: number }>(
        `select count(*)::int as count from "${entity.table}"`,
      );
      expect(found?.count, entity.id).toBeGreaterThan(0);
    }
  });

  /** The plugin and all that need it, those that are needed last. */
  const downwards = (plugin: PluginInfo): string[] => {
    const needing = [...catalogue.plugins.values()].filter(one => plugin.id in one.requires);
    return [...new Set([...needing.flatMap(downwards), plugin.id])];
  };
  const switchAll = async (ids: readonly string[], enabled: boolean | null) => {
    const [town] = await home.db.owner<{ id: number }>(
      `select id from organisation where level = 'municipality' and id = (select parent_id from organisation where id = $1)`,
      [(await home.signIn('org-admin')).session.active.organisation.id],
    );
    for (const id of ids) {
      const answer = await region.put(`/api/modules/${id}/enablement`, { organisationId: town?.id, enabled });
      expect(answer.status, `${id} ${answer.text}`).toBe(200);
    }
  };

  it.each(plugins)(
    'PL2 plugin %s is archived: nothing of it is reached, its cards stay and come back',
    async (id, plugin) => {
      const before = await rowsOf(home.db, catalogue, id);
      const ids = downwards(plugin);
      await switchAll(ids, false);
      const admin = await home.signIn('org-admin');
      const session = await admin.get<{ menu: { list: string }[] }>('/api/session');
      const reports = await admin.get<{ items: { id: string }[] }>('/api/reports');
      for (const entity of entitiesOf(catalogue, id)) {
        expect((await admin.get(`/api/entities/${entity.id}`)).status, entity.id).toBe(404);
        expect((await admin.post(`/api/records/${entity.id}/query`, {})).status, entity.id).toBe(404);
        expect((await admin.post(`/api/records/${entity.id}`, {})).status, entity.id).toBe(404);
        expect(session.body.menu.map(item => item.list)).not.toContain(entity.id);
      }
      for (const report of catalogue.reports.values())
        if (report.plugin === id) expect(reports.body.items.map(one => one.id)).not.toContain(report.id);
      expect(await rowsOf(home.db, catalogue, id)).toEqual(before);
      await switchAll(ids.toReversed(), null);
      const [first] = entitiesOf(catalogue, id);
      const again = await (await home.signIn('org-admin')).post(`/api/records/${first?.id}/query`, {
        limit: 1,
      });
      const types = (await home.signIn('org-admin')).session.active.organisation as unknown as {
        types?: string[];
      };
      if (plugin.organisationTypes.includes(types.types?.[0] ?? 'general')) expect(again.status).toBe(200);
    },
    60_000,
  );
});
