import { useMemo, useState } from 'react';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useEntities, useEntity, useRecord } from '../../api/queries.ts';
import type { EntitySummary } from '../../api/types.ts';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { prepareForm } from '../../forms/schema/prepare.ts';
import { CardEditor } from './card-editor.tsx';
import { includesOf } from './includes.ts';
import { ProposalEditor } from './proposal/proposal-editor.tsx';

/** One card of any kind: reads what it is and what stands in it, then hands both to the editor. */
export function CardScreen({ entity, id }: { entity: string; id: string }) {
  const description = useEntity(entity);
  const kinds = useEntities();
  if (description.isError)
    return <FailedScreen error={description.error} onRetry={() => void description.refetch()} />;
  if (kinds.isError) return <FailedScreen error={kinds.error} onRetry={() => void kinds.refetch()} />;
  if (!description.data || !kinds.data) return <LoadingLines lines={14} />;
  return <Described key={`${entity}/${id}`} description={description.data} kinds={kinds.data} id={id} />;
}

interface DescribedProps {
  description: EntityDescription;
  /** That the reader may open. */
  kinds: EntitySummary[];
  id: string;
}

function Described({ description, kinds, id }: DescribedProps) {
  const prepared = useMemo(() => prepareForm(description), [description]);
  const include = useMemo(() => includesOf(prepared, new Set(kinds.map(kind => kind.id))), [prepared, kinds]);
  const record = useRecord(description.id, id, include);
  const [proposing, setProposing] = useState(false);
  if (record.data && proposing)
    return (
      <ProposalEditor description={description} record={record.data} onClose={() => setProposing(false)} />
    );
  if (record.data)
    return (
      <CardEditor
        description={description}
        prepared={prepared}
        include={include}
        record={record.data}
        onReload={() => void record.refetch()}
        onPropose={() => setProposing(true)}
      />
    );
  if (record.isError) return <FailedScreen error={record.error} onRetry={() => void record.refetch()} />;
  return <LoadingLines lines={14} />;
}
