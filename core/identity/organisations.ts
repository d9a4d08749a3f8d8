/** The tree region -> municipality -> organisation, as far as an actor's scope goes. */
import type { Actor } from '../access/actor.ts';
import type { Database } from '../storage/database.ts';

export interface OrganisationItem {
  id: number;
  name: string;
  fullName: string;
  level: Actor['level'];
  parent?: number;
  types: string[];
  closedOn?: string;
}

interface Row {
  id: number;
  name: string;
  full_name: string;
  level: Actor['level'];
  parent_id: number | null;
  types: string[];
  closed_on: string | null;
}

type Scope = Pick<Actor, 'organisationIds' | 'everywhere'>;

export class Organisations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Organisations proper (authorities not counted) that the actor's scope holds. */
  async countInScope(scope: Scope): Promise<number> {
    const [row] = await this.#database.system(tx =>
      tx.query<{ count: number }>({
        text: `select count(*)::int as count from organisation
          where level = 'organisation' and ($1 or id = any ($2::int[]))`,
        values: [scope.everywhere, scope.organisationIds],
      }),
    );
    return row?.count ?? 0;
  }

  /** Organisations of the whole region that are not closed: all, and by type (one may have several). */
  async countByType(): Promise<{ all: number; byType: Map<string, number> }> {
    const rows = await this.#database.system(tx =>
      tx.query<{ type: string | null; count: number }>({
        text: `select t.type, count(distinct o.id)::int as count
          from organisation o left join organisation_type t on t.organisation_id = o.id
          where o.level = 'organisation' and o.closed_on is null
          group by grouping sets ((), (t.type)) order by grouping(t.type) desc`,
        values: [],
      }),
    );
    const [total, ...byType] = rows;
    return {
      all: total?.count ?? 0,
      byType: new Map(byType.flatMap(row => (row.type === null ? [] : [[row.type, row.count]]))),
    };
  }

  /** Everything in scope, parents before children, then by name. */
  async list(scope: Scope): Promise<OrganisationItem[]> {
    const rows = await this.#database.system(tx =>
      tx.query<Row>({
        text: `select o.id, o.name, o.full_name, o.level, o.parent_id, o.closed_on,
            array(select t.type from organisation_type t where t.organisation_id = o.id order by 1) as types
          from organisation o
          where $1 or o.id = any ($2::int[])
          order by case o.level when 'region' then 0 when 'municipality' then 1 else 2 end, o.name collate ru_app, o.id`,
        values: [scope.everywhere, scope.organisationIds],
      }),
    );
    return rows.map(row => ({
      id: row.id,
      name: row.name,
      fullName: row.full_name,
      level: row.level,
      types: row.types,
      ...(row.parent_id === null ? {} : { parent: row.parent_id }),
      ...(row.closed_on ? { closedOn: row.closed_on } : {}),
    }));
  }
}
