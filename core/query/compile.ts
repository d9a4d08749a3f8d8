/** Expression -> SQL over a frame. Names and rights are decided here, types by the check made before. */

import type { Field, Relation } from '../catalogue/types.ts';
import { resolvePath, typeOfField } from '../expressions/catalogue-scope.ts';
import { type CheckLimits, type CheckScope, checkExpression } from '../expressions/check.ts';
import { hasPart, inPart } from '../expressions/parts.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import { commonType, fitsType, isLiteral, literalType } from '../expressions/value-types.ts';
import { badRequest, fieldUnknown, Problem } from '../problems.ts';
import { readableSections } from './completeness.ts';
import type { Frame } from './frame.ts';
import { compileOperator } from './operators.ts';
import { compileRollup } from './rollup.ts';
import { bound, boundList, column, type Sql, slot, sql } from './sql.ts';

export interface Typed {
  sql: Sql;
  type: ValueType;
}

/** Where a path of the frame leads, with rights checked at every step. */
export type Located =
  | { kind: 'field'; frame: Frame; field: Field }
  | { kind: 'person'; frame: Frame }
  | { kind: 'id'; frame: Frame }
  | { kind: 'many'; frame: Frame; relation: Relation };

/**
 * Follows a path, adding the joins it needs. Undefined where a name is unknown or closed to the actor:
 * both are the same to the outside (G3).
 */
export function locate(frame: Frame, path: string): Located | undefined {
  const resolved = resolvePath(frame.context.catalogue, frame.entity.id, path);
  if (!resolved) return undefined;
  let here = frame;
  for (const { relation } of resolved.steps) {
    if (!stepAllowed(here, relation)) return undefined;
    here = here.to(relation);
    if (!here.trusted && !here.rights?.can(here.action)) return undefined;
  }
  const { end } = resolved;
  switch (end.kind) {
    case 'field':
      return here.readable(end.field.path) ? { kind: 'field', frame: here, field: end.field } : undefined;
    case 'person':
      return here.readable('person') ? { kind: 'person', frame: here } : undefined;
    case 'id':
      return { kind: 'id', frame: here };
    case 'many':
      return manyAllowed(here, end.relation)
        ? { kind: 'many', frame: here, relation: end.relation }
        : undefined;
  }
}

/** The field that points must be readable; the organisation of a record is no secret of it. */
const stepAllowed = (frame: Frame, relation: Relation): boolean =>
  frame.trusted || !frame.entity.fields.has(relation.via) || frame.readable(relation.via);

export function manyAllowed(frame: Frame, relation: Relation): boolean {
  if (frame.trusted) return true;
  const { catalogue, actor } = frame.context;
  const target = catalogue.entities.get(relation.entity);
  if (!target || !actor) return false;
  const seen = frame.many(relation).frame;
  if (!seen.rights?.can('read')) return false;
  return relation.join === 'person'
    ? seen.readable('person') && frame.readable('person')
    : !target.fields.has(relation.via) || seen.readable(relation.via);
}

/** Names and types of a frame for the check; rights applied. Adds no joins: the scope has frames of its own. */
export function scopeOf(frame: Frame): CheckScope {
  const probe = () => frame.probe();
  return {
    record: true,
    part: name => hasPart(frame.entity, name) && partIsOpen(probe(), name),
    property(path) {
      const found = locate(probe(), path);
      if (found?.kind === 'field') return found.field.kind === 'rows' ? undefined : typeOfField(found.field);
      if (found?.kind === 'person') return 'uuid';
      if (found?.kind === 'id') return found.frame.entity.builtin ? 'number' : 'uuid';
      return undefined;
    },
    rollup(path) {
      const found = locate(probe(), path);
      return found?.kind === 'many' ? scopeOf(found.frame.many(found.relation).frame) : undefined;
    },
    param(name) {
      const value = paramOf(frame, name);
      if (value === undefined) return undefined;
      // A text may stand for a day or an id: the place where it is used decides.
      return typeof value === 'string' || Array.isArray(value) ? 'unknown' : literalType(value);
    },
  };
}

/** Something of the part is open to the reader. */
const partIsOpen = (frame: Frame, part: string): boolean =>
  [...frame.entity.fields.values()].some(
    field => field.counts && inPart(frame.entity, part, field.path) && frame.readable(field.path),
  ) || readableSections(frame).some(relation => inPart(frame.entity, part, relation.name));

/** @throws FIELD_UNKNOWN, EXPRESSION_INVALID or TOO_COMPLEX with JSON pointers under `at` */
export function assertExpression(e: unknown, frame: Frame, limits?: CheckLimits, at = ''): ValueType {
  const { type, problems } = checkExpression(e, scopeOf(frame), limits);
  const [first] = problems;
  if (!first) return type;
  const errors = problems.map(({ pointer, code, message }) => ({ path: at + pointer, code, message }));
  if (first.code === 'FIELD_UNKNOWN') {
    const unknown = fieldUnknown(first.path ?? '');
    throw new Problem(unknown.code, unknown.status, unknown.title, unknown.detail, { errors });
  }
  throw badRequest(first.code, first.message, errors);
}

/** Compiles an expression that has passed the check. `wanted` is the type plain texts take. */
export function compileExpression(e: Expression, frame: Frame, wanted: ValueType = 'unknown'): Typed {
  if (isLiteral(e)) return compileLiteral(e, wanted);
  if (Array.isArray(e)) throw badRequest('EXPRESSION_INVALID', 'Перечень допускается только в in');
  const node = e as Exclude<Expression, string | number | boolean | null | Expression[]>;
  if ('op' in node) return compileOperator(node.op, node.args ?? [], frame, wanted);
  // Before `property`, which a rollup has too.
  if ('rollup' in node) return compileRollup(node, frame);
  if ('property' in node) return compileProperty(frame, node.property);
  if ('param' in node) return compileLiteral(paramOf(frame, node.param) ?? null, wanted, node.param);
  if ('actor' in node) return compileActor(node.actor);
  return compileCase(node, frame, wanted);
}

export function compileProperty(frame: Frame, path: string): Typed & { field?: Field } {
  const found = locate(frame, path);
  if (!found || found.kind === 'many') throw fieldUnknown(path);
  if (found.kind === 'person') return { sql: found.frame.personId(), type: 'uuid' };
  if (found.kind === 'id')
    return { sql: column(found.frame.alias, 'id'), type: found.frame.entity.builtin ? 'number' : 'uuid' };
  return { sql: found.frame.value(found.field), type: typeOfField(found.field), field: found.field };
}

function compileLiteral(value: unknown, wanted: ValueType, name?: string): Typed {
  const type = wanted === 'unknown' ? literalType(value) : wanted;
  if (Array.isArray(value)) {
    const of = type === 'texts' || type === 'unknown' ? listType(value) : type;
    if (!value.every(item => fitsType(item, of))) throw misfit(name);
    return { sql: boundList(value, of), type: 'texts' };
  }
  if (!fitsType(value, type)) throw misfit(name);
  return { sql: bound(value, type), type };
}

const listType = (values: readonly unknown[]): ValueType =>
  literalType(values.find(value => value !== null)) === 'number' ? 'number' : 'text';

const misfit = (name?: string) =>
  badRequest(
    'EXPRESSION_INVALID',
    name ? `Значение параметра «${name}» не подходит к полю` : 'Значение не подходит к полю',
  );

const ACTOR_TYPES = { person: 'uuid', user: 'uuid', organisation: 'number', role: 'text' } as const;

function compileActor(part: keyof typeof ACTOR_TYPES): Typed {
  const type = ACTOR_TYPES[part];
  return { sql: slot(`actor.${part}`, type === 'number' ? 'int' : type), type };
}

function compileCase(node: Extract<Expression, { case: unknown }>, frame: Frame, wanted: ValueType): Typed {
  const results = [...node.case.map(branch => branch.then), ...(node.else === undefined ? [] : [node.else])];
  const type = wanted === 'unknown' ? typeOfAll(results, frame) : wanted;
  const branches = node.case.map(
    ({ when, then }) =>
      sql`when ${compileExpression(when, frame, 'boolean').sql} then ${compileExpression(then, frame, type).sql}`,
  );
  const otherwise =
    node.else === undefined ? sql`` : sql`else ${compileExpression(node.else, frame, type).sql}`;
  return { sql: sql`case ${sql.join(branches, sql` `)} ${otherwise} end`, type };
}

/** The type that several expressions share. */
export function typeOfAll(args: readonly Expression[], frame: Frame): ValueType {
  const scope = scopeOf(frame);
  const types = args.map(arg => (isLiteral(arg) ? literalType(arg) : checkExpression(arg, scope).type));
  return commonType(args, types);
}

export function paramOf(frame: Frame, name: string): unknown {
  let value: unknown = frame.context.params;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : value;
}
