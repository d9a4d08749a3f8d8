import { useParams } from '@tanstack/react-router';
import { useEntity, useSession } from '../../api/queries.ts';
import { ErrorState, LoadingLines } from '../../components/states.tsx';
import { ListBody } from './list-body.tsx';

/** The list of any kind of card; everything about it comes from the card's description. */
export function ListScreen() {
  const { entity = '' } = useParams({ strict: false }) as { entity?: string };
  const session = useSession().data;
  const description = useEntity(entity);
  if (description.isError) return <ErrorState error={description.error} onRetry={description.refetch} />;
  if (!description.data || !session) return <LoadingLines />;
  return <ListBody key={`${session.active.id}/${entity}`} session={session} description={description.data} />;
}
