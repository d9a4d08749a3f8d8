/**
 * The one builder of reading SQL: lists, cards, exports and reports ask for what they need by paths and
 * expressions, and get text in which the actor's scope, rows and fields are already compiled in.
 *
 * Order of calls: `property`, `caption`, `expression`, `where`, `search` add joins and conditions;
 * `tail()` writes `from … where …` and comes after them; `toStatement` binds what depends on the actor.
 */
import type { Actor } from '../access/actor.ts';
import { rightsOn } from '../access/rights.ts';
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';
import type { CheckLimits } from '../expressions/check.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import type { Language } from '../forms/captions.ts';
import { badRequest, forbidden } from '../problems.ts';
import type { Statement } from '../storage/database.ts';
import { captionOf, labelOf } from './captions.ts';
import { assertExpression, compileExpression, compileProperty } from './compile.ts';
import { Frame } from './frame.ts';
import { scopeOfRows } from './row-scope.ts';
import { searchCondition } from './search.ts';
import { actorSlots, and, bind, column, compile, type Plan, type Sql, sql } from './sql.ts';

export interface ScopedQueryOptions {
  params?: Record<string, unknown>;
  /** Whose tuples decide about rows and fields of the source. Default `read`. */
  action?: string;
  /** Of captions of codes and truth values. Default Russian. */
  language?: Language;
  /** Limits of expressions. Default: those of files; for filters made by people pass `USER_LIMITS`. */
  limits?: CheckLimits;
}

export class ScopedQuery {
  readonly frame: Frame;
  readonly entity: Entity;
  readonly #actor: Actor;
  readonly #conditions: Sql[] = [];
  readonly #limits: CheckLimits | undefined;

  /**
   * @throws NOT_FOUND for an unknown kind of card, FORBIDDEN if the role may not do the action with any of them
   */
  constructor(catalogue: Catalogue, actor: Actor, entityId: string, options: ScopedQueryOptions = {}) {
    const rights = rightsOn(catalogue, actor, entityId);
    const action = options.action ?? 'read';
    if (!rights.can(action)) throw forbidden(`Нет права на карточки «${rights.entity.plural}»`);
    this.#actor = actor;
    this.#limits = options.limits;
    this.entity = rights.entity;
    this.frame = new Frame(
      {
        catalogue,
        actor,
        params: options.params ?? {},
        aliases: { next: 1 },
        ...(options.language ? { language: options.language } : {}),
      },
      rights.entity,
      { alias: 't', action },
    );
  }

  /** Id of the record: uuid, for organisations a whole number. */
  get id(): Sql {
    return column('t', 'id');
  }

  /**
   * Value at a path of at most four to-one steps. Empty where a step leads outside the actor's rows.
   *
   * @throws FIELD_UNKNOWN if any name on the way is unknown or closed to the actor
   */
  property(path: string): { sql: Sql; type: ValueType; field?: Field } {
    return compileProperty(this.frame, path);
  }

  /** Label of a reference, caption of a code, formatted day; with '' the record's own label. */
  caption(path: string): Sql {
    return captionOf(this.frame, path);
  }

  label(): Sql {
    return labelOf(this.frame);
  }

  /** @throws EXPRESSION_INVALID, TOO_COMPLEX, FIELD_UNKNOWN with JSON pointers, under `at` if given */
  expression(e: Expression, at = ''): { sql: Sql; type: ValueType } {
    const type = assertExpression(e, this.frame, this.#limits, at);
    return { sql: compileExpression(e, this.frame, type).sql, type };
  }

  /** Joined with the scope by AND at the outermost level (AZ2). */
  where(e: Expression, at = ''): void {
    const type = assertExpression(e, this.frame, this.#limits, at);
    if (type !== 'boolean' && type !== 'unknown')
      throw badRequest('EXPRESSION_INVALID', 'Здесь нужно условие (да или нет)', [
        { path: at, code: 'EXPRESSION_INVALID', message: 'Здесь нужно условие (да или нет)' },
      ]);
    this.condition(compileExpression(e, this.frame, 'boolean').sql);
  }

  /** A condition made by the caller from this query's own parts. */
  condition(builder: Sql): void {
    this.#conditions.push(sql`(${builder})`);
  }

  search(text: string): void {
    this.condition(searchCondition(this.frame, text));
  }

  /** `from … joins … where <scope, rows of the grants, conditions>`. */
  tail(): Sql {
    const conditions = [
      ...scopeOfRows(this.frame, { sameOrganisation: false, nested: false }),
      ...this.#conditions,
    ];
    return sql`${this.frame.fromClause()} where ${and(conditions)}`;
  }

  toPlan(builder: Sql): Plan {
    return compile(builder);
  }

  toStatement(builder: Sql, values: Record<string, unknown> = {}): Statement {
    return bind(compile(builder), { ...actorSlots(this.#actor), ...values });
  }
}
