import { useDebouncedValue } from '@mantine/hooks';
import { useList } from '../api/queries.ts';

export interface Option {
  value: string;
  label: string;
}

/** Records of an entity as choices, found on the server by a few letters of their caption. */
export function useRefOptions(entity: string, search: string, enabled: boolean) {
  const [asked] = useDebouncedValue(search.trim(), 250);
  const answer = useList(entity, { limit: 50, ...(asked ? { q: asked } : {}) }, enabled && entity !== '');
  const options: Option[] = (answer.data?.items ?? []).map(item => ({
    value: String(item.id),
    label: item.label,
  }));
  return { options, failed: answer.isError, busy: answer.isFetching };
}
