import { useMemo, useState } from 'react';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useEntity, useRecord } from '../../api/queries.ts';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { prepareForm } from '../../forms/schema/prepare.ts';
import { CardEditor } from './card-editor.tsx';
import { includesOf } from './includes.ts';
import { ProposalEditor } from './proposal/proposal-editor.tsx';

/** One card of any kind: reads what it is and what stands in it, then hands both to the editor. */
export function CardScreen({ entity, id }: { entity: string; id: string }) {
  const description = useEntity(entity);
  if (description.isError)
    return <FailedScreen error={description.error} onRetry={() => void description.refetch()} />;
  if (!description.data) return <LoadingLines lines={14} />;
  return <Described key={`${entity}/${id}`} description={description.data} id={id} />;
}

function Described({ description, id }: { description: EntityDescription; id: string }) {
  const prepared = useMemo(() => prepareForm(description), [description]);
  const include = useMemo(() => includesOf(prepared), [prepared]);
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
