/** Sentences for faults found in the browser: the same source as the server's, so both speak alike. */
import type { OutputUnit } from '@cfworker/json-schema';
import i18n from 'i18next';
import type { JsonSchema } from '../../../core/catalogue/types.ts';
import { explainFault } from '../../../core/formats/messages.ts';
import type { Leaf } from '../schema/leaves.ts';
import { getAt, isObject } from '../values/paths.ts';
import { pathOf } from './problems.ts';

/** Keywords that only repeat what their children say, or say nothing a reader could use. */
const ECHOES = new Set([
  'properties',
  'items',
  'prefixItems',
  'allOf',
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

/** Name of the property that `required` misses; the interpreter says it only in its English sentence. */
export const missingProperty = (unit: OutputUnit): string | undefined =>
  unit.keyword === 'required' ? /"([^"]+)"/.exec(unit.error)?.[1] : undefined;

/** «СНИЛС: контрольное число не сходится». The schema of the place of the fault (a branch of `allOf`) goes first. */
export function messageOf(unit: OutputUnit, leaf: Leaf, value: unknown, root: JsonSchema): string {
  const place = getAt(root, pathOf(unit.keywordLocation.replace(/\/[^/]*$/, '')));
  const nearby = isObject(place) && unit.keyword !== 'required' ? place : {};
  const fault = {
    keyword: unit.keyword,
    limit: nearby[unit.keyword],
    schema: { ...leaf.schema, ...nearby, title: leaf.title },
    value,
  };
  const english = i18n.language === 'en';
  const unexplained = english ? 'the value is not accepted' : 'значение не принимается';
  return explainFault(fault, english ? 'en' : 'ru')?.message ?? `${leaf.title}: ${unexplained}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** As it stands under the field, whose label says the title already. */
export const belowField = (message: string, title: string): string =>
  capital(message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message);

/** As it stands in the summary, where nothing else names the field. */
export const inSummary = (message: string, title: string): string =>
  message.startsWith(`${title}: `) || title === '' ? message : `${title}: ${message}`;
