/** Blocks of the home screen: debts of cards and latest changes, each under the rights of who looks. */
import { sql } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { findRights, type Rights } from '../access/rights.ts';
import type { Entity } from '../catalogue/types.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import type { Language } from './problem.ts';
import type { Services } from './services.ts';
import { entityPlural, entityTitle, ownWord } from './texts.ts';

export interface Debt {
  entity: string;
  title: string;
  /** Cards in scope, and those of them with something missing. */
  records: number;
  incomplete: number;
  /** Sums over the cards: the share is a ratio of sums, never a mean of percents. */
  filled: number;
  total: number;
  to: string;
}

export interface LatestChange {
  at: string;
  by: string;
  entity: string;
  entityTitle: string;
  id: string;
  label: string;
  action: string;
  /** Saves of this card by this person in a row. */
  count: number;
}

const DEBT_TIMEOUT_MS = 3_000;
const CHANGES_LOOKED_AT = 60;
const CHANGES_SHOWN = 8;

/** How complete the cards are that the actor may correct (C13). A region sums up in reports, not here. */
export async function debtsOf(services: Services, actor: Actor, language: Language): Promise<Debt[]> {
  if (actor.everywhere) return [];
  const debts: Debt[] = [];
  const catalogue = catalogueOf(services.catalogue, actor);
  for (const entity of catalogue.entities.values()) {
    const rights = findRights(catalogue, actor, entity.id);
    const counts = [...entity.fields.values()].some(field => field.counts && rights?.readable(field.path));
    if (entity.childOf || !counts || !rights?.can('read') || !rights.can('update')) continue;
    const debt = await debtOf(services, actor, entity, language);
    if (debt.records > 0) debts.push(debt);
  }
  return debts;
}

async function debtOf(services: Services, actor: Actor, entity: Entity, language: Language): Promise<Debt> {
  const catalogue = catalogueOf(services.catalogue, actor);
  const query = new ScopedQuery(catalogue, actor, entity.id, { action: 'update' });
  const filled = query.expression({ op: 'filled', args: [] }).sql;
  const total = query.expression({ op: 'fillable', args: [] }).sql;
  const statement = query.toStatement(sql`
    select count(*)::int as records, (count(*) filter (where filled < total))::int as incomplete,
      coalesce(sum(filled), 0)::int as filled, coalesce(sum(total), 0)::int as total
    from (select ${filled} as filled, ${total} as total ${query.tail()}) card`);
  const [row] = await services.database.read<Omit<Debt, 'entity' | 'title' | 'to'>>(actor, statement, {
    timeoutMs: DEBT_TIMEOUT_MS,
  });
  return {
    entity: entity.id,
    title:
      ownWord(services.catalogue, actor, entity.id, 'many', language) ??
      entityPlural(services.catalogue, entity, language),
    records: 0,
    incomplete: 0,
    filled: 0,
    total: 0,
    ...row,
    to: `list/${entity.id}`,
  };
}

interface ChangeRow {
  at: string;
  user_name: string;
  entity: string;
  record_id: string;
  action: string;
}

/** Latest changes of cards the actor may read now. Rows and captions come through the gateway, so none leaks. */
export async function changesOf(
  services: Services,
  actor: Actor,
  language: Language,
): Promise<LatestChange[]> {
  const readable = [...services.catalogue.entities.values()].filter(
    entity => !entity.builtin && isNamed(entity, findRights(services.catalogue, actor, entity.id)),
  );
  const rows = await services.database.read<ChangeRow>(actor, {
    text: `select at, user_name, entity, record_id, action from change
      where entity = any ($1) and action in ('create', 'update') and organisation_id is not null
        and ($2 or organisation_id = any ($3::int[]))
      order by id desc limit $4`,
    values: [readable.map(entity => entity.id), actor.everywhere, actor.organisationIds, CHANGES_LOOKED_AT],
  });
  const grouped = groupRuns(rows);
  const labels = await labelsOf(services, actor, grouped);
  const shown: LatestChange[] = [];
  for (const { row, count } of grouped) {
    const label = labels.get(`${row.entity} ${row.record_id}`);
    const entity = services.catalogue.entities.get(row.entity);
    if (!label || !entity || shown.length >= CHANGES_SHOWN) continue;
    shown.push({
      at: row.at,
      by: row.user_name,
      entity: row.entity,
      entityTitle: entityTitle(services.catalogue, entity, language),
      id: row.record_id,
      label,
      action: row.action,
      count,
    });
  }
  return shown;
}

/** Where the reader may not see names, a change would have no caption. */
function isNamed(entity: Entity, rights: Rights | undefined): boolean {
  return rights?.can('read') === true && (!entity.person || rights.readable('person.lastName'));
}

/** One line for all saves of one card by one person. */
function groupRuns(rows: ChangeRow[]): { row: ChangeRow; count: number }[] {
  const groups = new Map<string, { row: ChangeRow; count: number }>();
  for (const row of rows) {
    const key = `${row.entity} ${row.record_id} ${row.user_name}`;
    const known = groups.get(key);
    if (known) known.count += 1;
    else groups.set(key, { row, count: 1 });
  }
  return [...groups.values()];
}

async function labelsOf(
  services: Services,
  actor: Actor,
  groups: { row: ChangeRow }[],
): Promise<Map<string, string>> {
  const ids = new Map<string, Set<string>>();
  for (const { row } of groups) {
    const set = ids.get(row.entity) ?? new Set();
    ids.set(row.entity, set.add(row.record_id));
  }
  const labels = new Map<string, string>();
  for (const [entity, wanted] of ids) {
    const { items } = await services.gateway.list(actor, entity, {
      filter: { op: 'in', args: [{ property: 'id' }, [...wanted]] },
      fields: [],
      limit: CHANGES_LOOKED_AT,
    });
    for (const item of items) labels.set(`${entity} ${String(item.id)}`, String(item.label ?? ''));
  }
  return labels;
}
