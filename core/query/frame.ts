/**
 * A frame is one record within a statement: the source itself, a record joined to it, or the record of a
 * correlated subquery. It knows its entity and alias, adds joins to the `from` list it belongs to, and gives
 * columns under the actor's rights. A trusted frame (rows of grants, computed fields) applies no rights.
 */
import type { Actor } from '../access/actor.ts';
import { findRights, type Rights, tupleReads } from '../access/rights.ts';
import { isGated, keepsConsents, partPurpose } from '../catalogue/consents.ts';
import type { Catalogue, Entity, Field, Relation } from '../catalogue/types.ts';
import type { Language } from '../forms/captions.ts';
import { customValue, isCustom } from './custom-column.ts';
import { rowPredicate, scopeOfRows } from './row-scope.ts';
import { and, column, type Sql, slot, sql } from './sql.ts';

/** What about the actor shapes the text of statements; the values come later, through slots. */
export type ActorShape = Pick<
  Actor,
  'role' | 'plugins' | 'everywhere' | 'level' | 'organisationIds' | 'organisationId'
>;

export interface QueryContext {
  catalogue: Catalogue;
  /** Undefined: the system itself (kept fields); then every frame is trusted. */
  actor: ActorShape | undefined;
  params: Record<string, unknown>;
  /** Of captions made by the statement. Default Russian. */
  language?: Language;
  /** Next number for an alias, shared by the whole statement. */
  aliases: { next: number };
}

export class FromList {
  readonly parts: Sql[] = [];
}

export class Frame {
  readonly context: QueryContext;
  readonly entity: Entity;
  readonly alias: string;
  readonly from: FromList;
  readonly trusted: boolean;
  /** Whose tuples decide: of the source `read` or `export`, of everything joined `read`. */
  readonly action: string;
  /** The frame stands first in its list: its row exists, so its person does too. */
  readonly first: boolean;
  #joined = new Map<string, Frame>();
  #person: string | undefined;
  #trustedView: Frame | undefined;

  constructor(
    context: QueryContext,
    entity: Entity,
    options: { from?: FromList; alias?: string; trusted?: boolean; action?: string; first?: boolean } = {},
  ) {
    this.context = context;
    this.entity = entity;
    this.from = options.from ?? new FromList();
    this.alias = options.alias ?? nextAlias(context);
    this.trusted = options.trusted ?? context.actor === undefined;
    this.action = options.action ?? 'read';
    this.first = options.first ?? true;
  }

  get rights(): Rights | undefined {
    return this.context.actor && findRights(this.context.catalogue, this.context.actor, this.entity.id);
  }

  /** Has the table a column with the organisation? */
  get tenant(): boolean {
    return hasOrganisation(this.entity);
  }

  readable(path: string): boolean {
    if (this.trusted) return true;
    return (this.rights?.tuples(this.action) ?? []).some(grant => tupleReads(this.entity, grant, path));
  }

  /** The same record without rights, for the rows of grants. Shares joins' list, not the joins. */
  trustedView(): Frame {
    if (this.trusted) return this;
    this.#trustedView ??= new Frame(this.context, this.entity, {
      from: this.from,
      alias: this.alias,
      trusted: true,
      first: this.first,
    });
    return this.#trustedView;
  }

  /** A frame of the same kind apart from the statement: to ask for names and types without adding joins. */
  probe(): Frame {
    return new Frame(this.context, this.entity, {
      alias: this.alias,
      trusted: this.trusted,
      action: this.action,
    });
  }

  /** The column as stored, rights already checked by the caller. */
  stored(field: Field): Sql {
    if (isCustom(field)) return customValue(this.alias, field);
    return field.owner === 'person' ? column(this.person(), field.column) : column(this.alias, field.column);
  }

  /** The column, empty in the rows where the actor may not see it. */
  value(field: Field): Sql {
    const mask = this.mask(field.path);
    const stored = this.stored(field);
    return mask === undefined ? stored : sql`case when ${mask} then ${stored} end`;
  }

  /**
   * In which rows of the scope the field may be read: undefined = in all of them. Several tuples may open
   * different fields of different rows; the row scope itself admits a row by any of them.
   */
  mask(path: string): Sql | undefined {
    if (this.trusted) return undefined;
    const rows = this.#rowsOf(path);
    const purpose = this.#purposeOf(path);
    if (purpose === undefined) return rows;
    const held = this.held(purpose);
    return rows ? and([rows, held]) : held;
  }

  /** The purpose without whose consent the field, or the part of the card, is shut. */
  #purposeOf(path: string): string | undefined {
    const field = this.entity.fields.get(path);
    if (field) return isGated(field) ? field.purpose : undefined;
    return partPurpose(this.context.catalogue, this.entity, path);
  }

  #rowsOf(path: string): Sql | undefined {
    const all = this.rights?.tuples(this.action) ?? [];
    const reading = all.filter(grant => tupleReads(this.entity, grant, path));
    if (reading.length === all.length) return undefined;
    const predicate = rowPredicate(this, reading);
    return predicate === true ? undefined : predicate === false ? sql`false` : predicate;
  }

  /** Has the person of the record consented to the purpose, to this day? Empty where there is no consent. */
  held(purpose: string): Sql {
    return sql`(${this.#consents()} ->> ${sql.lit(purpose)}) collate "C" >= ${slot('actor.today', 'text')}`;
  }

  /** The column stands in the person's card; a part of a card asks the card it belongs to. */
  #consents(): Sql {
    const parent = this.entity.childOf && this.entity.relations.get(this.entity.childOf.field);
    if (keepsConsents(this.entity) || !parent) return column(this.alias, 'consents');
    return column(this.trustedView().to(parent).alias, 'consents');
  }

  /** Alias of the person of a facet. */
  person(): string {
    if (this.#person === undefined) {
      const alias = nextAlias(this.context);
      const kind = sql.raw(this.first ? 'join' : 'left join');
      this.from.parts.push(
        sql`${kind} person ${sql.id(alias)} on ${column(alias, 'id')} = ${column(this.alias, 'person_id')}`,
      );
      this.#person = alias;
    }
    return this.#person;
  }

  /** Id of the person of a facet, empty in the rows where the actor may not know who it is. */
  personId(): Sql {
    const own = column(this.alias, 'person_id');
    const mask = this.mask('person');
    return mask ? sql`case when ${mask} then ${own} end` : own;
  }

  /** The record at the other end of a to-one relation, where the actor may see it; else all its columns are empty. */
  to(relation: Relation): Frame {
    const known = this.#joined.get(relation.name);
    if (known) return known;
    const target = this.context.catalogue.entities.get(relation.entity) as Entity;
    const frame = new Frame(this.context, target, { from: this.from, trusted: this.trusted, first: false });
    const conditions = [sql`${column(frame.alias, 'id')} = ${this.reference(relation)}`];
    if (frame.tenant && this.tenant)
      conditions.push(
        sql`${column(frame.alias, 'organisation_id')} = ${column(this.alias, 'organisation_id')}`,
      );
    if (!this.trusted)
      conditions.push(...scopeOfRows(frame, { sameOrganisation: this.tenant, nested: true }));
    this.from.parts.push(sql`left join ${sql.id(target.table)} ${sql.id(frame.alias)} on ${and(conditions)}`);
    this.#joined.set(relation.name, frame);
    return frame;
  }

  /** The column by which a to-one relation points. */
  reference(relation: Relation): Sql {
    const field = this.entity.fields.get(relation.via);
    if (field) return this.value(field);
    const own = column(this.alias, 'organisation_id');
    // A joined row that is not there has no organisation, though the planner knows which one it would have: it
    // takes the equality of the outer join for a fact above the join.
    return this.first ? own : sql`case when ${column(this.alias, 'id')} is not null then ${own} end`;
  }

  /**
   * Frame of the records at the other end of a to-many relation, for a correlated subquery, and the conditions
   * that tie them to this record and keep them within the actor's scope.
   */
  many(relation: Relation): { frame: Frame; conditions: Sql[] } {
    const target = this.context.catalogue.entities.get(relation.entity) as Entity;
    const frame = new Frame(this.context, target, { trusted: this.trusted });
    const conditions: Sql[] = [];
    if (frame.tenant && this.tenant)
      conditions.push(
        sql`${column(frame.alias, 'organisation_id')} = ${column(this.alias, 'organisation_id')}`,
      );
    // Who may not see where a record points does not find it from the other end either (G3).
    if (relation.join === 'person') conditions.push(sql`${frame.personId()} = ${this.personId()}`);
    else {
      const via = target.fields.get(relation.via);
      const back = via ? frame.value(via) : column(frame.alias, 'organisation_id');
      conditions.push(sql`${back} = ${column(this.alias, 'id')}`);
    }
    if (!this.trusted)
      conditions.push(...scopeOfRows(frame, { sameOrganisation: this.tenant, nested: false }));
    return { frame, conditions };
  }

  /** `from <table> <alias> <joins>`; call after everything that may join. */
  fromClause(): Sql {
    return sql`from ${sql.id(this.entity.table)} ${sql.id(this.alias)} ${sql.join(this.from.parts, sql` `)}`;
  }
}

export const hasOrganisation = (entity: Entity): boolean =>
  !entity.builtin && entity.scope === 'organisation';

export function nextAlias(context: QueryContext): string {
  return `t${context.aliases.next++}`;
}
