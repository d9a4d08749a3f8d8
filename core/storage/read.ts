/** Opening one card: one statement reads it with its captions and included cards, and notes the view (AU1). */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { notFound } from '../problems.ts';
import { Columns, type TextRow } from '../query/columns.ts';
import { anyOrganisation } from '../query/row-scope.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { actorSlots, bind, compile, type Plan, slot, sql } from '../query/sql.ts';
import { asText, type Statement, type Tx } from './database.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { answerOf, type RawRecord, type RecordShape, shapeOf, versionOf } from './record-shape.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface OpenPlan {
  shape: RecordShape;
  /** Reads and writes the audit row. */
  viewing: Plan;
  /** Reads only. */
  reading: Plan;
}

const MAX_PLANS = 500;

/** Compiled statements of cards by kind, profile of rights and includes; one per gateway. */
export class OpenPlans {
  readonly #catalogue: Catalogue;
  readonly #plans = new Map<string, OpenPlan>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  get(actor: Actor, entityId: string, include: readonly string[]): OpenPlan {
    const key = `${entityId}|${profileOf(actor)}|${include.join(',')}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const plan = this.#compile(actor, entityId, include);
    if (this.#plans.size >= MAX_PLANS) this.#plans.delete(this.#plans.keys().next().value as string);
    this.#plans.set(key, plan);
    return plan;
  }

  #compile(actor: Actor, entityId: string, include: readonly string[]): OpenPlan {
    const query = new ScopedQuery(this.#catalogue, actor, entityId);
    const columns = new Columns();
    const shape = shapeOf(query.frame, include, columns);
    const idType = query.entity.builtin ? 'int' : 'uuid';
    query.condition(sql`${query.id} = ${slot('id', idType)}`);
    const probes = actor.everywhere ? anyOrganisation(query.frame) : undefined;
    if (probes) query.condition(probes);
    const id = Columns.nameOf(columns.add(query.id));
    const reading = sql`select ${columns.list()} ${query.tail()}`;
    const viewing = sql`with opened as materialized (${reading}), noted as (
      insert into audit (user_id, user_name, appointment_id, role, organisation_id, address, action, entity, record_id, records, details)
      select ${slot('actor.user', 'uuid')}, ${slot('actor.name', 'text')}, ${slot('actor.appointment', 'uuid')},
        ${slot('actor.role', 'text')}, ${slot('actor.organisation', 'int')}, ${slot('actor.address', 'text')},
        'view', ${entityId}::text, ${query.entity.builtin ? sql`null::uuid` : sql`opened.${id}`}, 1,
        ${JSON.stringify(include.length > 0 ? { include } : {})}::jsonb from opened)
      select * from opened`;
    return { shape, reading: compile(reading), viewing: compile(viewing) };
  }
}

/** What of an actor decides the text of statements; everything else is a bound value. */
export function profileOf(actor: Actor): string {
  const scope = actor.everywhere
    ? 'all'
    : actor.organisationIds.length !== 1
      ? 'some'
      : actor.organisationIds[0] === actor.organisationId
        ? 'own'
        : 'one';
  return `${actor.role}|${scope}|${[...actor.plugins].sort().join(',')}`;
}

/** @throws NOT_FOUND for what is no id at all, as for any other card that is not there */
export function recordSlots(actor: Actor, id: string, builtin: boolean): Record<string, unknown> {
  if (!(builtin ? /^[1-9][0-9]{0,8}$/ : UUID).test(id)) throw notFound();
  return {
    ...actorSlots(actor),
    'actor.name': actor.name,
    'actor.appointment': actor.appointmentId,
    'actor.address': actor.address,
    id,
  };
}

export interface OpenedRecord {
  raw: RawRecord;
  shape: RecordShape;
}

/** Statement that reads the card and notes the view; give its rows to `openedRecord`. */
export function viewStatement(plan: OpenPlan, actor: Actor, id: string): Statement {
  return asText(bind(plan.viewing, recordSlots(actor, id, plan.shape.entity.builtin)));
}

/** The same without a note of the view: for the answer of a save. */
export function readStatement(plan: OpenPlan, actor: Actor, id: string): Statement {
  return asText(bind(plan.reading, recordSlots(actor, id, plan.shape.entity.builtin)));
}

/** @throws NOT_FOUND where there is none in the actor's scope and rows */
export function openedRecord({ shape }: OpenPlan, rows: readonly TextRow[]): OpenedRecord {
  const raw = rows[0] && shape.decode(rows[0]);
  if (!raw) throw notFound();
  return { raw, shape };
}

export async function readRecord(
  tx: Tx,
  plans: OpenPlans,
  actor: Actor,
  entityId: string,
  id: string,
  include: readonly string[] = [],
): Promise<OpenedRecord> {
  const plan = plans.get(actor, entityId, include);
  return openedRecord(plan, await tx.query<TextRow>(readStatement(plan, actor, id)));
}

export const toAnswer = ({ shape, raw }: OpenedRecord): RecordAnswer => answerOf(shape, raw);
export { versionOf };
