/**
 * From what stands in the database to what the schemas ask for. Adding is automatic; whatever could lose data
 * or refuse rows that exist (drop, retype, narrow, a new required field over rows) is refused with its place,
 * and the old tables stay as they are.
 */
import type { ColumnPlan, ForeignKeyPlan, IndexPlan, PluginPlan, TablePlan } from './tables.ts';

/** What PostgreSQL says of one table. */
export interface ActualTable {
  columns: Map<string, { type: string; notNull: boolean }>;
  indexes: Map<string, { columns: string[]; unique: boolean }>;
  foreignKeys: Set<string>;
  hasRows: boolean;
  /** Columns without `not null` that hold a null. */
  withNulls: Set<string>;
}

export interface Actual {
  tables: Map<string, ActualTable>;
  /** Table -> plugin that made it, from `plugin_state`. */
  owners: Map<string, string>;
}

export interface Refusal {
  entity: string;
  pointer: string;
  reason: string;
}

export interface Plan {
  /** Statements for tables, columns and indexes. */
  statements: string[];
  /** Run after the tables of every plugin stand. */
  foreignKeys: string[];
  refusals: Refusal[];
}

const SEAT_BELT = `organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])`;
const BOTH_ROLES = 'kartoteka_scoped, kartoteka_region';

const q = (name: string) => `"${name}"`;
const list = (names: string[]) => names.map(q).join(', ');

/** @param stored what the plugin asked for at its last start, if it had one */
export function plan(wanted: PluginPlan, stored: PluginPlan | undefined, actual: Actual): Plan {
  const result: Plan = { statements: [], foreignKeys: [], refusals: [] };
  for (const table of wanted.tables) {
    const standing = actual.tables.get(table.name);
    const owner = actual.owners.get(table.name);
    if (standing === undefined) create(table, result);
    else if (owner !== wanted.plugin)
      result.refusals.push({
        entity: table.entity,
        pointer: '/$id',
        reason:
          owner === undefined
            ? `Таблица «${table.name}» уже есть в базе и сделана не этой системой`
            : `Таблица «${table.name}» принадлежит модулю «${owner}»`,
      });
    else
      alter(
        table,
        standing,
        stored?.tables.find(old => old.name === table.name),
        result,
      );
  }
  for (const old of stored?.tables ?? []) {
    if (wanted.tables.some(table => table.name === old.name) || !actual.tables.has(old.name)) continue;
    result.refusals.push({
      entity: old.entity,
      pointer: '',
      reason: `Из модуля исчезла карточка (или повторяющаяся группа), а таблица «${old.name}» с данными осталась. Верните её в схемы`,
    });
  }
  return result;
}

function create(table: TablePlan, result: Plan): void {
  const columns = [...table.columns.map(definition), `primary key (${list(table.primaryKey)})`];
  result.statements.push(`create table ${q(table.name)} (\n  ${columns.join(',\n  ')}\n)`);
  for (const index of table.indexes) result.statements.push(createIndex(table.name, index));
  result.statements.push(...accessOf(table));
  for (const key of table.foreignKeys) result.foreignKeys.push(addForeignKey(table.name, key));
}

/** Row security is the seat belt under the gateway: it fails closed when the context is forgotten. */
function accessOf(table: TablePlan): string[] {
  const grant = `grant select, insert, update, delete on ${q(table.name)} to ${BOTH_ROLES}`;
  if (table.scope === 'region') return [grant];
  return [
    grant,
    `alter table ${q(table.name)} enable row level security`,
    `create policy scoped on ${q(table.name)} to kartoteka_scoped using (${SEAT_BELT})`,
    `create policy region on ${q(table.name)} to kartoteka_region using (true)`,
  ];
}

function alter(table: TablePlan, standing: ActualTable, old: TablePlan | undefined, result: Plan): void {
  const refuse = (column: { pointer?: string } | undefined, reason: string) =>
    result.refusals.push({ entity: table.entity, pointer: column?.pointer ?? '', reason });
  for (const column of table.columns) {
    const now = standing.columns.get(column.name);
    if (now === undefined) addColumn(table, column, standing, result, refuse);
    else if (now.type !== column.type)
      refuse(
        column,
        `Вид поля «${column.title ?? column.name}» изменён: в базе ${now.type}, в схеме ${column.type}`,
      );
    else if (column.notNull && !now.notNull) {
      if (standing.withNulls.has(column.name))
        refuse(
          column,
          `Поле «${column.title ?? column.name}» стало обязательным, а в базе есть записи без него`,
        );
      else result.statements.push(`alter table ${q(table.name)} alter column ${q(column.name)} set not null`);
    } else if (!column.notNull && now.notNull)
      result.statements.push(`alter table ${q(table.name)} alter column ${q(column.name)} drop not null`);
  }
  for (const gone of old?.columns ?? []) {
    if (table.columns.some(column => column.name === gone.name) || !standing.columns.has(gone.name)) continue;
    refuse(
      gone,
      `Поле «${gone.title ?? gone.name}» исчезло из схемы, а столбец «${gone.name}» с данными остался`,
    );
  }
  alterIndexes(table, standing, old, result);
  for (const key of table.foreignKeys)
    if (!standing.foreignKeys.has(key.name)) result.foreignKeys.push(addForeignKey(table.name, key));
}

function addColumn(
  table: TablePlan,
  column: ColumnPlan,
  standing: ActualTable,
  result: Plan,
  refuse: (column: ColumnPlan, reason: string) => void,
): void {
  if (column.notNull && column.default === undefined && standing.hasRows) {
    refuse(
      column,
      `Новое обязательное поле «${column.title ?? column.name}» без значения по умолчанию, а в таблице уже есть записи`,
    );
    return;
  }
  result.statements.push(`alter table ${q(table.name)} add column ${definition(column)}`);
}

/** An index keeps no data: one that is no longer asked for goes. */
function alterIndexes(
  table: TablePlan,
  standing: ActualTable,
  old: TablePlan | undefined,
  result: Plan,
): void {
  for (const gone of old?.indexes ?? [])
    if (standing.indexes.has(gone.name) && !table.indexes.some(index => index.name === gone.name))
      result.statements.push(`drop index ${q(gone.name)}`);
  for (const index of table.indexes) {
    const now = standing.indexes.get(index.name);
    if (now?.unique === index.unique && now.columns.join() === index.columns.join()) continue;
    if (now !== undefined) result.statements.push(`drop index ${q(index.name)}`);
    result.statements.push(createIndex(table.name, index));
  }
}

function definition(column: ColumnPlan): string {
  const collate = column.collate === undefined ? '' : ` collate ${q(column.collate)}`;
  const otherwise = column.default === undefined ? '' : ` default ${column.default}`;
  return `${q(column.name)} ${column.type}${collate}${column.notNull ? ' not null' : ''}${otherwise}`;
}

const createIndex = (table: string, index: IndexPlan) =>
  `create ${index.unique ? 'unique ' : ''}index ${q(index.name)} on ${q(table)} (${list(index.columns)})`;

const addForeignKey = (table: string, key: ForeignKeyPlan) =>
  `alter table ${q(table)} add constraint ${q(key.name)} foreign key (${list(key.columns)}) references ${q(key.table)} (${list(key.targets)})${key.cascade ? ' on delete cascade' : ''}${key.deferred ? ' deferrable initially deferred' : ''}`;
