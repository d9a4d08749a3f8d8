/**
 * Every refusal leaves as RFC 9457 problem+json: Problems as they are, faults of fastify translated, and anything
 * unexpected as a 500 without inner text but with an incident code that stands in the log (G5).
 */
import { randomBytes } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../forms/captions.ts';
import { type FieldProblem, Problem, plural } from '../problems.ts';
import { PLACES_EN, PROBLEMS_EN } from './messages.en.ts';

export type { Language } from '../forms/captions.ts';

/** Russian unless English is asked for before it. */
export function languageOf(header: string | undefined): Language {
  const ranked = (header ?? '')
    .split(',')
    .map(part => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map(p => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(q => q !== undefined);
      return { tag: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => (tag === 'ru' || tag === 'en') && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return ranked[0]?.tag === 'en' ? 'en' : 'ru';
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: FieldProblem[];
  [member: string]: unknown;
}

export function problemBody(problem: Problem, language: Language): ProblemBody {
  const english = language === 'en' ? PROBLEMS_EN[problem.code] : undefined;
  const errors =
    language === 'en'
      ? problem.errors.map(place => ({ ...place, message: PLACES_EN[place.code] ?? place.message }))
      : problem.errors;
  return {
    ...problem.members,
    type: `urn:kartoteka:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: english?.title ?? problem.title,
    status: problem.status,
    detail: english?.detail ?? problem.detail,
    code: problem.code,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

/** What went wrong, as a Problem; unknown faults become INTERNAL with an incident code. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!isFastifyError(error)) return internal(error);
  if (error.validation) return validationProblem(error);
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(
        'MEDIA_TYPE',
        415,
        'Неизвестный вид данных',
        'Данные принимаются как application/json',
      );
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('BODY_TOO_LARGE', 413, 'Слишком много данных', 'Запрос больше 1 МиБ');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('BODY_EMPTY', 400, 'Запрос не понят', 'Тело запроса пусто');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
      return addressInvalid();
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? new Problem('REQUEST_INVALID', error.statusCode, 'Запрос не понят', 'Запрос составлен неверно')
        : internal(error);
  }
}

export const addressInvalid = () =>
  new Problem('ADDRESS_INVALID', 400, 'Запрос не понят', 'В адресе есть недопустимые знаки');

export const bodyInvalid = (errors: FieldProblem[]) =>
  new Problem(
    'BODY_INVALID',
    422,
    'Запрос не понят',
    `Исправьте ${errors.length} ${plural(errors.length, 'поле', 'поля', 'полей')}`,
    { errors },
  );

function internal(error: unknown): Problem {
  const incident = randomBytes(5).toString('hex');
  return new Problem(
    'INTERNAL',
    500,
    'Ошибка сервера',
    `Сохранённое не пропало. Сообщите в поддержку код ${incident}`,
    { members: { incident }, cause: error },
  );
}

interface AjvFault {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message?: string;
}

function validationProblem(error: FastifyError): Problem {
  const inBody = error.validationContext === 'body';
  const errors = (error.validation as AjvFault[]).slice(0, 100).map(fault => placeOf(fault));
  if (inBody) return bodyInvalid(errors);
  const names = errors.map(place => place.path.slice(1)).join(', ');
  return new Problem('QUERY_INVALID', 400, 'Запрос не понят', `Неверные параметры: ${names}`, { errors });
}

function placeOf(fault: AjvFault): FieldProblem {
  const { keyword, instancePath, params } = fault;
  const within = (name: unknown) => `${instancePath}/${String(name)}`;
  switch (keyword) {
    case 'additionalProperties':
      return {
        path: within(params.additionalProperty),
        code: 'PARAMETER_UNKNOWN',
        message: `«${String(params.additionalProperty)}» здесь не бывает`,
      };
    case 'required':
      return { path: within(params.missingProperty), code: 'REQUIRED', message: 'Обязательное поле' };
    case 'enum':
      return {
        path: instancePath,
        code: 'CHOICE',
        message: `Допустимо: ${(params.allowedValues as unknown[]).join(', ')}`,
      };
    case 'minimum':
    case 'maximum':
      return {
        path: instancePath,
        code: 'RANGE',
        message: `Число ${keyword === 'minimum' ? 'не меньше' : 'не больше'} ${String(params.limit)}`,
      };
    case 'type':
      return {
        path: instancePath,
        code: 'TYPE',
        message: `Ожидается ${TYPES[String(params.type)] ?? 'другое значение'}`,
      };
    case 'maxLength':
      return { path: instancePath, code: 'LENGTH', message: `Не длиннее ${String(params.limit)} знаков` };
    case 'minLength':
      return { path: instancePath, code: 'LENGTH', message: 'Не должно быть пустым' };
    default:
      return { path: instancePath, code: 'FORMAT', message: 'Значение записано неверно' };
  }
}

const TYPES: Record<string, string> = {
  integer: 'целое число',
  number: 'число',
  string: 'текст',
  boolean: 'да или нет',
  array: 'список',
  object: 'объект',
};

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('statusCode' in error || 'code' in error || 'validation' in error);
}

/** What of an error may stand in a log: the database's message and detail hold values of cards, so they do not. */
export function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, severity, table, column, constraint } = error as Error & Record<string, unknown>;
  const places = error.stack
    ?.split('\n')
    .filter(line => /^\s+at /.test(line))
    .slice(0, 12);
  return severity === undefined
    ? { name: error.name, code, message: error.message, places }
    : { name: error.name, code, table, column, constraint, places };
}

/** Sends a problem; logs what somebody must look at, by ids and codes only (AU8). */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    const level = problem.status === 500 ? 'error' : 'warn';
    request.log[level](
      { code: problem.code, incident: problem.members.incident, fault: faultOf(problem.cause ?? problem) },
      'request failed',
    );
  }
  const { retryAfter } = problem.members;
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter));
  else if (problem.status === 503) reply.header('retry-after', '5');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, languageOf(request.headers['accept-language']))));
}
