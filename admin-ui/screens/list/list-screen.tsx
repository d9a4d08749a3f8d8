import { Navigate, useParams, useSearch } from '@tanstack/react-router';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useEntity, useList, useSession } from '../../api/queries.ts';
import type { Session } from '../../api/types.ts';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { links } from '../../links.ts';
import type { ListSearch } from '../../router.tsx';
import { ListBody } from './list-body.tsx';

/** The list of any kind of card; everything about it comes from the card's description. */
export function ListScreen() {
  const { entity = '' } = useParams({ strict: false }) as { entity?: string };
  const { view = '' } = useSearch({ strict: false }) as ListSearch;
  const session = useSession().data;
  const description = useEntity(entity);
  if (description.isError) return <FailedScreen error={description.error} onRetry={description.refetch} />;
  if (!description.data || !session) return <LoadingLines />;
  const List =
    description.data.single && session.active.organisation.level === 'organisation' ? TheOnlyCard : ListBody;
  // A part of the list that the menu names has conditions of its own.
  const part = session.menu.some(item => item.list === entity && item.view === view) ? view : '';
  return (
    <List key={`${session.active.id}/${entity}/${part}`} session={session} description={description.data} />
  );
}

/** An organisation has one such card: it is opened at once; the list says how to begin when there is none. */
function TheOnlyCard({ session, description }: { session: Session; description: EntityDescription }) {
  const found = useList(description.id, { fields: [], limit: 1 });
  if (found.isPending) return <LoadingLines />;
  const [card] = found.data?.items ?? [];
  if (!card) return <ListBody session={session} description={description} />;
  return <Navigate to={links.card(session.active.id, description.id, String(card.id))} replace />;
}
