import { useParams } from '@tanstack/react-router';
import { CardScreen, NewCardScreen } from './card/index.tsx';
import { OWN, OwnCard } from './card/own-card.tsx';

/** A card is keyed by its id: another card starts with a form of its own. */
export function CardRoute() {
  const { entity = '', id = '' } = useParams({ strict: false }) as { entity?: string; id?: string };
  if (id === OWN) return <OwnCard key={entity} entity={entity} />;
  return <CardScreen key={`${entity}/${id}`} entity={entity} id={id} />;
}

export function NewCardRoute() {
  const { entity = '' } = useParams({ strict: false }) as { entity?: string };
  return <NewCardScreen key={entity} entity={entity} />;
}
