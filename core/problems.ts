/**
 * Every error the outside world can see, declared once.
 *
 * A problem has a stable code (also the key of its translation), an HTTP status and, for bad input, the list
 * of places. Text for people is Russian; `core/http` picks English when the client asks for it.
 */
export interface FieldProblem {
  /** JSON pointer into the sent body, e.g. `/person/snils`. */
  path: string;
  code: string;
  /** A sentence a clerk understands, in Russian. */
  message: string;
}

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  /** Further members of the problem+json answer, e.g. `current` of STALE. */
  readonly members: Record<string, unknown>;

  constructor(
    code: string,
    status: number,
    title: string,
    detail: string,
    more: { errors?: FieldProblem[]; members?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = more.errors ?? [];
    this.members = more.members ?? {};
  }
}

export const notFound = (detail = 'Такой записи нет или она вам недоступна') =>
  new Problem('NOT_FOUND', 404, 'Не найдено', detail);

export const forbidden = (detail: string) => new Problem('FORBIDDEN', 403, 'Нет права', detail);

export const badRequest = (code: string, detail: string, errors: FieldProblem[] = []) =>
  new Problem(code, 400, 'Запрос не понят', detail, { errors });

/** A field that does not exist and a field the actor may not see are answered exactly alike (AZ4, G3). */
export const fieldUnknown = (path: string, pointer = '') =>
  new Problem('FIELD_UNKNOWN', 400, 'Неизвестное поле', `Поля «${path}» нет`, {
    errors: [
      {
        path: pointer || `/${path.replaceAll('.', '/')}`,
        code: 'FIELD_UNKNOWN',
        message: `Поля «${path}» нет`,
      },
    ],
  });

export const invalid = (errors: FieldProblem[], detail?: string) =>
  new Problem(
    'INVALID',
    422,
    'Проверьте поля',
    detail ?? `Не сохранено: исправьте ${errors.length} ${plural(errors.length, 'поле', 'поля', 'полей')}`,
    {
      errors,
    },
  );

/** Russian plural form for a whole number: 1 поле, 2 поля, 5 полей. */
export function plural(count: number, one: string, few: string, many: string): string {
  const rule = new Intl.PluralRules('ru').select(count);
  return rule === 'one' ? one : rule === 'few' ? few : many;
}
