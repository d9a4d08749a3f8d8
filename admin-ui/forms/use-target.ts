import { useQuery } from '@tanstack/react-query';
import { entityQuery, useAppointment } from '../api/queries.ts';

/** Description of another kind of card, if one is named. A reader without the right simply gets none. */
export function useTarget(entity: string | undefined) {
  const query = entityQuery(useAppointment(), entity ?? '');
  return useQuery({ ...query, enabled: Boolean(entity), retry: false }).data;
}
