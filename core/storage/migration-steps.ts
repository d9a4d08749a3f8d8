/**
 * Carries out the declared changes of one plugin's tables, inside the transaction of its migration. Each step
 * also changes the description of the tables, so that the planner afterwards compares the schemas with what
 * stands now. A closed list of steps: a plugin brings no SQL, and reaches its own tables only.
 */
import type pg from 'pg';
import type { MigrationStep, NarrowStep, PluginMigration } from '../catalogue/migrations.ts';
import { snake } from '../catalogue/naming.ts';
import { conversion, typeOf } from './conversions.ts';
import { type ColumnPlan, index, objectName, type PluginPlan, pathOf, type TablePlan } from './tables.ts';

/** A migration that cannot be applied: where and why; the cause is what the database said, if it did. */
export class StepRefusal extends Error {
  override readonly name = 'StepRefusal';
  readonly file: string;
  readonly pointer: string;

  constructor(file: string, pointer: string, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.file = file;
    this.pointer = pointer;
  }
}

/** Thrown inside a step; its place is added outside. */
class Refused extends Error {}
const refuse = (reason: string): never => {
  throw new Refused(reason);
};

const q = (name: string) => `"${name}"`;
const BY = 'Обновление модуля';

/**
 * @param description  the plugin's tables as they stand; changed by the steps
 * @param wanted       the plugin's tables as its schemas ask for
 * @throws StepRefusal naming the step
 */
export async function runMigration(
  client: pg.ClientBase,
  migration: PluginMigration,
  description: PluginPlan,
  wanted: PluginPlan,
): Promise<void> {
  const run = new StepRun(client, migration.title, description, wanted);
  for (const [at, step] of migration.steps.entries()) {
    try {
      await run.apply(step);
    } catch (error) {
      const refused = error instanceof Refused;
      if (!refused && (error as { code?: string }).code === undefined) throw error;
      const { message } = error as Error;
      throw new StepRefusal(migration.file, `/steps/${at}`, message, refused ? undefined : error);
    }
  }
}

interface Found {
  table: TablePlan;
  column: ColumnPlan;
}

class StepRun {
  readonly #client: pg.ClientBase;
  readonly #title: string;
  readonly #description: PluginPlan;
  readonly #wanted: PluginPlan;

  constructor(client: pg.ClientBase, title: string, description: PluginPlan, wanted: PluginPlan) {
    this.#client = client;
    this.#title = title;
    this.#description = description;
    this.#wanted = wanted;
  }

  async apply(step: MigrationStep): Promise<void> {
    if (step.step === 'rename') {
      if (step.field === undefined) await this.#renameEntity(step.entity, step.to);
      else await this.#renameField(step.entity, step.field, step.to);
    } else if (step.step === 'drop') {
      if (step.field === undefined) await this.#dropEntity(step.entity);
      else await this.#dropField(step.entity, step.field);
    } else if (step.step === 'retype') await this.#retype(step);
    else if (step.step === 'narrow') await this.#narrow(step);
    else await this.#require(step.entity, step.field, step.value);
  }

  async #renameField(entity: string, field: string, to: string): Promise<void> {
    const [group] = this.#tables(entity).filter(table => groupOf(table) === field);
    if (group !== undefined) return this.#renameGroup(entity, group, field, to);
    const { table, column } = this.#column(entity, field);
    const rowsPath = rowsPathOf(column);
    if (rowsPath !== undefined && !to.startsWith(`${rowsPath}.`))
      refuse(`Поле повторяющейся группы «${rowsPath}» остаётся в ней: ${rowsPath}.…`);
    const inTable = (path: string) => snake(rowsPath === undefined ? path : path.slice(rowsPath.length + 1));
    const name = `${inTable(to)}${column.name === `${inTable(field)}_id` ? '_id' : ''}`;
    if (name !== column.name) await this.#renameColumn(table, column.name, name);
    column.name = name;
    column.pointer = pointerOf(to, rowsPath);
    if (rowsPath !== undefined) return;
    await this.#query(
      `update ${q(table.name)} set absent = array_replace(absent, $1, $2) where $1 = any (absent)`,
      [field, to],
    );
    await this.#renameInHistory(entity, field, to);
  }

  async #renameGroup(entity: string, table: TablePlan, field: string, to: string): Promise<void> {
    await this.#renameTable(table, `${this.#own(entity).name}_${snake(to)}`);
    for (const column of table.columns)
      if (column.pointer !== undefined)
        column.pointer = `${pointerOf(to, undefined)}${column.pointer.slice(pointerOf(field, undefined).length)}`;
    await this.#renameInHistory(entity, field, to);
  }

  /** The history goes on under the new name; values stay as they were written. */
  async #renameInHistory(entity: string, field: string, to: string): Promise<void> {
    await this.#query(
      `update change set fields = (fields - $2::text) || jsonb_build_object($3::text, fields -> $2::text)
        where entity = $1 and fields ? $2`,
      [entity, field, to],
    );
  }

  async #renameColumn(table: TablePlan, from: string, to: string): Promise<void> {
    await this.#query(`alter table ${q(table.name)} rename column ${q(from)} to ${q(to)}`);
    const renamed = (columns: string[]) => columns.map(name => (name === from ? to : name));
    for (const key of table.foreignKeys.filter(one => one.columns.includes(from))) {
      const name = objectName(table.name, [to], 'fk');
      await this.#query(`alter table ${q(table.name)} rename constraint ${q(key.name)} to ${q(name)}`);
      Object.assign(key, { name, columns: renamed(key.columns) });
    }
    for (const old of table.indexes.filter(one => one.columns.includes(from))) {
      const next = index(table.name, renamed(old.columns), old.unique);
      await this.#query(`alter index ${q(old.name)} rename to ${q(next.name)}`);
      Object.assign(old, next);
    }
  }

  async #renameEntity(entity: string, to: string): Promise<void> {
    const own = this.#own(entity);
    const [before, after] = [own.name, snake(to)];
    for (const table of this.#tables(entity)) {
      const name = `${after}${table.name.slice(before.length)}`;
      await this.#renameTable(table, name);
      table.entity = to;
    }
    for (const text of ['facet', 'change'])
      await this.#query(`update ${text} set entity = $2 where entity = $1`, [entity, to]);
  }

  async #renameTable(table: TablePlan, name: string): Promise<void> {
    const { rows } = await this.#client.query<{ key: string }>(
      `select conname as key from pg_constraint where conrelid = $1::regclass and contype = 'p'`,
      [q(table.name)],
    );
    await this.#query(`alter table ${q(table.name)} rename to ${q(name)}`);
    for (const { key } of rows)
      await this.#query(`alter index ${q(key)} rename to ${q(`${name.slice(0, 58)}_pkey`)}`);
    for (const old of table.indexes) {
      const next = index(name, old.columns, old.unique);
      await this.#query(`alter index ${q(old.name)} rename to ${q(next.name)}`);
      Object.assign(old, next);
    }
    for (const key of table.foreignKeys) {
      const next = objectName(name, key.columns.slice(-1), 'fk');
      await this.#query(`alter table ${q(name)} rename constraint ${q(key.name)} to ${q(next)}`);
      key.name = next;
    }
    for (const other of this.#description.tables)
      for (const key of other.foreignKeys) if (key.table === table.name) key.table = name;
    table.name = name;
  }

  async #dropEntity(entity: string): Promise<void> {
    this.#own(entity);
    const gone = this.#tables(entity);
    await this.#query(`drop table ${gone.map(table => q(table.name)).join(', ')}`);
    await this.#query('delete from facet where entity = $1', [entity]);
    this.#forget(gone);
  }

  async #dropField(entity: string, field: string): Promise<void> {
    const group = this.#tables(entity).filter(table => groupOf(table) === field);
    if (group.length > 0) {
      await this.#query(`drop table ${group.map(table => q(table.name)).join(', ')}`);
      this.#forget(group);
      return;
    }
    const { table, column } = this.#column(entity, field);
    await this.#query(`alter table ${q(table.name)} drop column ${q(column.name)}`);
    const stays = ({ columns }: { columns: string[] }) => !columns.includes(column.name);
    table.columns = table.columns.filter(one => one !== column);
    table.indexes = table.indexes.filter(stays);
    table.foreignKeys = table.foreignKeys.filter(stays);
    if (isOwn(table))
      await this.#query(
        `update ${q(table.name)} set absent = array_remove(absent, $1) where $1 = any (absent)`,
        [field],
      );
  }

  async #retype({ entity, field, to, otherwise }: MigrationStep & { step: 'retype' }): Promise<void> {
    const { table, column } = this.#column(entity, field);
    const type = typeOf(to);
    const using = conversion(column.type, type, q(column.name));
    if (type === undefined || using === undefined)
      return refuse(`Из ${column.type} в ${to} значения не переводятся: назовите drop и новое поле`);
    if (type === column.type) return;
    const misfit = `${q(column.name)} is not null and (${using}) is null`;
    await this.#settle(entity, { table, column }, field, misfit, otherwise === 'clear' ? 'null' : undefined);
    const collate = type === 'text' ? this.#wantedColumn(entity, field)?.column.collate : undefined;
    await this.#query(`alter table ${q(table.name)} alter column ${q(column.name)} drop default`);
    await this.#query(
      `alter table ${q(table.name)} alter column ${q(column.name)} type ${type}${collate ? ` collate ${q(collate)}` : ''} using (${using})`,
    );
    column.type = type;
    const next = this.#wantedColumn(entity, field)?.column;
    if (next?.default !== undefined && next.type === type)
      await this.#query(
        `alter table ${q(table.name)} alter column ${q(column.name)} set default ${next.default}`,
      );
  }

  async #narrow({ entity, field, maxLength, minimum, maximum, otherwise }: NarrowStep): Promise<void> {
    const found = this.#column(entity, field);
    const name = q(found.column.name);
    const isText = found.column.type === 'text';
    if (isText !== (maxLength !== undefined) || (isText && (minimum ?? maximum) !== undefined))
      refuse('maxLength сужает тексты, minimum и maximum сужают числа');
    if (!isText && !['integer', 'numeric'].includes(found.column.type))
      refuse(`Поле вида ${found.column.type} не сужается`);
    if (otherwise === 'cut' && !isText) refuse('Обрезать можно только текст');
    const misfit = [
      ...(maxLength === undefined ? [] : [`char_length(${name}) > ${maxLength}`]),
      ...(minimum === undefined ? [] : [`${name} < ${minimum}`]),
      ...(maximum === undefined ? [] : [`${name} > ${maximum}`]),
    ].join(' or ');
    const fitting = { refuse: undefined, clear: 'null', cut: `left(${name}, ${maxLength})` };
    await this.#settle(entity, found, field, misfit, fitting[otherwise ?? 'refuse']);
  }

  async #require(entity: string, field: string, value: string | number | boolean): Promise<void> {
    const wanted = this.#wantedColumn(entity, field) ?? refuse(missing(field));
    const name = q(wanted.column.name);
    let found = this.#find(entity, field);
    if (found === undefined) {
      const table =
        this.#tables(entity).find(one => one.name === wanted.table.name) ?? refuse(missing(field));
      const { collate, type } = wanted.column;
      const otherwise = wanted.column.default === undefined ? '' : ` default ${wanted.column.default}`;
      await this.#query(
        `alter table ${q(table.name)} add column ${name} ${type}${collate ? ` collate ${q(collate)}` : ''}${otherwise}`,
      );
      const column = { ...wanted.column, notNull: false };
      table.columns.push(column);
      found = { table, column };
    }
    await this.#write(entity, found, field, `${name} is null`, `$1::${found.column.type}`, [String(value)]);
  }

  /** Values that do not fit are changed as told, or refuse the migration. */
  async #settle(
    entity: string,
    found: Found,
    field: string,
    misfit: string,
    fitting: string | undefined,
  ): Promise<void> {
    if (fitting !== undefined) {
      await this.#write(entity, found, field, misfit, fitting);
      return;
    }
    const { rows } = await this.#client.query<{ count: number }>(
      `select count(*)::int as count from ${q(found.table.name)} where ${misfit}`,
    );
    const count = rows[0]?.count ?? 0;
    if (count > 0)
      refuse(`Поле «${found.column.title ?? field}»: не подходят значения в записях, их ${count}`);
  }

  /** Changes values, each with its entry in the history of the card (rows of a group have none of their own). */
  async #write(
    entity: string,
    { table, column }: Found,
    field: string,
    where: string,
    to: string,
    values: unknown[] = [],
  ): Promise<void> {
    const name = q(column.name);
    if (!isOwn(table)) {
      await this.#query(`update ${q(table.name)} set ${name} = ${to} where ${where}`, values);
      return;
    }
    const tenant = table.scope === 'organisation';
    const organisation = tenant ? 't.organisation_id' : 'null::int as organisation_id';
    const n = values.length;
    await this.#query(
      `with before as (select ${tenant ? 'organisation_id, ' : ''}id, ${name} as was from ${q(table.name)} where ${where} for update),
       touched as (
         update ${q(table.name)} t set ${name} = ${to.replaceAll(name, `t.${name}`)}, version = t.version + 1, updated_at = now() from before b
          where t.id = b.id ${tenant ? 'and t.organisation_id = b.organisation_id' : ''}
         returning ${organisation}, t.id, t.version, b.was, t.${name} as now_is)
       insert into change (organisation_id, entity, record_id, version, action, fields, user_name, reason)
       select organisation_id, $${n + 1}, id, version, 'derive',
              jsonb_build_object($${n + 2}::text, jsonb_strip_nulls(jsonb_build_object('from', was, 'to', now_is))), $${n + 3}, $${n + 4}
         from touched`,
      [...values, entity, field, BY, this.#title],
    );
  }

  #tables(entity: string): TablePlan[] {
    return this.#description.tables.filter(table => table.entity === entity);
  }

  #own(entity: string): TablePlan {
    return this.#tables(entity).find(isOwn) ?? refuse(`Карточки «${entity}» у модуля нет`);
  }

  #forget(gone: TablePlan[]): void {
    this.#description.tables = this.#description.tables.filter(table => !gone.includes(table));
  }

  #find(entity: string, field: string): Found | undefined {
    return columnIn(this.#description, entity, field);
  }

  #column(entity: string, field: string): Found {
    this.#own(entity);
    return this.#find(entity, field) ?? refuse(`Поля «${field}» в карточке «${entity}» нет`);
  }

  #wantedColumn(entity: string, field: string): Found | undefined {
    return columnIn(this.#wanted, entity, field);
  }

  async #query(text: string, values: unknown[] = []): Promise<void> {
    await this.#client.query(text, values);
  }
}

const missing = (field: string) => `Поля «${field}» в схеме нет`;
const isOwn = (table: TablePlan) =>
  table.columns.some(column => column.name === 'version' && !column.pointer);

function columnIn(plan: PluginPlan, entity: string, field: string): Found | undefined {
  for (const table of plan.tables.filter(one => one.entity === entity))
    for (const column of table.columns)
      if (column.pointer !== undefined && pathOf(column.pointer) === field) return { table, column };
  return undefined;
}

const ITEMS = '/items/properties/';
/** Path of the repeating group that the column stands in. */
const rowsPathOf = ({ pointer }: ColumnPlan): string | undefined =>
  pointer?.includes(ITEMS) ? pathOf(pointer.slice(0, pointer.indexOf(ITEMS))) : undefined;
const groupOf = (table: TablePlan): string | undefined => {
  const column = table.columns.find(one => rowsPathOf(one) !== undefined);
  return column && rowsPathOf(column);
};

function pointerOf(path: string, rowsPath: string | undefined): string {
  const steps = (part: string) =>
    part
      .split('.')
      .map(one => `/properties/${one}`)
      .join('');
  if (rowsPath === undefined) return steps(path);
  return `${steps(rowsPath)}/items${steps(path.slice(rowsPath.length + 1))}`;
}
