import { Ajv2020, type AnySchema, type ErrorObject } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { checkFormat, formatNames } from '../formats/formats.ts';

/** Our keywords; all are read by the catalogue and do not check values themselves. */
export const vocabulary = [
  'x-entity',
  'x-ref',
  'x-inverse',
  'x-inverse-title',
  'x-from',
  'x-fields',
  'x-required',
  'x-dictionary',
  'x-rows',
  'x-index',
  'x-unique',
  'x-class',
  'x-basis',
  'x-purpose',
  'x-source',
  'x-computed',
  'x-absent',
  'x-counts',
  'x-mask',
  'x-help',
  'x-message',
  'x-multiline',
  'x-elapsed',
  'x-definition',
  'x-layout',
  'x-relation',
  'x-hidden',
  'x-not-before',
] as const;

/**
 * A pattern on the linear-time engine (SC2).
 *
 * @throws an error of the engine for look-around, back-references and bad syntax
 */
export function linearPattern(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  // ajv tells patterns apart by their text: without it all would be the first one.
  return { test: text => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
}

const engine = Object.assign((pattern: string) => linearPattern(pattern), { code: 'linearPattern' });

/**
 * The one way to make a validator (SC1): strict, all errors, own properties only, no coercion, no removal, no
 * remote references. `strictTypes` (default true) is off only for our own meta-schemas; `brief` (default false) is for
 * a validator that is used a few times only: compiled faster, it checks the same more slowly. An unknown keyword or format is an error of compilation.
 */
export function createAjv(options: { strictTypes?: boolean; brief?: boolean } = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: options.strictTypes ?? true,
    allErrors: true,
    ownProperties: true,
    multipleOfPrecision: 9,
    code: { regExp: engine, optimize: options.brief !== true },
    formats: Object.fromEntries(
      formatNames.map(name => [name, (value: string) => !checkFormat(name, value)]),
    ),
    logger: false,
  });
  ajv.addVocabulary([...vocabulary]);
  return ajv;
}

export type { Ajv2020, AnySchema, ErrorObject };
