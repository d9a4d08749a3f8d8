import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import { useEntity } from '../../../api/queries.ts';
import { EmptyState, FailedScreen, LoadingLines } from '../../../components/states.tsx';
import { useDocumentTitle } from '../../../components/use-document-title.ts';
import { buildSteps } from '../../../forms/create-steps.ts';
import type { Values } from '../../../forms/values/paths.ts';
import { Wizard } from './wizard.tsx';

/** Adding a record: by the steps its form names, or by the whole form at once. */
export function NewCardScreen({ entity, initial }: { entity: string; initial?: Values }) {
  const description = useEntity(entity);
  if (description.isError)
    return <FailedScreen error={description.error} onRetry={() => void description.refetch()} />;
  if (!description.data) return <LoadingLines lines={10} />;
  if (!description.data.can.create) return <NoRight />;
  return <Described description={description.data} initial={initial} />;
}

function NoRight() {
  const { t } = useTranslation();
  useDocumentTitle(t('card.new.noRight'));
  return <EmptyState title={t('card.new.noRight')} text={t('card.new.askAdmin')} />;
}

function Described({
  description,
  initial,
}: {
  description: EntityDescription;
  initial?: Values | undefined;
}) {
  const steps = useMemo(() => buildSteps(description), [description]);
  return <Wizard description={description} steps={steps} initial={initial} />;
}
