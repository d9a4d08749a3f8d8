import { strict as assert } from 'node:assert';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../../core/config.ts';
import { createPlugin } from '../../core/plugins/create.ts';
import type { Asking } from './harness/client.ts';
import type { Counts, Fault } from './harness/fault.ts';
import { aWorldOfProcesses, type World } from './harness/world.ts';

const PLUGIN = 'chess';
const url = `/api/records/${PLUGIN}-record`;

interface Migration {
  name: string;
  text: string;
}

const aMigration = (name: string, ...steps: object[]): Migration => ({
  name,
  text: JSON.stringify({ $schema: 'kartoteka/migration/1', title: 'Проверка', steps }),
});
const entity = `${PLUGIN}-record`;
const rename = aMigration('0001-remark', { step: 'rename', entity, field: 'note', to: 'remark' });
const dropRemark = { step: 'drop', entity, field: 'remark' };

interface Bad {
  what: string;
  migrations: Migration[];
  /** Held for the time of the start. */
  lock?: boolean;
  reason: RegExp;
}

const bad: Bad[] = [
  {
    what: 'синтаксическая ошибка',
    migrations: [rename, { name: '0002-less', text: '{ "steps": [' }],
    reason: /не JSON/,
  },
  {
    what: 'значения не подходят',
    migrations: [
      rename,
      aMigration('0002-less', dropRemark, { step: 'retype', entity, field: 'name', to: 'integer' }),
    ],
    reason: /не подходят значения/,
  },
  {
    what: 'таблица занята без конца',
    migrations: [rename, aMigration('0002-less', dropRemark)],
    lock: true,
    reason: /заняты/,
  },
  {
    what: 'изменён текст применённого файла',
    migrations: [aMigration('0001-remark', dropRemark)],
    reason: /изменён после/,
  },
];

/** Lays out a version of the plugin: `fields` names what became of the third field. */
async function installed(world: World, version: string, third: string | undefined, migrations: Migration[]) {
  const folder = join(world.plugins, PLUGIN);
  await rm(folder, { recursive: true, force: true });
  await createPlugin(world.plugins, PLUGIN, readConfig().version);
  await edit(join(folder, 'plugin.json'), manifest => ({ ...manifest, version }));
  await edit(join(folder, 'schemas', `${entity}.schema.json`), card => {
    const { note, ...rest } = card.properties as Record<string, object | undefined>;
    return { ...card, properties: { ...rest, ...(third ? { [third]: note } : {}) } };
  });
  for (const { name, text } of migrations) {
    const file = join(folder, 'migrations', `${name}.migration.json`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function edit(file: string, change: (json: Record<string, unknown>) => object) {
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
}

/** A start while another connection holds the table, let go afterwards. */
async function startLocked(world: World) {
  const holder = new pg.Client({ connectionString: world.ownerUrl });
  await holder.connect();
  await holder.query(`begin; select * from ${PLUGIN}_record`);
  try {
    return await world.start();
  } finally {
    await holder.query('commit');
    await holder.end();
  }
}

interface Modules {
  plugins: { id: string; version: string }[];
  quarantine: { plugin: string; reason: string; serving?: string }[];
}

async function modulesOf(admin: Asking): Promise<Modules> {
  return (await admin.request<Modules>('GET', '/api/modules', {})).body;
}

const rowsOf = (world: World) =>
  world.owner(`select to_jsonb(t) - 'updated_at' as row from ${PLUGIN}_record t order by id`);

/** The former version serves, says so, and takes both reads and writes; the rest is untouched. */
async function assertFormerServes(world: World, one: Bad, card: string, round: number) {
  const before = await rowsOf(world);
  await installed(world, '0.3.0', one.migrations.length > 1 ? undefined : 'remark', one.migrations);
  const instance = await (one.lock ? startLocked(world) : world.start());
  try {
    const admin = await instance.signIn('org-admin');
    assert.deepEqual(await rowsOf(world), before, 'rows changed by a refused migration');
    const { plugins, quarantine } = await modulesOf(admin);
    assert.deepEqual(
      quarantine.map(({ plugin, serving }) => [plugin, serving]),
      [[PLUGIN, '0.2.0']],
    );
    assert.match(quarantine[0]?.reason ?? '', one.reason);
    assert.equal(plugins.find(plugin => plugin.id === PLUGIN)?.version, '0.2.0');
    assert.ok(plugins.length > 3, 'the others serve');
    const read = await admin.request('GET', `${url}/${card}`, {});
    assert.deepEqual([read.status, read.body.remark], [200, 'первая']);
    const made = await admin.request('POST', url, { body: { name: `Партия ${round}`, remark: one.what } });
    assert.deepEqual([made.status, made.body.remark], [201, one.what]);
    assert.equal((await admin.request('GET', '/api/records/study-group', {})).status, 200);
  } finally {
    await instance.stop();
  }
}

/** @param aWorld  where instances are started; closed at the end */
export async function runPluginMigrations(
  world: World,
  rounds: number,
  say: (line: string) => void,
): Promise<Counts> {
  const counts = { refused: 0, served: 0, mended: 0 };
  try {
    await installed(world, '0.1.0', 'note', []);
    const first = await world.start();
    const admin = await first.signIn('org-admin');
    const made = await admin.request<{ id: string }>('POST', url, {
      body: { name: 'Партия', note: 'первая' },
    });
    assert.equal(made.status, 201);
    await first.stop();
    await installed(world, '0.2.0', 'remark', [rename]);
    await (await world.start()).stop();
    for (let round = 1; round <= rounds; round += 1)
      for (const one of bad) {
        await assertFormerServes(world, one, made.body.id, round);
        counts.refused += 1;
        counts.served += 1;
        say(`${round}: ${one.what} — отклонено, работает прежняя версия`);
      }
    await installed(world, '0.3.0', undefined, [rename, aMigration('0002-less', dropRemark)]);
    const mended = await world.start();
    const again = await mended.signIn('org-admin');
    const { plugins, quarantine } = await modulesOf(again);
    assert.deepEqual(quarantine, []);
    assert.equal(plugins.find(plugin => plugin.id === PLUGIN)?.version, '0.3.0');
    const rows = await rowsOf(world);
    assert.equal(rows.length, 1 + rounds * bad.length);
    assert.ok(rows.every(({ row }: { row?: Record<string, unknown> }) => row && !('remark' in row)));
    counts.mended = 1;
    await mended.stop();
    return counts;
  } finally {
    await world.close();
  }
}

export const pluginMigration: Fault = {
  id: 'F18',
  title: 'негодный переход модуля',
  rounds: 2,
  run: async ({ rounds, say }) => runPluginMigrations(await aWorldOfProcesses(), rounds, say),
};
