/** The core's own tables: `sql/NNNN-name.sql`, applied once each and never edited afterwards. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { hashOf, inTransaction, recordMigration } from './applied.ts';
import { MigrationError } from './roles.ts';

const CORE_FILES = join(import.meta.dirname, 'sql');

interface MigrationLog {
  info(details: object, text: string): void;
}

/**
 * Applies the files of the core that this database does not have yet, each in a transaction of its own.
 *
 * @throws MigrationError when a newer version has been at the database, or an applied file was edited
 */
export async function runCoreFiles(client: pg.ClientBase, log: MigrationLog | undefined): Promise<void> {
  const applied = await appliedFiles(client);
  const files = (await readdir(CORE_FILES)).filter(file => file.endsWith('.sql')).sort();
  const newer = [...applied.keys()].find(name => name.endsWith('.sql') && !files.includes(name));
  if (newer !== undefined)
    throw new MigrationError(
      `База обновлена более новой версией Картотеки: в ней применён файл ${newer}, которого здесь нет. Запустите ту же или более новую версию.`,
    );
  for (const name of files) {
    const text = await readFile(join(CORE_FILES, name), 'utf8');
    const hash = hashOf(text);
    if (applied.get(name) === hash) continue;
    if (applied.has(name))
      throw new MigrationError(
        `Файл core/storage/sql/${name} изменён после того, как был применён к этой базе. Верните его или начните с пустой базы.`,
      );
    await inTransaction(client, async () => {
      await client.query(text);
      await recordMigration(client, 'core', name, hash);
    });
    log?.info({ migration: name }, 'core migration applied');
  }
}

async function appliedFiles(client: pg.ClientBase): Promise<Map<string, string>> {
  if (!(await isOurs(client))) return new Map();
  const { rows } = await client.query<{ name: string; hash: string }>(
    `select name, hash from migration where plugin = 'core'`,
  );
  return new Map(rows.map(({ name, hash }) => [name, hash]));
}

async function isOurs(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>(
    `select to_regclass('public.migration') is not null and to_regclass('public.plugin_state') is not null as ours`,
  );
  return rows[0]?.ours === true;
}

/** @throws MigrationError for somebody else's database, named by mistake: it must not get our tables between its own */
export async function refuseForeignTables(client: pg.ClientBase): Promise<void> {
  if (await isOurs(client)) return;
  const { rows } = await client.query<{ base: string; found: string }>(
    `select current_database() as base, c.relname as found from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
      order by c.relname limit 1`,
  );
  if (rows[0])
    throw new MigrationError(
      `В базе ${rows[0].base} уже есть чужие таблицы (например, ${rows[0].found}), а таблиц Картотеки нет. Укажите в DATABASE_URL базу Картотеки или пустую.`,
    );
}
