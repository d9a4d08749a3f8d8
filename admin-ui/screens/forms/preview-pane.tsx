import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { References } from '../../forms/environment.ts';
import { prepareForm } from '../../forms/schema/prepare.ts';
import { SchemaForm } from '../../forms/schema-form.tsx';
import { usePreviewAs } from './form-queries.ts';
import type { DesignRole } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface PreviewPaneProps {
  entity: string;
  roles: DesignRole[];
  editing: OverlayEditing;
}

/** The form as somebody of a role would have it; it may be filled in to try rules, nothing is saved. */
export function PreviewPane({ entity, roles, editing }: PreviewPaneProps) {
  const { t } = useTranslation();
  const [role, setRole] = useState((roles.find(one => one.write) ?? roles[0])?.role ?? '');
  const preview = usePreviewAs(entity, role, editing.overlay, editing.version);
  return (
    <section className="k-panel k-preview" aria-labelledby="forms-preview">
      <header>
        <h2 id="forms-preview">{t('constructor.preview')}</h2>
        <span className="k-grow" />
        <NativeSelect
          aria-label={t('constructor.preview.role')}
          value={role}
          onChange={event => setRole(event.currentTarget.value)}
          data={roles.map(one => ({ value: one.role, label: one.title }))}
        />
      </header>
      {preview.isError ? (
        <ErrorState error={preview.error} onRetry={preview.refetch} />
      ) : !preview.data ? (
        <LoadingLines />
      ) : (
        <PreviewForm description={preview.data} dimmed={preview.isPlaceholderData} />
      )}
    </section>
  );
}

function PreviewForm({ description, dimmed }: { description: EntityDescription; dimmed: boolean }) {
  const { t } = useTranslation();
  const prepared = useMemo(() => prepareForm(description), [description]);
  const references = useMemo(() => new References(), []);
  if (prepared.tabs.length === 0)
    return <EmptyState title={t('constructor.preview.none')} text={t('constructor.preview.none.text')} />;
  return (
    <div className="k-preview-form" data-dimmed={dimmed || undefined}>
      <SchemaForm
        key={JSON.stringify(description.form) + JSON.stringify(description.schema)}
        prepared={prepared}
        dictionaries={description.dictionaries}
        references={references}
        initial={{}}
        idPrefix="preview"
      />
    </div>
  );
}
