import { showDay } from '../formats/dates.ts';
import type { FieldProblem } from '../problems.ts';
import { isObject, type Json } from './json.ts';
import type { Entity, JsonSchema } from './types.ts';

const PASSPORT = '21';
const PASSPORT_AGE = 14;

/**
 * What the schema of an identity document cannot say: it is not issued before its holder is born, and a
 * passport not before the 14th birthday.
 */
export function identityProblems(entity: Entity, record: Json): FieldProblem[] {
  const birthDate = isObject(record.person) ? record.person.birthDate : undefined;
  if (typeof birthDate !== 'string') return [];
  const problems: FieldProblem[] = [];
  for (const [name, schema] of Object.entries(entity.schema.properties as Record<string, JsonSchema>)) {
    const document = record[name];
    if (schema['x-definition'] !== 'kartoteka/identity-document' || !isObject(document)) continue;
    const { issuedOn, type } = document;
    if (typeof issuedOn !== 'string') continue;
    const first = type === PASSPORT ? yearsLater(birthDate, PASSPORT_AGE) : birthDate;
    if (issuedOn >= first) continue;
    const reason =
      type === PASSPORT && issuedOn >= birthDate
        ? `паспорт выдают с 14 лет, раньше ${showDay(first)} быть не может`
        : 'раньше даты рождения';
    problems.push({ path: `/${name}/issuedOn`, code: 'RANGE', message: `Дата выдачи: ${reason}` });
  }
  return problems;
}

const yearsLater = (iso: string, years: number) =>
  `${String(Number(iso.slice(0, 4)) + years).padStart(4, '0')}${iso.slice(4)}`;
