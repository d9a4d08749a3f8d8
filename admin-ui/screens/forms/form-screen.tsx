import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppointment } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { FieldDialog } from './field-dialog.tsx';
import { useCustomFields, useDraft } from './form-queries.ts';
import { Outline } from './outline.tsx';
import { outlineOf } from './overlay-tree.ts';
import { PreviewPane } from './preview-pane.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { RulesPanel } from './rules-panel.tsx';
import type { CustomField, CustomFieldsAnswer, DraftAnswer } from './types.ts';
import { type OverlayEditing, useOverlay } from './use-overlay.ts';
import { VersionsDialog } from './versions-dialog.tsx';
import './forms.css';

/** One kind of card in the constructor: its sections and fields, rules, and beside them the form as a role gets it. */
export function FormScreen() {
  const { t } = useTranslation();
  const { entity = '' } = useParams({ strict: false }) as { entity?: string };
  const draft = useDraft(entity);
  const fields = useCustomFields(entity);
  useDocumentTitle(draft.data?.title, t('constructor.title'));
  if (draft.isError || fields.isError)
    return (
      <FailedScreen
        error={draft.error ?? fields.error}
        onRetry={() => void Promise.all([draft.refetch(), fields.refetch()])}
      />
    );
  if (!draft.data || !fields.data) return <LoadingLines />;
  return <Constructor key={entity} entity={entity} draft={draft.data} fields={fields.data} />;
}

interface ConstructorProps {
  entity: string;
  draft: DraftAnswer;
  fields: CustomFieldsAnswer;
}
type Dialog = { kind: 'field'; field?: CustomField } | { kind: 'publish' } | { kind: 'versions' };

function Constructor({ entity, draft, fields }: ConstructorProps) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const editing = useOverlay(entity, draft);
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const { overlay } = editing;
  const sections = useMemo(
    () => outlineOf({ base: draft.base, overlay, customs: fields.items }, t('constructor.extra')),
    [draft.base, overlay, fields.items, t],
  );
  const changed = draft.changed || editing.state !== 'saved';
  return (
    <>
      <PageHeader
        title={draft.title}
        crumbs={[{ title: t('constructor.title'), to: links.forms(appointment) }]}
        badge={<DraftState changed={changed} editing={editing} />}
        detail={t('constructor.for', { name: draft.owner.name })}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              disabled={!editing.undo}
              onClick={() => editing.undo?.()}
            >
              {t('constructor.undo')}
            </Button>
            <Button variant="default" onClick={() => setDialog({ kind: 'versions' })}>
              {t('constructor.versions')}
            </Button>
            <Button disabled={!changed} onClick={() => setDialog({ kind: 'publish' })}>
              {t('constructor.publish')}
            </Button>
          </>
        }
      />
      <div className="k-constructor">
        <div className="k-constructor-side">
          <Outline
            sections={sections}
            editing={editing}
            onAddField={() => setDialog({ kind: 'field' })}
            onEditField={field => setDialog({ kind: 'field', field })}
          />
          <RulesPanel
            sections={sections}
            retired={fields.items.filter(field => field.retired)}
            editing={editing}
          />
          <Retired items={fields.items} onEdit={field => setDialog({ kind: 'field', field })} />
        </div>
        <PreviewPane entity={entity} roles={fields.roles} editing={editing} />
      </div>
      {dialog?.kind === 'field' && (
        <FieldDialog
          entity={entity}
          answer={fields}
          sections={sections}
          editing={editing}
          {...(dialog.field ? { field: dialog.field } : {})}
          onClose={close}
        />
      )}
      {dialog?.kind === 'publish' && <PublishDialog entity={entity} editing={editing} onClose={close} />}
      {dialog?.kind === 'versions' && <VersionsDialog entity={entity} editing={editing} onClose={close} />}
    </>
  );
}

function DraftState({ changed, editing }: { changed: boolean; editing: OverlayEditing }) {
  const { t } = useTranslation();
  if (editing.state === 'failed') return <StatusBadge tone="danger">{t('constructor.notSaved')}</StatusBadge>;
  if (editing.state === 'saving') return <StatusBadge tone="plain">{t('constructor.saving')}</StatusBadge>;
  return changed ? (
    <StatusBadge tone="warn">{t('constructor.draft')}</StatusBadge>
  ) : (
    <StatusBadge tone="ok">{t('constructor.inForce')}</StatusBadge>
  );
}

/** Fields that were retired: their values wait in the cards. */
function Retired({ items, onEdit }: { items: CustomField[]; onEdit: (field: CustomField) => void }) {
  const { t } = useTranslation();
  const retired = items.filter(field => field.retired);
  if (retired.length === 0) return null;
  return (
    <section className="k-panel k-outline" aria-labelledby="forms-retired">
      <h2 id="forms-retired">{t('constructor.retired')}</h2>
      <p className="k-caption k-muted">{t('constructor.retired.help')}</p>
      <ul>
        {retired.map(field => (
          <li key={field.id}>
            <button type="button" className="k-plain k-outline-name" onClick={() => onEdit(field)}>
              {field.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
