/** Which module is switched on for whom and when. Rows are never deleted: what was on stays known. */
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Database } from '../storage/database.ts';

export interface EnablementItem {
  id: number;
  plugin: string;
  organisationType?: string;
  organisation?: { id: number; name: string };
  from: string;
  to?: string;
}

/** Switched on for a type of organisations or for a subtree, between two days, both included. */
export interface EnablementChange {
  organisationType?: string;
  organisationId?: number;
  from: string;
  to: string | null;
}

interface Row {
  id: number;
  plugin: string;
  organisation_type: string | null;
  organisation_id: number | null;
  name: string | null;
  valid_from: string;
  valid_to: string | null;
}

export class Enablement {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<EnablementItem[]> {
    const rows = await this.#database.system(tx =>
      tx.query<Row>({
        text: `select e.id, e.plugin, e.organisation_type, e.organisation_id, o.name, e.valid_from, e.valid_to
          from enablement e left join organisation o on o.id = e.organisation_id
          order by e.plugin, e.valid_from, e.id`,
        values: [],
      }),
    );
    return rows.map(row => ({
      id: row.id,
      plugin: row.plugin,
      from: row.valid_from,
      ...(row.organisation_type ? { organisationType: row.organisation_type } : {}),
      ...(row.organisation_id === null
        ? {}
        : { organisation: { id: row.organisation_id, name: row.name ?? '' } }),
      ...(row.valid_to ? { to: row.valid_to } : {}),
    }));
  }

  /** Sets the days of a target: the row that is open or begins on the same day is changed, else one is added. */
  async change(actor: Actor, plugin: string, change: EnablementChange): Promise<void> {
    const target = [plugin, change.organisationType ?? null, change.organisationId ?? null];
    await this.#database.system(async tx => {
      const changed = await tx.query({
        text: `update enablement set valid_from = least(valid_from, $4::date), valid_to = $5::date
          where plugin = $1 and organisation_type is not distinct from $2
            and organisation_id is not distinct from $3::int
            and (valid_to is null or valid_from = $4::date) returning id`,
        values: [...target, change.from, change.to],
      });
      if (changed.length === 0)
        await tx.query({
          text: `insert into enablement (plugin, organisation_type, organisation_id, valid_from, valid_to)
            values ($1, $2, $3::int, $4::date, $5::date)`,
          values: [...target, change.from, change.to],
        });
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

  async organisationExists(id: number): Promise<boolean> {
    const rows = await this.#database.system(tx =>
      tx.query({ text: 'select 1 from organisation where id = $1', values: [id] }),
    );
    return rows.length > 0;
  }
}
