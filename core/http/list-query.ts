/** The questions a list takes, from an address or a body; the same everywhere (records, export). */
import type { Expression } from '../expressions/types.ts';
import { badRequest, Problem } from '../problems.ts';
import type { ListQuery } from '../storage/gateway.types.ts';
import { parseJson } from './json.ts';
import { object } from './schemas.ts';

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const;
const limit = { type: 'integer', minimum: 1, maximum: 500 } as const;
const count = { type: 'string', enum: ['exact'] } as const;

export const addressProperties = {
  filter: text(8_000),
  q: text(200),
  sort: text(500),
  fields: text(2_000),
  limit,
  after: text(2_000),
  count,
};

/** `filter` is checked by the expression checker, which names the place in it. */
export const bodyProperties = {
  filter: {},
  q: text(200),
  sort: text(500),
  fields: { type: 'array', maxItems: 100, items: text(200) },
  limit,
  after: text(2_000),
  count,
};

export const listBody = object(bodyProperties);
export const listAddress = object(addressProperties);

export interface AddressQuery {
  filter?: string;
  q?: string;
  sort?: string;
  fields?: string;
  limit?: number;
  after?: string;
  count?: 'exact';
}

/**
 * @throws Problem QUERY_INVALID (400) when the filter is no JSON
 */
export function fromAddress(query: AddressQuery): ListQuery {
  const { filter, fields, ...rest } = query;
  return {
    ...rest,
    ...(filter === undefined ? {} : { filter: parseFilter(filter) }),
    ...(fields === undefined ? {} : { fields: namesOf(fields) }),
  };
}

/** `a,b.c` -> `['a', 'b.c']` */
export const namesOf = (list: string): string[] =>
  list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');

function parseFilter(filter: string): Expression {
  try {
    return parseJson(filter) as Expression;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw badRequest('QUERY_INVALID', `Условие filter не прочитано. ${error.detail}`, [
      { path: '/filter', code: error.code, message: error.detail },
    ]);
  }
}
