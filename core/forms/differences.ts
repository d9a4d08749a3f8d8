/** What a publication changes, member by member, for the audit (УКФ): settings only, no value of a card. */
import { sameJson } from '../storage/merge.ts';
import type { DictionaryLayer, FormLayer } from './layers.ts';

export interface Difference {
  /** `fields/cf_…`, `overlay/hide`, `add/c_…` */
  what: string;
  before?: unknown;
  after?: unknown;
}

export function differences(before: FormLayer, after: FormLayer): Difference[] {
  return [
    ...ofList('fields', before.fields, after.fields, field => field.id),
    ...ofMembers('overlay', before.overlay, after.overlay),
  ];
}

export function dictionaryDifferences(before: DictionaryLayer, after: DictionaryLayer): Difference[] {
  return [
    ...ofList('add', before.add, after.add, item => item.code),
    ...ofList('relabel', before.relabel, after.relabel, item => item.code),
    ...ofMembers('', { title: before.title, hide: before.hide }, { title: after.title, hide: after.hide }),
  ];
}

function ofList<T>(
  name: string,
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string,
): Difference[] {
  const [old, next] = [before, after].map(list => new Map(list.map(item => [key(item), item]))) as [
    Map<string, T>,
    Map<string, T>,
  ];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap(id =>
    difference(`${name}/${id}`, old.get(id), next.get(id)),
  );
}

function ofMembers(name: string, before: object, after: object): Difference[] {
  const [old, next] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap(member =>
    difference(name === '' ? member : `${name}/${member}`, old[member], next[member]),
  );
}

const difference = (what: string, before: unknown, after: unknown): Difference[] =>
  sameJson(before ?? null, after ?? null)
    ? []
    : [{ what, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
