/**
 * Sentences for faults that the JSON Schema finds. Order: the field's own message, what core/formats says of the
 * value, a sentence for the keyword. A raw schema message (pattern, format) never reaches a reader.
 */
import type { OutputUnit } from '@cfworker/json-schema';
import type { Leaf } from '../schema/leaves.ts';
import { formatProblem } from './formats.ts';

export type Translate = (key: string, values?: Record<string, unknown>) => string;

/** Keywords that only repeat what their children say, or say nothing a reader could use. */
const ECHOES = new Set([
  'properties',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  '$ref',
  'additionalProperties',
  'unevaluatedProperties',
  'patternProperties',
  'dependentSchemas',
  'false',
]);

export const isEcho = (unit: OutputUnit): boolean => ECHOES.has(unit.keyword);

/** Name of the property that `required` misses; cfworker says it only in its English sentence. */
export const missingProperty = (unit: OutputUnit): string | undefined =>
  unit.keyword === 'required' ? /"([^"]+)"/.exec(unit.error)?.[1] : undefined;

const LIMITS = new Set([
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
]);

export function messageOf(unit: OutputUnit, leaf: Leaf | undefined, value: unknown, t: Translate): string {
  if (unit.keyword === 'required' || unit.keyword === 'dependentRequired')
    return t(requiredKey(leaf), { title: leaf?.title ?? '' });
  if (leaf?.message) return leaf.message;
  const format = leaf?.format ?? formatIn(unit);
  if ((unit.keyword === 'format' || unit.keyword === 'pattern') && format) {
    const reason = formatProblem(format, value);
    if (reason) return reason;
  }
  if (LIMITS.has(unit.keyword)) {
    const limit = leaf?.schema[unit.keyword] ?? /-?\d+(?:\.\d+)?(?=\D*$)/.exec(unit.error)?.[0];
    return t(`form.error.${unit.keyword}`, { limit, count: Number(limit) });
  }
  if (unit.keyword === 'enum' || unit.keyword === 'const') return t('form.error.choice');
  if (unit.keyword === 'type')
    return t(
      leaf?.kind === 'number'
        ? 'form.error.number'
        : leaf?.kind === 'date'
          ? 'form.error.date'
          : 'form.error.wrong',
    );
  if (unit.keyword === 'uniqueItems') return t('form.error.repeated');
  return t('form.error.wrong');
}

const formatIn = (unit: OutputUnit): string | undefined =>
  unit.keyword === 'format' ? /"([^"]+)"/.exec(unit.error)?.[1] : undefined;

function requiredKey(leaf: Leaf | undefined): string {
  switch (leaf?.kind) {
    case 'dictionary':
    case 'codes':
    case 'ref':
      return 'form.error.choose';
    case 'date':
      return 'form.error.enterDate';
    case 'relation':
    case 'rows':
      return 'form.error.addRow';
    default:
      return 'form.error.fill';
  }
}
