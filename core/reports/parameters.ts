/** Parameters of a run: checked, with defaults, and in words for the stamp. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { showDay } from '../documents/values.ts';
import { isDay } from '../expressions/value-types.ts';
import { textFlaw } from '../formats/text.ts';
import type { Language } from '../forms/captions.ts';
import { type FieldProblem, invalid, notFound, Problem } from '../problems.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { sql } from '../query/sql.ts';
import type { Database } from '../storage/database.ts';
import type { ParameterDefinition, ReportDefinition } from './definition.ts';
import { truthWord } from './texts.ts';

export type ParameterValue = string | number | boolean | (string | number)[];
export type ParameterValues = Record<string, ParameterValue>;

export interface ParameterWords {
  key: string;
  title: string;
  text: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_VALUES = 500;
const MAX_TEXT = 2000;

/** Nothing chosen: no value, an empty text or list, an unticked box. */
const isGiven = (value: unknown): value is ParameterValue =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0);

/**
 * Values of a run. A default stands for a parameter that is absent; null or an empty value means: without it.
 *
 * @throws PARAM_UNKNOWN (400), INVALID (422), each with `/parameters/<name>`
 */
export function resolveParameters(
  definition: ReportDefinition,
  given: Record<string, unknown>,
  context: { catalogue: Catalogue; today: string },
): ParameterValues {
  const { properties = {}, required = [] } = definition.parameters ?? {};
  const unknown = Object.keys(given).find(name => !Object.hasOwn(properties, name));
  if (unknown !== undefined) throw parameterUnknown(unknown);
  const values: ParameterValues = {};
  const problems: FieldProblem[] = [];
  for (const [name, parameter] of Object.entries(properties)) {
    const value = Object.hasOwn(given, name) ? given[name] : defaultOf(parameter, context.today);
    if (!isGiven(value)) {
      if (required.includes(name)) problems.push(problem(name, 'REQUIRED', `Выберите: ${parameter.title}`));
      continue;
    }
    const flaw = flawOf(parameter, value, context.catalogue);
    if (flaw) problems.push(problem(name, 'PARAM_INVALID', `${parameter.title}: ${flaw}`));
    else values[name] = value;
  }
  if (problems.length > 0) throw invalid(problems, problems[0]!.message);
  return values;
}

export const defaultOf = (parameter: ParameterDefinition, today: string): unknown =>
  parameter.default === 'today' && parameter.format === 'date' ? today : parameter.default;

const problem = (name: string, code: string, message: string): FieldProblem => ({
  path: `/parameters/${name}`,
  code,
  message,
});

function parameterUnknown(name: string): Problem {
  const message = `Параметра «${name.slice(0, 60)}» нет`;
  return new Problem('PARAM_UNKNOWN', 400, 'Неизвестный параметр', message, {
    errors: [problem(name.slice(0, 60), 'PARAM_UNKNOWN', message)],
  });
}

function flawOf(parameter: ParameterDefinition, value: unknown, catalogue: Catalogue): string | undefined {
  if (!parameter['x-multiple']) return flawOfOne(parameter, value, catalogue);
  if (!Array.isArray(value)) return 'ожидается список';
  if (value.length > MAX_VALUES) return `не больше ${MAX_VALUES} значений`;
  return value.map(one => flawOfOne(parameter, one, catalogue)).find(flaw => flaw !== undefined);
}

function flawOfOne(parameter: ParameterDefinition, value: unknown, catalogue: Catalogue): string | undefined {
  const { 'x-ref': ref, 'x-dictionary': dictionary } = parameter;
  if (ref !== undefined) {
    const fits = catalogue.entities.get(ref)?.builtin
      ? Number.isSafeInteger(value)
      : UUID.test(String(value));
    return fits ? undefined : 'ожидается запись из списка';
  }
  if (dictionary !== undefined) {
    const known = catalogue.dictionaries.get(dictionary)?.items.some(item => item.code === value);
    return known ? undefined : 'такого значения в справочнике нет';
  }
  switch (parameter.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'ожидается да или нет';
    case 'integer':
    case 'number':
      return flawOfNumber(parameter, value);
    default:
      return flawOfText(parameter, value);
  }
}

function flawOfNumber({ type, minimum, maximum }: ParameterDefinition, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'ожидается число';
  if (type === 'integer' && !Number.isSafeInteger(value)) return 'ожидается целое число';
  if (minimum !== undefined && value < minimum) return `не меньше ${minimum}`;
  return maximum !== undefined && value > maximum ? `не больше ${maximum}` : undefined;
}

function flawOfText(
  { format, maxLength = MAX_TEXT }: ParameterDefinition,
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return 'ожидается текст';
  if (format === 'date') return isDay(value) ? undefined : 'ожидается дата';
  if (value.length > maxLength) return `не длиннее ${maxLength} знаков`;
  return textFlaw(value)?.reason;
}

/**
 * What was chosen, in words. A reference that the reader may not see does not exist for him.
 *
 * @throws NOT_FOUND
 */
export async function parametersInWords(
  definition: ReportDefinition,
  values: ParameterValues,
  context: { catalogue: Catalogue; database: Database; actor: Actor; language: Language },
): Promise<ParameterWords[]> {
  const words: ParameterWords[] = [];
  for (const [key, parameter] of Object.entries(definition.parameters?.properties ?? {})) {
    const value = values[key];
    if (value === undefined) continue;
    const several = (Array.isArray(value) ? value : [value]) as (string | number | boolean)[];
    const texts = parameter['x-ref']
      ? await captionsOf(parameter['x-ref'], several, context)
      : several.map(one => wordOf(parameter, one, context));
    words.push({ key, title: parameter.title, text: texts.join(', ') });
  }
  return words;
}

function wordOf(
  parameter: ParameterDefinition,
  value: string | number | boolean,
  { catalogue, language }: { catalogue: Catalogue; language: Language },
): string {
  if (typeof value === 'boolean') return truthWord(value, language);
  const dictionary = parameter['x-dictionary'];
  if (dictionary) {
    const item = catalogue.dictionaries.get(dictionary)?.items.find(one => one.code === value);
    return item?.[language] ?? String(value);
  }
  return parameter.format === 'date' ? showDay(String(value)) : String(value).replace('.', ',');
}

async function captionsOf(
  entityId: string,
  ids: readonly unknown[],
  { catalogue, database, actor }: { catalogue: Catalogue; database: Database; actor: Actor },
): Promise<string[]> {
  const query = new ScopedQuery(catalogue, actor, entityId);
  const label = query.label();
  const wanted = [...new Set(ids.map(String))];
  query.condition(sql`${query.id}::text = any(${wanted}::text[])`);
  const statement = query.toStatement(sql`select ${query.id}::text as id, ${label} as label ${query.tail()}`);
  const rows = await database.read<{ id: string; label: string | null }>(actor, statement);
  if (rows.length < wanted.length) throw notFound();
  const labels = new Map(rows.map(row => [row.id, row.label ?? '']));
  return wanted.map(id => labels.get(id) ?? '');
}
