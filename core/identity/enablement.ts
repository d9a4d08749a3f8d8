/** Which module is switched on for whom and when, and who may not be left without what. */
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { Problem, plural } from '../problems.ts';
import type { Database, Tx } from '../storage/database.ts';
import {
  addDays,
  applyChange,
  type BrokenNeed,
  brokenNeeds,
  type EnablementChange,
  type EnablementRow,
  isOn,
  type OrganisationLine,
} from './enablement-state.ts';

export type { EnablementChange, EnablementRow } from './enablement-state.ts';

export interface EnablementItem extends Omit<EnablementRow, 'organisationId'> {
  organisation?: { id: number; name: string; level: Actor['level'] };
}

/** What a change would do, for the reader to see before it is made. */
export interface EnablementPreview {
  /** Organisations for which the module goes on or off on the first day of the change. */
  concerned: { count: number; names: string[] };
  /** Why the change would be refused; empty: it would not. */
  refusal: string;
}

/** Everything that decides: rows of all plugins and all organisations that are not closed. */
interface Situation {
  rows: EnablementRow[];
  organisations: OrganisationLine[];
}

interface Row {
  id: number;
  plugin: string;
  organisation_type: string | null;
  organisation_id: number | null;
  name: string | null;
  level: Actor['level'] | null;
  enabled: boolean;
  valid_from: string;
  valid_to: string | null;
}

const NAMES_SHOWN = 5;

export class Enablement {
  readonly #database: Database;
  readonly #catalogue: Catalogue;

  constructor(database: Database, catalogue: Catalogue) {
    this.#database = database;
    this.#catalogue = catalogue;
  }

  async list(): Promise<EnablementItem[]> {
    const rows = await this.#database.system(readRows);
    return rows.map(row => {
      const { organisationId, ...item } = rowOf(row);
      return organisationId === undefined
        ? item
        : {
            ...item,
            organisation: { id: organisationId, name: row.name ?? '', level: row.level ?? 'organisation' },
          };
    });
  }

  /** Number of organisations for which each plugin is on that day. */
  async counts(day: string): Promise<Map<string, number>> {
    const { rows, organisations } = await this.#database.system(readSituation);
    const byPlugin = Map.groupBy(rows, row => row.plugin);
    return new Map(
      [...this.#catalogue.plugins.keys()].map(plugin => [
        plugin,
        organisations.filter(one => isOn(byPlugin.get(plugin) ?? [], one, day)).length,
      ]),
    );
  }

  /**
   * Says on, off or nothing for a target from a day on; effective at the next request of that day.
   *
   * @throws MODULE_LACKS (409) when the module would be on somewhere without one it needs
   * @throws MODULE_NEEDED (409) when another module that is on somewhere needs it there
   */
  async change(actor: Actor, plugin: string, change: EnablementChange): Promise<void> {
    await this.#database.system(async tx => {
      // Two changes at once could each be right and wrong together. Readers do not wait.
      await tx.query({ text: 'lock table enablement in share row exclusive mode', values: [] });
      const situation = await readSituation(tx);
      const { after, broken } = this.#outcome(situation, plugin, change);
      if (broken.length > 0) throw this.#refusal(plugin, broken);
      for (const statement of writes(situation.rows, after)) await tx.query(statement);
      await tx.query(
        auditStatement({
          action: 'modules-change',
          actor,
          address: actor.address,
          details: { plugin, ...change },
        }),
      );
    });
  }

  /** What `change` would do; nothing is written. */
  async preview(plugin: string, change: EnablementChange): Promise<EnablementPreview> {
    const situation = await this.#database.system(readSituation);
    const { after, broken } = this.#outcome(situation, plugin, change);
    const own = (rows: EnablementRow[]) => rows.filter(row => row.plugin === plugin);
    const [before, next] = [own(situation.rows), own(after)];
    const concerned = situation.organisations.filter(
      one => isOn(before, one, change.from) !== isOn(next, one, change.from),
    );
    return {
      concerned: { count: concerned.length, names: concerned.slice(0, NAMES_SHOWN).map(one => one.name) },
      refusal: broken.length > 0 ? this.#refusal(plugin, broken).detail : '',
    };
  }

  async organisationExists(id: number): Promise<boolean> {
    const rows = await this.#database.system(tx =>
      tx.query({ text: 'select 1 from organisation where id = $1', values: [id] }),
    );
    return rows.length > 0;
  }

  #outcome({ rows, organisations }: Situation, plugin: string, change: EnablementChange) {
    const others = rows.filter(row => row.plugin !== plugin);
    const own = rows.filter(row => row.plugin === plugin);
    const after = [...others, ...applyChange(own, plugin, change)];
    const requires = new Map(
      [...this.#catalogue.plugins.values()].map(one => [one.id, Object.keys(one.requires)]),
    );
    return { after, broken: brokenNeeds(rows, after, organisations, requires, change.from) };
  }

  #refusal(plugin: string, broken: BrokenNeed[]): Problem {
    const title = (id: string) => `«${this.#catalogue.plugins.get(id)?.title ?? id}»`;
    const lacking = broken.filter(one => one.plugin === plugin);
    const [first] = lacking.length > 0 ? lacking : broken;
    if (first === undefined) throw new Error('nothing is broken');
    const where = whereText(first);
    const members = {
      needs: broken.map(one => ({
        plugin: one.plugin,
        needs: one.needs,
        from: one.from,
        organisations: one.organisations.length,
      })),
    };
    return lacking.length > 0
      ? new Problem(
          'MODULE_LACKS',
          409,
          'Модуль не включён',
          `Модуль ${title(plugin)} не работает без ${lacking.length === 1 ? 'модуля' : 'модулей'} ${lacking.map(one => title(one.needs)).join(', ')}: ${where}. Сначала включите ${lacking.length === 1 ? 'его' : 'их'} там.`,
          { members },
        )
      : new Problem(
          'MODULE_NEEDED',
          409,
          'Модуль не выключен',
          `Модуль ${title(plugin)} нужен ${broken.length === 1 ? 'модулю' : 'модулям'} ${broken.map(one => title(one.plugin)).join(', ')}: ${where}. Сначала выключите ${broken.length === 1 ? 'его' : 'их'} там.`,
          { members },
        );
  }
}

/** `с 30.11.2026, МБОУ СОШ № 1 и ещё 3 организации` */
function whereText({ from, organisations }: BrokenNeed): string {
  const names = organisations.slice(0, 2).map(one => one.name);
  const more = organisations.length - names.length;
  const rest = more > 0 ? ` и ещё ${more} ${plural(more, 'организация', 'организации', 'организаций')}` : '';
  return `с ${from.split('-').reverse().join('.')}, ${names.join(', ')}${rest}`;
}

/** Rows without days are changes that were taken back before they began. */
const readRows = (tx: Tx) =>
  tx.query<Row>({
    text: `select e.id, e.plugin, e.organisation_type, e.organisation_id, o.name, o.level, e.enabled, e.valid_from, e.valid_to
      from enablement e left join organisation o on o.id = e.organisation_id
      where e.valid_to is null or e.valid_to >= e.valid_from
      order by e.plugin, e.valid_from, e.id`,
    values: [],
  });

const rowOf = (row: Row): EnablementRow => ({
  id: row.id,
  plugin: row.plugin,
  enabled: row.enabled,
  from: row.valid_from,
  ...(row.organisation_type === null ? {} : { organisationType: row.organisation_type }),
  ...(row.organisation_id === null ? {} : { organisationId: row.organisation_id }),
  ...(row.valid_to === null ? {} : { to: row.valid_to }),
});

async function readSituation(tx: Tx): Promise<Situation> {
  const rows = await readRows(tx);
  const organisations = await tx.query<OrganisationLine>({
    text: `with recursive up (id, at, parent_id, distance) as (
        select id, id, parent_id, 0 from organisation where level = 'organisation' and closed_on is null
        union all
        select up.id, o.id, o.parent_id, up.distance + 1 from up join organisation o on o.id = up.parent_id)
      select o.id, o.name, array(select t.type from organisation_type t where t.organisation_id = o.id order by 1) as types,
        (select array_agg(up.at order by up.distance) from up where up.id = o.id) as line
      from organisation o where o.id in (select id from up)
      order by o.name collate ru_app, o.id`,
    values: [],
  });
  return { rows: rows.map(rowOf), organisations };
}

/** Statements that bring the table from one set of rows to the other. Nothing is deleted: lost rows lose their days. */
function writes(before: readonly EnablementRow[], after: readonly EnablementRow[]) {
  const next = new Map(after.filter(row => row.id !== undefined).map(row => [row.id, row]));
  const changed = before.flatMap(row => {
    const now = next.get(row.id) ?? { ...row, to: addDays(row.from, -1) };
    return now.from === row.from && now.to === row.to ? [] : [now];
  });
  return [
    ...changed.map(row => ({
      text: 'update enablement set valid_from = $2::date, valid_to = $3::date where id = $1',
      values: [row.id, row.from, row.to ?? null],
    })),
    ...after
      .filter(row => row.id === undefined)
      .map(row => ({
        text: `insert into enablement (plugin, organisation_type, organisation_id, enabled, valid_from, valid_to)
          values ($1, $2, $3::int, $4, $5::date, $6::date)`,
        values: [
          row.plugin,
          row.organisationType ?? null,
          row.organisationId ?? null,
          row.enabled,
          row.from,
          row.to ?? null,
        ],
      })),
  ];
}
