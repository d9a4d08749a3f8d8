/** What the levels of management ask of a record beside its schema: rules of their forms, codes still offered. */
import { evaluate, holds } from '../expressions/evaluate.ts';
import { explainFault } from '../formats/messages.ts';
import type { FieldProblem } from '../problems.ts';
import { isObject, type Json, propertyAt } from './json.ts';
import type { Catalogue, Entity, Field } from './types.ts';

const pointerOf = (path: string): string => `/${path.replaceAll('.', '/')}`;

/** Marked «нет»: there is nothing to be filled. */
export const isMarked = (record: Json, path: string): boolean =>
  Array.isArray(record.absent) && record.absent.includes(path);

/** Fields that a level's rule requires of this record. Its conditions look at fields of the record alone. */
export function ruleProblems(entity: Entity, record: Json): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const rule of entity.form.rules) {
    if (!rule.checked || !rule.require || !holds(rule.when, record, { today: '' })) continue;
    for (const path of rule.require) {
      const field = entity.fields.get(path);
      if (!field || isMarked(record, path) || evaluate({ property: path }, record, { today: '' }) !== null)
        continue;
      const schema = propertyAt(entity.schema, path) ?? { title: field.title };
      const found = explainFault({ keyword: 'required', limit: undefined, schema, value: undefined });
      if (found) problems.push({ path: pointerOf(path), ...found });
    }
  }
  return problems;
}

/** Codes newly chosen that are no longer offered; `changed` and `stored` as in the API. */
export function chosenProblems(
  catalogue: Catalogue,
  entity: Entity,
  changed: ReadonlyMap<string, unknown>,
  stored: Json,
): FieldProblem[] {
  return [...changed].flatMap(([path, value]) => {
    const field = entity.fields.get(path);
    if (!field) return [];
    if (field.kind !== 'rows') return refusals(catalogue, field, value, codesAt(stored, path), path);
    const before = rowsAt(stored, path);
    return rowsOf(value).flatMap((row, index) =>
      (field.rows ?? []).flatMap(part => {
        const known = before.flatMap(one => codesAt(one, part.path));
        return refusals(catalogue, part, valueAt(row, part.path), known, `${path}.${index}.${part.path}`);
      }),
    );
  });
}

function refusals(
  catalogue: Catalogue,
  field: Field,
  value: unknown,
  known: readonly unknown[],
  path: string,
): FieldProblem[] {
  const dictionary =
    field.dictionary === undefined ? undefined : catalogue.dictionaries.get(field.dictionary);
  if (!dictionary?.items.some(item => item.retired)) return [];
  return [value].flat().flatMap(code => {
    const item = dictionary.items.find(one => one.code === code);
    if (!item?.retired || known.includes(code)) return [];
    return [
      {
        path: pointerOf(path),
        code: 'CODE_RETIRED',
        message: `${field.title}: значение «${item.ru}» больше не выбирают`,
      },
    ];
  });
}

const valueAt = (values: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((here, name) => (isObject(here) ? here[name] : undefined), values);
const codesAt = (values: unknown, path: string): unknown[] => [valueAt(values, path)].flat();
const rowsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const rowsAt = (values: unknown, path: string): unknown[] => rowsOf(valueAt(values, path));
