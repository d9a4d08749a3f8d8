/** Cards as they stand, whole and without rights: what a change is merged into and compared with. */
import type { Actor } from '../access/actor.ts';
import { keepsConsents, purposesOf } from '../catalogue/consents.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { Frame } from '../query/frame.ts';
import { recordJson } from '../query/record-json.ts';
import { anyOrganisation } from '../query/row-scope.ts';
import { actorSlots, and, bind, column, compile, jsonObject, type Plan, slot, sql } from '../query/sql.ts';
import type { Consents } from './consents.ts';
import type { Tx } from './database.ts';

export interface StoredCard {
  id: string;
  organisationId: number | null;
  version: number;
  personId: string | null;
  personVersion: number | null;
  /** Of the person of a facet: purpose -> last day. */
  consents?: Consents;
  /** All fields in the shape of the API; absent = empty. */
  fields: Record<string, unknown>;
  absent: string[];
}

interface RawStored {
  id: string;
  o?: number;
  v: number;
  p?: string;
  pv?: number;
  f: Record<string, unknown>;
  a?: string[];
  c?: Consents;
}

const plans = new WeakMap<Entity, Map<boolean, Plan>>();

function planOf(catalogue: Catalogue, entity: Entity, everywhere: boolean): Plan {
  const known = plans.get(entity) ?? new Map<boolean, Plan>();
  plans.set(entity, known);
  const plan = known.get(everywhere) ?? compileStored(catalogue, entity, everywhere);
  known.set(everywhere, plan);
  return plan;
}

function compileStored(catalogue: Catalogue, entity: Entity, everywhere: boolean): Plan {
  const frame = new Frame({ catalogue, actor: undefined, params: {}, aliases: { next: 1 } }, entity, {
    alias: 't',
  });
  const json = jsonObject([
    ['id', column('t', 'id')],
    ['v', column('t', 'version')],
    ['f', recordJson(frame)],
    ['a', column('t', 'absent')],
    ...(purposesOf(entity).length > 0 && keepsConsents(entity)
      ? [['c', column('t', 'consents')] as const]
      : []),
    ...(frame.tenant ? [['o', column('t', 'organisation_id')] as const] : []),
    ...(entity.person
      ? ([
          ['p', column('t', 'person_id')],
          ['pv', column(frame.person(), 'version')],
        ] as const)
      : []),
  ]);
  const conditions = [sql`${column('t', 'id')} = any(${slot('ids', 'uuid[]')})`];
  if (frame.tenant && !everywhere)
    conditions.push(sql`${column('t', 'organisation_id')} = any(${slot('actor.organisations', 'int[]')})`);
  const probes = everywhere ? anyOrganisation(frame) : undefined;
  if (probes) conditions.push(probes);
  const locked = [sql.id('t'), ...(entity.person ? [sql.id(frame.person())] : [])];
  return compile(
    sql`select json_strip_nulls(${json}) as card ${frame.fromClause()} where ${and(conditions)} order by ${column('t', 'id')} for update of ${sql.join(locked)}`,
  );
}

/** Reads and locks the cards (and the people behind them) until the end of the transaction. */
export async function lockStored(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entity: Entity,
  ids: readonly string[],
): Promise<Map<string, StoredCard>> {
  if (ids.length === 0) return new Map();
  const statement = bind(planOf(catalogue, entity, actor.everywhere), { ...actorSlots(actor), ids });
  const rows = await tx.query<{ card: RawStored }>(statement);
  return new Map(
    rows.map(({ card }) => [
      card.id,
      {
        id: card.id,
        organisationId: card.o ?? null,
        version: card.v,
        personId: card.p ?? null,
        personVersion: card.pv ?? null,
        fields: card.f,
        absent: card.a ?? [],
        ...(card.c ? { consents: card.c } : {}),
      },
    ]),
  );
}
