/**
 * The one expression language (CQL2-JSON with our functions): row scopes, guards, form rules, report filters,
 * computed columns. Typed against the catalogue by `check.ts`, compiled to SQL by `core/query`, interpreted in
 * the browser and the server by `evaluate.ts` with the same null rules (SQL's three-valued logic).
 */
export type Scalar = string | number | boolean | null;

export type Expression =
  | Scalar
  | { op: Operator; args: Expression[] }
  /** A path from the source record along relations: `currentGroup.grade`. At most 4 steps. */
  | { property: string }
  /** Value of a parameter, `period.start` for a part of it. */
  | { param: string }
  /** Something about who asks. */
  | { actor: 'person' | 'user' | 'organisation' | 'role' }
  /** Over a to-many relation, never a silent fan-out. `last` and `first` need `by`. */
  | {
      rollup: string;
      fn: 'exists' | 'count' | 'sum' | 'min' | 'max' | 'first' | 'last' | 'list';
      property?: string;
      by?: string;
      where?: Expression;
      separator?: string;
    }
  | { case: { when: Expression; then: Expression }[]; else?: Expression }
  | Expression[];

export type Operator =
  | 'and'
  | 'or'
  | 'not'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'between' // [value, low, high]
  | 'in' // [value, [..]]
  | 'contains' // [text, part]: folded (ё/е, case) substring; [codes[], code]: membership
  | 'startsWith'
  | 'isNull'
  | '+'
  | '-'
  | '*'
  | '/'
  | 'coalesce'
  | 'concat' // null when any part is null
  | 'dateText' // [date]: дд.мм.гггг
  | 'age' // [birthDate, on?]: full years
  | 'year'
  | 'month'
  | 'today'
  | 'addDays' // [date, whole number]
  | 'addMonths' // [date, whole number]: the last day of a shorter month where there is no such day
  | 'caption' // [property]: caption of a reference or dictionary code
  | 'filled' // [part?]: how much of the record, or of a part of it, is filled, of what the reader may read
  | 'fillable' // [part?]: how much there is to fill
  | 'missing'; // [part?]: titles of what is empty, text

export type ValueType = 'text' | 'number' | 'boolean' | 'date' | 'instant' | 'uuid' | 'texts' | 'unknown';
