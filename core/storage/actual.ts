/** Reads what stands in the database: tables, columns, indexes, references, and what plugins asked for before. */
import type pg from 'pg';
import type { Actual, ActualTable } from './planner.ts';
import type { PluginPlan } from './tables.ts';

/** Descriptions of the last start by plugin. */
export async function readStored(client: pg.ClientBase): Promise<Map<string, PluginPlan>> {
  const { rows } = await client.query<{ plugin: string; tables: PluginPlan }>(
    'select plugin, tables from plugin_state',
  );
  return new Map(rows.map(row => [row.plugin, row.tables]));
}

interface TableRow {
  table: string;
  columns: { name: string; type: string; not_null: boolean }[];
  indexes: { name: string; columns: string[]; unique: boolean }[] | null;
  foreign_keys: string[] | null;
}

/** @param plans the plugins whose tables are looked at, standing or not */
export async function readActual(
  client: pg.ClientBase,
  plans: PluginPlan[],
  stored: Map<string, PluginPlan>,
): Promise<Actual> {
  const owners = new Map<string, string>();
  for (const [plugin, description] of stored)
    for (const table of description.tables) owners.set(table.name, plugin);
  const names = new Set(plans.flatMap(plan => plan.tables.map(table => table.name)));
  for (const plan of plans) for (const table of stored.get(plan.plugin)?.tables ?? []) names.add(table.name);

  const { rows } = await client.query<TableRow>(TABLES, [[...names]]);
  const tables = new Map<string, ActualTable>();
  for (const row of rows) tables.set(row.table, await tableOf(client, row));
  return { tables, owners };
}

const TABLES = `
select c.relname as table,
  (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull))
     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select json_agg(json_build_object('name', i.relname, 'unique', x.indisunique, 'columns',
            (select json_agg(a.attname order by k.position)
               from unnest(x.indkey::int2[]) with ordinality k (attnum, position)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum)))
     from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid and not x.indisprimary) as indexes,
  (select json_agg(f.conname) from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as foreign_keys
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname = any ($1)`;

async function tableOf(client: pg.ClientBase, row: TableRow): Promise<ActualTable> {
  const nullable = row.columns.filter(column => !column.not_null).map(column => column.name);
  const probes = nullable.map(
    (name, i) => `exists (select 1 from "${row.table}" where "${name}" is null) as c${i}`,
  );
  const { rows } = await client.query<Record<string, boolean>>(
    `select ${[`exists (select 1 from "${row.table}") as rows`, ...probes].join(', ')}`,
  );
  const found = rows[0] as Record<string, boolean>;
  return {
    columns: new Map(
      row.columns.map(column => [column.name, { type: column.type, notNull: column.not_null }]),
    ),
    indexes: new Map(
      (row.indexes ?? []).map(index => [index.name, { columns: index.columns, unique: index.unique }]),
    ),
    foreignKeys: new Set(row.foreign_keys ?? []),
    hasRows: found.rows === true,
    withNulls: new Set(nullable.filter((_, i) => found[`c${i}`] === true)),
  };
}
