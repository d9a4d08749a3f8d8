import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppointment, useEntity, useList } from '../../api/queries.ts';
import { EmptyState, FailedScreen, LoadingLines } from '../../components/states.tsx';
import { links } from '../../links.ts';

/** In the place of an id: the card that is about the reader. */
export const OWN = 'own';

/** Leads to the reader's own card of the kind; says so where there is none. */
export function OwnCard({ entity }: { entity: string }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const navigate = useNavigate();
  const description = useEntity(entity);
  const found = useList(entity, {
    filter: { op: '=', args: [{ property: 'person' }, { actor: 'person' }] },
    fields: [],
    limit: 1,
  });
  const id = found.data?.items[0]?.id;
  useEffect(() => {
    if (typeof id === 'string') void navigate({ to: links.card(appointment, entity, id), replace: true });
  }, [id, appointment, entity, navigate]);
  const error = description.error ?? found.error;
  if (error) return <FailedScreen error={error} onRetry={() => void found.refetch()} />;
  if (!description.data || !found.data || id) return <LoadingLines lines={14} />;
  return (
    <EmptyState title={t('own.none.title')} text={t('own.none.text', { title: description.data.title })} />
  );
}
