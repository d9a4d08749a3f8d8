/** Parameters of a report: what the form asks, what it starts with, what is sent and remembered. */
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import type { Parameters } from '../../api/report-queries.ts';

export interface ParameterField {
  key: string;
  title: string;
  description?: string;
  required: boolean;
  kind: 'ref' | 'dictionary' | 'boolean' | 'date' | 'number' | 'text';
  /** Entity or dictionary id. */
  of: string;
  multiple: boolean;
  maxLength?: number;
  default?: unknown;
}

export function parameterFields(report: ReportSummary): ParameterField[] {
  return Object.entries(report.parameters.properties).map(([key, value]) => {
    const schema = (value ?? {}) as Record<string, unknown>;
    const text = (name: string) => (typeof schema[name] === 'string' ? (schema[name] as string) : '');
    return {
      key,
      title: text('title') || key,
      ...(text('description') ? { description: text('description') } : {}),
      required: report.parameters.required.includes(key),
      kind: kindOf(schema),
      of: text('x-ref') || text('x-dictionary'),
      multiple: schema['x-multiple'] === true,
      ...(typeof schema.maxLength === 'number' ? { maxLength: schema.maxLength } : {}),
      ...('default' in schema ? { default: schema.default } : {}),
    };
  });
}

function kindOf(schema: Record<string, unknown>): ParameterField['kind'] {
  if ('x-ref' in schema) return 'ref';
  if ('x-dictionary' in schema) return 'dictionary';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.format === 'date') return 'date';
  return schema.type === 'integer' || schema.type === 'number' ? 'number' : 'text';
}

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Without empty answers: a parameter that is not given is not sent. */
export function givenParameters(values: Parameters): Parameters {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value) && value !== false));
}

export const missingParameters = (fields: ParameterField[], values: Parameters): ParameterField[] =>
  fields.filter(field => field.required && isEmpty(values[field.key]));

const storedKey = (login: string, report: string) => `kartoteka.report.${login}.${report}`;

/** What the form starts with: the last answers in this browser, else the defaults. */
export function startingValues(login: string, report: ReportSummary, fields: ParameterField[]): Parameters {
  const stored = readStored(login, report.id);
  return Object.fromEntries(
    fields.flatMap(field => {
      const value = stored[field.key] ?? field.default;
      return value === undefined ? [] : [[field.key, value]];
    }),
  );
}

/** Chosen codes, days and switches only: a typed text or a chosen person may be personal data. */
export function rememberValues(
  login: string,
  report: ReportSummary,
  fields: ParameterField[],
  values: Parameters,
) {
  const kept = fields.filter(
    ({ kind, of }) => kind !== 'text' && !(kind === 'ref' && (of === report.source || of === 'person')),
  );
  const entries = kept.flatMap(({ key }) => (isEmpty(values[key]) ? [] : [[key, values[key]]]));
  localStorage.setItem(storedKey(login, report.id), JSON.stringify(Object.fromEntries(entries)));
}

function readStored(login: string, report: string): Parameters {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storedKey(login, report)) ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : {};
  } catch {
    return {};
  }
}
