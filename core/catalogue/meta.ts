import { readFileSync } from 'node:fs';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { createAjv, type ErrorObject } from './ajv.ts';
import { step } from './fault.ts';
import type { JsonSchema } from './types.ts';

export type FileKind =
  | 'plugin'
  | 'card'
  | 'form'
  | 'grants'
  | 'workflow'
  | 'dictionary'
  | 'report'
  | 'migration'
  | 'demo'
  | 'custom-field'
  | 'overlay'
  | 'dictionary-layer';

/** A fault of form in a plugin's file. */
export interface FileFlaw {
  pointer: string;
  reason: string;
}

const folder = new URL('../../schemas/meta/', import.meta.url);
const readMeta = (name: string): JsonSchema =>
  JSON.parse(readFileSync(new URL(`${name}.schema.json`, folder), 'utf8'));

/** Checks plugin files against the meta-schemas in schemas/meta, each compiled when first needed. */
export class MetaSchemas {
  readonly #ajv: Ajv2020 = createAjv({ strictTypes: false, brief: true });
  readonly #compiled = new Map<FileKind, ValidateFunction>();

  constructor() {
    this.#ajv.addSchema(readMeta('expression'));
  }

  /** Flaws of a file, the most telling first; empty when it is well formed. */
  check(kind: FileKind, json: unknown): FileFlaw[] {
    let validate = this.#compiled.get(kind);
    if (!validate) {
      validate = this.#ajv.compile(readMeta(kind));
      this.#compiled.set(kind, validate);
    }
    if (validate(json)) return [];
    return (validate.errors ?? []).filter(isTelling).slice(0, 100).map(flawOf);
  }
}

let compiled: MetaSchemas | undefined;

/** The meta-schemas never change while the process runs: compiled once, without any state of a catalogue. */
export function metaSchemas(): MetaSchemas {
  compiled ??= new MetaSchemas();
  return compiled;
}

/** `if` says nothing by itself; the inner error of a property name has no place of its own. */
const isTelling = (error: ErrorObject) => error.keyword !== 'if' && error.propertyName === undefined;

function flawOf(error: ErrorObject): FileFlaw {
  const { keyword, instancePath, params } = error;
  switch (keyword) {
    case 'additionalProperties':
      return {
        pointer: instancePath + step(params.additionalProperty),
        reason: `Неизвестное ключевое слово «${params.additionalProperty}»`,
      };
    case 'propertyNames':
      return {
        pointer: instancePath + step(params.propertyName),
        reason: `Ключ «${params.propertyName}» здесь недопустим`,
      };
    case 'required':
      return { pointer: instancePath, reason: `Нет обязательного ключа «${params.missingProperty}»` };
    case 'enum':
      return { pointer: instancePath, reason: `Допустимо одно из: ${params.allowedValues.join(', ')}` };
    case 'const':
      return { pointer: instancePath, reason: `Должно быть «${params.allowedValue}»` };
    case 'type':
      return { pointer: instancePath, reason: `Неверный тип значения, ожидается ${params.type}` };
    case 'pattern':
      return { pointer: instancePath, reason: `Значение не подходит под образец ${params.pattern}` };
    default:
      return { pointer: instancePath, reason: `Не выполнено условие ${keyword} ${JSON.stringify(params)}` };
  }
}
