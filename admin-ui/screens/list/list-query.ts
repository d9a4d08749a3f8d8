import type { Expression } from '../../../core/expressions/types.ts';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import type { ListQuery } from '../../../core/storage/gateway.types.ts';
import { allOf, joinConditions } from './conditions.ts';
import type { ListState } from './list-state.ts';

export const PAGE_SIZE = 50;

/** Views that every list has, named in the address by `view`. */
export const BUILT_IN_VIEWS: Record<string, Expression> = {
  incomplete: {
    op: '<',
    args: [
      { op: 'filled', args: [] },
      { op: 'fillable', args: [] },
    ],
  },
};

/** Everything chosen above the list as one condition, or undefined. */
export function filterOf(
  description: EntityDescription,
  state: ListState,
  view: string | undefined,
  /** Of a part of the list that the menu names. */
  own?: Expression,
): Expression | undefined {
  const parts = [
    view === undefined ? undefined : (BUILT_IN_VIEWS[view] ?? own),
    joinConditions(Object.values(state.quick), 'and', description.columns),
    joinConditions(state.conditions, state.join, description.columns),
  ];
  return allOf(parts.filter(part => part !== undefined));
}

export interface ListChoice {
  state: ListState;
  view: string | undefined;
  sort: string | undefined;
  after: string | undefined;
  columns: string[];
  /** What the menu means by `view`. */
  own?: Expression | undefined;
}

/** The question a list screen asks: one page with its total. */
export function listQuery(description: EntityDescription, choice: ListChoice): ListQuery {
  const filter = filterOf(description, choice.state, choice.view, choice.own);
  const q = choice.state.q.trim();
  const sort = choice.sort ?? description.list.sort;
  return {
    fields: choice.columns,
    limit: PAGE_SIZE,
    count: 'exact',
    ...(filter === undefined ? {} : { filter }),
    ...(q ? { q } : {}),
    ...(sort ? { sort } : {}),
    ...(choice.after ? { after: choice.after } : {}),
  };
}

/** Next order of a column that was clicked: up, then down, then up again. */
export const toggleSort = (current: string, path: string) => (current === path ? `-${path}` : path);

/** Direction in which the first sorting column of `sort` orders `path`. */
export function sortDirection(sort: string, path: string): 'ascending' | 'descending' | undefined {
  const first = sort.split(',')[0];
  if (first === path) return 'ascending';
  return first === `-${path}` ? 'descending' : undefined;
}
