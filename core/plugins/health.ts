/** What the database holds of each plugin: version of the tables, and about how many records. */
import type { Catalogue } from '../catalogue/types.ts';
import type { Database } from '../storage/database.ts';

export interface PluginHealth {
  /** Tables as the installed version describes them, those of another version, or none. */
  state: 'current' | 'other-version' | 'missing';
  /** Version whose tables stand. */
  version?: string;
  appliedAt?: string;
  tables: number;
  /** By the statistics of the database server: near, not exact, and without reading a card. */
  records: number;
}

/** A plugin whose folder is gone: its tables and cards stay. */
export interface RemovedPlugin {
  id: string;
  version: string;
  tables: number;
  records: number;
}

interface Row {
  plugin: string;
  version: string;
  unfinished: boolean;
  applied_at: string;
  tables: number;
  records: number;
}

export async function pluginHealth(
  database: Database,
  catalogue: Catalogue,
): Promise<{ of: Map<string, PluginHealth>; removed: RemovedPlugin[] }> {
  const rows = await database.system(tx =>
    tx.query<Row>({
      text: `select p.plugin, p.version, p.tables ? 'unfinished' as unfinished, p.applied_at,
          count(c.oid)::int as tables,
          coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)), 0)::float8 as records
        from plugin_state p
        left join jsonb_array_elements(p.tables -> 'tables') t on true
        left join pg_class c on c.oid = to_regclass(quote_ident(t ->> 'name'))
        group by p.plugin order by p.plugin`,
      values: [],
    }),
  );
  const byPlugin = new Map(rows.map(row => [row.plugin, row]));
  const of = new Map<string, PluginHealth>();
  for (const { id, version } of catalogue.plugins.values()) {
    const row = byPlugin.get(id);
    of.set(id, row ? healthOf(row, version) : { state: 'missing', tables: 0, records: 0 });
  }
  const known = (id: string) =>
    catalogue.plugins.has(id) || catalogue.quarantine.some(fault => fault.plugin === id);
  const removed = rows
    .filter(row => !known(row.plugin))
    .map(({ plugin, version, tables, records }) => ({ id: plugin, version, tables, records }));
  return { of, removed };
}

const healthOf = (row: Row, version: string): PluginHealth => ({
  state: row.unfinished || row.version !== version ? 'other-version' : 'current',
  version: row.version,
  appliedAt: row.applied_at,
  tables: row.tables,
  records: row.records,
});
