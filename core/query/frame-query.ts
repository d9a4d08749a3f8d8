/** Values over a frame that is not the source of a statement: records of a correlated subquery. */

import type { Field } from '../catalogue/types.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import { fieldUnknown } from '../problems.ts';
import { captionOf } from './captions.ts';
import { assertExpression, compileExpression, compileProperty, locate } from './compile.ts';
import type { Frame } from './frame.ts';
import { and, type Sql, sql } from './sql.ts';

/** What columns are compiled over: the source of a statement, or records of a subquery. */
export interface ValueSource {
  expression(e: Expression, at?: string): { sql: Sql; type: ValueType };
  property(path: string): { sql: Sql; type: ValueType; field?: Field };
  caption(path: string): Sql;
}

export class FrameQuery implements ValueSource {
  readonly #frame: Frame;
  readonly #conditions: Sql[];

  private constructor(frame: Frame, conditions: Sql[]) {
    this.#frame = frame;
    this.#conditions = conditions;
  }

  /** Records at the other end of a to-many relation. @throws FIELD_UNKNOWN if it is unknown or closed */
  static over(source: Frame, relation: string): FrameQuery {
    const found = locate(source, relation);
    if (found?.kind !== 'many') throw fieldUnknown(relation);
    const { frame, conditions } = found.frame.many(found.relation);
    return new FrameQuery(frame, conditions);
  }

  expression(e: Expression, at = ''): { sql: Sql; type: ValueType } {
    const type = assertExpression(e, this.#frame, undefined, at);
    return { sql: compileExpression(e, this.#frame, type).sql, type };
  }

  property(path: string): { sql: Sql; type: ValueType; field?: Field } {
    return compileProperty(this.#frame, path);
  }

  caption(path: string): Sql {
    return captionOf(this.#frame, path);
  }

  where(e: Expression, at = ''): void {
    this.#conditions.push(this.expression(e, at).sql);
  }

  /** `from … where …`; call after everything that may join. */
  tail(): Sql {
    return sql`${this.#frame.fromClause()} where ${and(this.#conditions)}`;
  }
}
