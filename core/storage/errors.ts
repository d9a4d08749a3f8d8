/**
 * Driver errors become problems once, here. Values never leave: PostgreSQL's `detail` may hold them
 * and is not read. What is not known stays as it is and is answered as 500 without its text.
 */
import { Problem } from '../problems.ts';

/** What `pg` throws, as far as it is read here. */
interface DriverError extends Error {
  code?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

/**
 * Where a column or a constraint stands in the card: its path (`residence.city`) and its title. Constraints,
 * because a table with row security names no columns in its errors.
 */
export type FieldOf = (table: string, name: string) => { path: string; title: string } | undefined;

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const AWAY_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Query read timeout|connect timeout/;

/** True when the connection, not the statement, is at fault: the pool must drop it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as DriverError).code ?? '';
  return AWAY.has(code) || code.startsWith('08') || code.startsWith('57P') || AWAY_TEXT.test(error.message);
}

/** @returns a Problem where the error has a meaning for the reader, else the error itself */
export function toProblem(error: unknown, fieldOf: FieldOf = () => undefined): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  if (isConnectionLost(error)) return databaseAway(error);
  const driver = error as DriverError;
  return constraintProblem(driver, fieldOf) ?? serverProblem(driver) ?? error;
}

export const databaseAway = (cause?: unknown) =>
  busy(
    'DATABASE_AWAY',
    'База данных недоступна. Повторите через несколько секунд: система восстановит связь сама',
    cause,
  );

const busy = (code: string, detail: string, cause: unknown, status = 503) =>
  new Problem(code, status, 'Сервис временно недоступен', detail, { members: { retryAfter: 5 }, cause });

function constraintProblem(error: DriverError, fieldOf: FieldOf): Problem | undefined {
  const field = fieldOf(error.table ?? '', error.constraint ?? error.column ?? '') ?? { path: '', title: '' };
  const path = field.path === '' ? '' : `/${field.path.replaceAll('.', '/')}`;
  const named = field.title === '' ? '' : ` «${field.title}»`;
  const at = (code: string, message: string) => ({ errors: [{ path, code, message }], cause: error });
  switch (error.code) {
    case '23505': {
      const detail = `Такое значение поля${named} уже есть`;
      return new Problem('DUPLICATE', 409, 'Повтор', detail, at('DUPLICATE', detail));
    }
    case '23503': {
      // «update or delete on table» or «insert or update on table»: the words of SQL stay in every language.
      if (/delete/i.test(error.message.split(/["«]/)[0] ?? '')) {
        const detail = 'На эту запись ссылаются другие: сначала удалите или измените их';
        return new Problem('REFERENCED', 409, 'Запись используется', detail, { cause: error });
      }
      const detail = `Поле${named} указывает на запись, которой нет`;
      return new Problem('REFERENCE', 422, 'Проверьте поля', detail, at('REFERENCE', detail));
    }
    case '23502': {
      const detail = `Поле${named} обязательно`;
      return new Problem('INVALID', 422, 'Проверьте поля', detail, at('REQUIRED', detail));
    }
    case '23514':
      return new Problem('INVALID', 422, 'Проверьте поля', 'Значение не проходит проверку хранилища', {
        cause: error,
      });
    default:
      return undefined;
  }
}

function serverProblem(error: DriverError): Problem | undefined {
  const code = error.code ?? '';
  if (code === '57014')
    return busy('TIMEOUT', 'Запрос выполнялся слишком долго и остановлен. Сузьте условия', error);
  if (code === '55P03' || code.startsWith('40'))
    return busy('BUSY', 'Данные заняты другим действием. Повторите', error);
  if (code === '53100')
    return busy('DISK_FULL', 'На сервере базы данных нет места. Сохранение невозможно', error, 507);
  // A plan prepared before a migration: the next try on a fresh connection succeeds.
  if (code.startsWith('53') || (code === '0A000' && error.message.includes('cached plan')))
    return databaseAway(error);
  if (code.startsWith('22'))
    return new Problem('VALUE_INVALID', 400, 'Запрос не понят', 'Значение не подходит к виду поля', {
      cause: error,
    });
  if (code === '25006')
    return new Problem('READ_ONLY', 403, 'Нет права', 'Это действие только читает данные', { cause: error });
  if (code === '42501')
    return new Problem('FORBIDDEN', 403, 'Нет права', 'Запись вне вашей области данных', { cause: error });
  return undefined;
}
