/**
 * Checks a form in the browser against the card's JSON Schema by interpreting it: our content security policy
 * forbids generated code, and effective schemas differ per reader, so compiled ones would have to be made and kept
 * for each. The server checks again, with the same formats and words.
 */
import { format as formatTable, type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { ErrorSchema, RJSFValidationError, ValidatorType } from '@rjsf/utils';
import i18n from 'i18next';
import { dateOrderFaults } from '../../../core/formats/date-order.ts';
import { checkFormat, formatNames } from '../../../core/formats/formats.ts';
import type { Leaf } from '../schema/leaves.ts';
import type { PreparedForm } from '../schema/prepare.ts';
import { getAt, isEmpty, isObject, prune, sameValue, setAt, type Values } from '../values/paths.ts';
import { isEcho, messageOf, missingProperty } from './messages.ts';
import { errorSchemaOf, type Problems, pathOf, pointerOf } from './problems.ts';

for (const name of formatNames) formatTable[name] = value => checkFormat(name, value) === undefined;

/** The leaf at a path, inside rows too: `guardianships.0.kinship`. */
export function leafAt(leaves: ReadonlyMap<string, Leaf>, path: string): Leaf | undefined {
  const direct = leaves.get(path);
  if (direct) return direct;
  const match = /^(.+?)\.(\d+)\.(.+)$/.exec(path);
  const rows = match && leaves.get(match[1] ?? '');
  return rows ? rows.row?.find(leaf => leaf.path === match[3]) : undefined;
}

/** Groups that must be there are checked field by field even when nothing was typed into them yet. */
function withRequiredGroups(values: Values, { validationSchema, groups }: PreparedForm): Values {
  const required = Array.isArray(validationSchema.required) ? validationSchema.required : [];
  let result = values;
  for (const name of required) {
    if (groups.has(name) && !isObject(result[name])) result = { ...result, [name]: {} };
  }
  return result;
}

/** A new record inside a reference is checked by its own form; here the reference counts as filled. */
function withoutNewRecords(values: Values, leaves: Iterable<Leaf>): Values {
  let result = values;
  for (const leaf of leaves) {
    const value = getAt(result, leaf.path);
    if (leaf.kind === 'ref' && isObject(value)) {
      result = setAt(result, leaf.path, '00000000-0000-0000-0000-000000000000');
    } else if (leaf.row && Array.isArray(value)) {
      result = setAt(
        result,
        leaf.path,
        value.map(row => withoutNewRecords(isObject(row) ? row : {}, leaf.row ?? [])),
      );
    }
  }
  return result;
}

function placeOf(unit: OutputUnit, prepared: PreparedForm): string[] {
  const missing = missingProperty(unit);
  const path = pathOf(unit.instanceLocation + (missing ? pointerOf([missing]) : ''));
  if (!prepared.groups.has(path)) return [path];
  const inside = [...prepared.leaves.values()].filter(leaf => leaf.path.startsWith(`${path}.`));
  const required = inside.filter(leaf => leaf.required);
  return (required.length > 0 ? required : inside.slice(0, 1)).map(leaf => leaf.path);
}

export type Check = (values: Values) => Problems;

export function makeCheck(prepared: PreparedForm): Check {
  const validator = new Validator(prepared.validationSchema as Schema, '2020-12', false);
  return values => {
    const absent = new Set(Array.isArray(values.absent) ? values.absent : []);
    const { absent: _marks, ...fields } = values;
    const leaves = [...prepared.leaves.values()];
    const data = withRequiredGroups(prune(withoutNewRecords(fields, leaves)) as Values, prepared);
    const found = new Map<string, string>();
    for (const unit of validator.validate(data).errors) {
      if (isEcho(unit)) continue;
      for (const path of placeOf(unit, prepared)) {
        const leaf = leafAt(prepared.leaves, path);
        const value = getAt(data, path);
        if (!leaf || leaf.readOnly || found.has(pointerOf(path))) continue;
        if (absent.has(path) && isEmpty(value)) continue;
        found.set(pointerOf(path), messageOf(unit, leaf, value, prepared.validationSchema));
      }
    }
    const language = i18n.language === 'en' ? 'en' : 'ru';
    for (const { path, message } of dateOrderFaults(prepared.validationSchema, data, language)) {
      const leaf = leafAt(prepared.leaves, pathOf(path));
      if (leaf && !leaf.readOnly && !found.has(path)) found.set(path, message);
    }
    return inFormOrder(found, prepared);
  };
}

function inFormOrder(found: Map<string, string>, prepared: PreparedForm): Problems {
  const order = new Map<string, number>();
  for (const tab of prepared.tabs)
    for (const section of tab.sections)
      for (const block of section.blocks)
        for (const row of block.rows) for (const cell of row) order.set(cell.leaf.path, order.size);
  const rank = (pointer: string) => {
    const path = pathOf(pointer);
    return order.get(path) ?? order.get(path.replace(/\.\d+\..*$/, '')) ?? order.size;
  };
  return new Map([...found].sort(([left], [right]) => rank(left) - rank(right)));
}

/**
 * Faults worth showing for a saved record: those of fields that were changed, or that a change brought about.
 * Old debts of a card stay in its completeness and never stand in the way of saving something else.
 */
export function newProblems(problems: Problems, base: Values, values: Values, check: Check): Problems {
  if (problems.size === 0) return problems;
  const debts = check(base);
  return new Map(
    [...problems].filter(([pointer]) => {
      const path = pathOf(pointer);
      return !debts.has(pointer) || !sameValue(getAt(base, path), getAt(values, path));
    }),
  );
}

const listErrors = (problems: Problems): RJSFValidationError[] =>
  [...problems].map(([pointer, message]) => ({
    property: `.${pathOf(pointer)}`,
    message,
    stack: message,
  }));

/** The same check in the shape rjsf asks for. The schema rjsf passes is only the shape of the form: see viewSchema. */
export function rjsfValidator(check: Check): ValidatorType {
  return {
    validateFormData: data => {
      const problems = check((data ?? {}) as Values);
      return { errors: listErrors(problems), errorSchema: errorSchemaOf(problems) as ErrorSchema };
    },
    isValid: (schema, data) => new Validator(schema as Schema, '2020-12').validate(data).valid,
    rawValidation: <Result>(_schema: unknown, data?: unknown) => ({
      errors: listErrors(check((data ?? {}) as Values)) as Result[],
    }),
  };
}
