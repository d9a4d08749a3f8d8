import { useDebouncedValue } from '@mantine/hooks';
import { useEntity, useList } from '../api/queries.ts';
import type { ListItem } from '../api/types.ts';

export interface Option {
  value: string;
  label: string;
}

/** Records of an entity as choices, found on the server by a few letters of their caption. */
export function useRefOptions(entity: string, search: string, enabled: boolean) {
  const [asked] = useDebouncedValue(search.trim(), 250);
  const details = useDetailFields(entity, enabled);
  const answer = useList(
    entity,
    { limit: 50, fields: details ?? [], ...(asked ? { q: asked } : {}) },
    enabled && details !== undefined,
  );
  return {
    options: optionsOf(answer.data?.items ?? [], details ?? []),
    failed: answer.isError,
    busy: answer.isFetching,
  };
}

/** Captions of records known only by their ids: chosen earlier or named by the address. */
export function useRefCaptions(entity: string, ids: string[]): Record<string, string> {
  const answer = useList(
    entity,
    // Organisations are numbered; all other records have uuids.
    {
      filter: { op: 'in', args: [{ property: 'id' }, entity === 'organisation' ? ids.map(Number) : ids] },
      fields: [],
      limit: 100,
    },
    entity !== '' && ids.length > 0,
  );
  return Object.fromEntries((answer.data?.items ?? []).map(item => [String(item.id), item.label]));
}

/** References and dates of the list's columns: what tells two «1А» apart. */
function useDetailFields(entity: string, enabled: boolean): string[] | undefined {
  const description = useEntity(entity, enabled).data;
  return description?.list.columns.filter(path => {
    const kind = description.columns.find(column => column.path === path)?.kind;
    return kind === 'ref' || (kind === 'dictionary' && path !== 'status');
  });
}

/** Records with the same caption get beside it the first reference in which they differ; others stay short. */
function optionsOf(items: ListItem[], details: string[]): Option[] {
  const namesakes = Map.groupBy(items, item => item.label);
  return items.map(item => {
    const group = namesakes.get(item.label) ?? [];
    const telling = details.find(
      path => new Set(group.map(other => other.labels?.[path])).size === group.length,
    );
    const beside = group.length > 1 && telling ? item.labels?.[telling] : undefined;
    return { value: String(item.id), label: beside ? `${item.label} · ${beside}` : item.label };
  });
}
