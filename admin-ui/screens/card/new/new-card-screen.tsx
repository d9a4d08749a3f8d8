import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import { entityQuery, useAppointment, useEntity } from '../../../api/queries.ts';
import { EmptyState, ErrorState, LoadingLines } from '../../../components/states.tsx';
import type { Values } from '../../../forms/values/paths.ts';
import { getAt } from '../../../forms/values/paths.ts';
import { Wizard } from './wizard.tsx';
import { buildSteps } from './wizard-steps.ts';

/** Adding a record: by the steps its form names, or by the whole form at once. */
export function NewCardScreen({ entity, initial }: { entity: string; initial?: Values }) {
  const { t } = useTranslation();
  const description = useEntity(entity);
  if (description.isError)
    return <ErrorState error={description.error} onRetry={() => void description.refetch()} />;
  if (!description.data) return <LoadingLines lines={10} />;
  if (!description.data.can.create)
    return <EmptyState title={t('card.new.noRight')} text={t('card.new.askAdmin')} />;
  return <Described description={description.data} initial={initial} />;
}

/** Relations that a step fills but the card's own form does not describe need their own description. */
const missingTargets = (description: EntityDescription) =>
  (description.form.create ?? []).flatMap(step => {
    const relation = description.relations.find(one => one.name === step.relation);
    const known = getAt(description.schema, ['properties', step.relation ?? '', 'items']);
    return step.kind === 'relation' && relation && !known ? [relation] : [];
  });

function Described({
  description,
  initial,
}: {
  description: EntityDescription;
  initial?: Values | undefined;
}) {
  const appointment = useAppointment();
  const relations = useMemo(() => missingTargets(description), [description]);
  const targets = useQueries({
    queries: relations.map(relation => entityQuery(appointment, relation.entity)),
    combine: results => ({
      ready: results.every(result => !result.isPending),
      found: results.map(result => result.data),
    }),
  });
  const steps = useMemo(() => {
    if (!targets.ready) return undefined;
    const found = new Map(
      relations.flatMap((relation, index) => {
        const target = targets.found[index];
        return target ? [[relation.name, target] as const] : [];
      }),
    );
    return buildSteps(description, found);
  }, [description, relations, targets]);
  if (!steps) return <LoadingLines lines={10} />;
  return <Wizard description={description} steps={steps} initial={initial} />;
}
