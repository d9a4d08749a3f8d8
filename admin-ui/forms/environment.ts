/** What every control of a form may need besides its own value. Stands outside the form's state and never changes. */
import { createContext, use } from 'react';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../core/storage/gateway.types.ts';
import type { Leaf } from './schema/leaves.ts';
import type { PreparedForm } from './schema/prepare.ts';
import { getAt, isObject, type Values } from './values/paths.ts';

/** Captions and records behind references, by entity and id; grows as the reader picks others. */
export class References {
  readonly #captions = new Map<string, string>();
  readonly #records = new Map<string, RecordAnswer>();

  caption(entity: string, id: string): string | undefined {
    return this.#captions.get(`${entity}:${id}`);
  }
  record(entity: string, id: string): RecordAnswer | undefined {
    return this.#records.get(`${entity}:${id}`);
  }
  learn(entity: string, id: string, caption: string | undefined, record?: RecordAnswer): void {
    if (caption) this.#captions.set(`${entity}:${id}`, caption);
    if (record) this.#records.set(`${entity}:${id}`, record);
  }

  /** Takes in the captions of a record's references, those of its rows included. */
  learnFrom(record: Values, leaves: Iterable<Leaf>): void {
    const labels = isObject(record.labels) ? record.labels : {};
    const related = isObject(record.related) ? record.related : {};
    for (const leaf of leaves) {
      const value = getAt(record, leaf.path);
      if (leaf.ref && (typeof value === 'string' || typeof value === 'number')) {
        const caption = labels[leaf.path];
        const other = related[leaf.path];
        this.learn(
          leaf.ref,
          String(value),
          typeof caption === 'string' ? caption : undefined,
          isObject(other) ? (other as RecordAnswer) : undefined,
        );
      }
      if (leaf.row && Array.isArray(value)) {
        for (const row of value) if (isObject(row)) this.learnFrom(row, leaf.row);
      }
    }
  }
}

export interface FormEnvironment {
  prepared: PreparedForm;
  dictionaries: EntityDescription['dictionaries'];
  references: References;
  /** Address of another card; undefined where the form stands in a dialog. */
  cardHref: ((entity: string, id: string) => string) | undefined;
  /** Below 760 px: native selects, cards instead of rows. */
  narrow: boolean;
}

export const FormEnvironmentContext = createContext<FormEnvironment | null>(null);

export function useFormEnvironment(): FormEnvironment {
  const environment = use(FormEnvironmentContext);
  if (!environment) throw new Error('A form control stands outside SchemaForm');
  return environment;
}

/** Text of a dictionary's code; the code itself when the dictionary no longer has it. */
export const codeText = (
  environment: FormEnvironment,
  dictionary: string | undefined,
  code: unknown,
): string =>
  (dictionary && environment.dictionaries[dictionary]?.find(item => item.code === code)?.text) ||
  String(code);
