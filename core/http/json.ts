/**
 * Strict JSON reader for request bodies (SC7): one pass, no recursion beyond the permitted depth, and every fault
 * is a 400 that names line and column.
 *
 * `JSON.parse` is not enough: it keeps the last of two equal keys, accepts `__proto__`, builds 200,000 nested arrays
 * before anyone can refuse them, and its messages differ between versions.
 */
import { hasControl } from '../formats/text.ts';
import { type FieldProblem, Problem } from '../problems.ts';

export interface JsonLimits {
  depth: number;
  keys: number;
}
export const JSON_LIMITS: JsonLimits = { depth: 32, keys: 10_000 };

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Any number of so few characters is kept as it was sent. */
const EXACT_LENGTH = 15;

/** Sign, digits that count and the place of the point: the same for `1.50`, `1.5` and `15e-1`. */
function digitsOf(literal: string): string {
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = `${whole}${part}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${sign}${kept}e${Number(power) - part.length + digits.length - kept.length}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON text. Strings come in NFC, so that one word has one spelling in the database.
 *
 * @throws Problem JSON_BROKEN, JSON_TOO_DEEP, JSON_TOO_MANY_KEYS, JSON_DUPLICATE_KEY, JSON_FORBIDDEN_KEY,
 *   JSON_NUMBER, JSON_TEXT (400), each with `line` and `column`
 */
export function parseJson(text: string, limits: JsonLimits = JSON_LIMITS): unknown {
  return new Reader(text, limits).document();
}

class Reader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #keys = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  document(): unknown {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#broken('после конца данных есть лишний текст');
    return value;
  }

  #value(depth: number): unknown {
    this.#space();
    const char = this.#text[this.#at];
    switch (char) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      case undefined:
        return this.#broken('данные обрываются');
      default:
        return this.#number();
    }
  }

  #object(depth: number): Record<string, unknown> {
    this.#enter(depth);
    const result: Record<string, unknown> = {};
    if (this.#closes('}')) return result;
    for (;;) {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) this.#broken('ожидалось имя поля в кавычках');
      const start = this.#at;
      const key = this.#string();
      this.#checkKey(key, result, start);
      this.#space();
      if (this.#text[this.#at] !== ':') this.#broken('после имени поля ожидалось двоеточие');
      this.#at += 1;
      this.#path.push(key);
      result[key] = this.#value(depth);
      this.#path.pop();
      if (this.#ends('}')) return result;
    }
  }

  #array(depth: number): unknown[] {
    this.#enter(depth);
    const result: unknown[] = [];
    if (this.#closes(']')) return result;
    for (;;) {
      this.#path.push(result.length);
      result.push(this.#value(depth));
      this.#path.pop();
      if (this.#ends(']')) return result;
    }
  }

  #enter(depth: number): void {
    if (depth > this.#limits.depth)
      this.#refuse('JSON_TOO_DEEP', `данные вложены глубже ${this.#limits.depth} уровней`);
    this.#at += 1;
  }

  #closes(bracket: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #ends(bracket: string): boolean {
    this.#space();
    const char = this.#text[this.#at];
    if (char !== ',' && char !== bracket)
      this.#broken(char === undefined ? 'данные обрываются' : `ожидалась запятая или «${bracket}»`);
    this.#at += 1;
    return char === bracket;
  }

  #checkKey(key: string, into: object, start: number): void {
    this.#keys += 1;
    if (this.#keys > this.#limits.keys) {
      this.#refuse('JSON_TOO_MANY_KEYS', `полей больше ${this.#limits.keys}`);
    }
    if (FORBIDDEN_KEYS.has(key)) {
      this.#at = start;
      this.#refuse('JSON_FORBIDDEN_KEY', `поле «${key}» запрещено`);
    }
    if (Object.hasOwn(into, key)) {
      this.#at = start;
      this.#refuse('JSON_DUPLICATE_KEY', 'одно поле дано дважды', [...this.#path, key]);
    }
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    let escaped = false;
    let plain = true;
    for (; ; end += 1) {
      const code = this.#text.charCodeAt(end);
      if (code === QUOTE) break;
      if (Number.isNaN(code)) {
        this.#at = this.#text.length;
        this.#broken('строка не закрыта кавычкой');
      }
      if (code < 0x20) {
        this.#at = end;
        this.#broken('перенос строки или управляющий знак внутри строки');
      }
      if (code >= 0x7f) plain = false;
      if (code === BACKSLASH) {
        escaped = true;
        end += 1;
      }
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start + 1, end);
    if (!escaped && plain) return raw;
    return this.#clean(escaped ? this.#unescape(raw, start) : raw, start);
  }

  #unescape(raw: string, start: number): string {
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      this.#at = start;
      return this.#broken('неверная последовательность после «\\»');
    }
  }

  /** Text that PostgreSQL or a reader cannot hold is refused where it enters (SC5). */
  #clean(value: string, start: number): string {
    if (hasControl(value) || !value.isWellFormed()) {
      this.#at = start;
      this.#refuse('JSON_TEXT', 'в тексте есть недопустимый знак');
    }
    return value.normalize('NFC');
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#broken('неизвестное слово');
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) return this.#broken('неожиданный знак');
    const [literal] = match;
    const value = Number(literal);
    if (!Number.isFinite(value) || (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value)))
      this.#refuse('JSON_NUMBER', 'число слишком велико');
    // What would be kept as another number than was sent is not kept at all (SC6).
    if (literal.length > EXACT_LENGTH && digitsOf(literal) !== digitsOf(String(value)))
      this.#refuse('JSON_NUMBER', 'в числе больше знаков, чем можно сохранить');
    this.#at += literal.length;
    return value;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #broken(reason: string): never {
    return this.#refuse('JSON_BROKEN', reason);
  }

  #refuse(code: string, reason: string, path: (string | number)[] = this.#path): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const message = `Строка ${line}, знак ${column}: ${reason}`;
    const place: FieldProblem = { path: pointer(path), code, message };
    throw new Problem(code, 400, 'Данные не прочитаны', message, {
      errors: [place],
      members: { line, column },
    });
  }
}

/** JSON pointer of a path: `['person', 'snils']` -> `/person/snils`. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
