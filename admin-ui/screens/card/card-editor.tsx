import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import { openFile, saveFile } from '../../api/download.ts';
import { keys, useAppointment } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import type { FormEnvironment } from '../../forms/environment.ts';
import { ExistsDialog } from '../../forms/people/exists-dialog.tsx';
import { ownerPath, type PersonClash, settleClash } from '../../forms/people/person-clash.ts';
import type { Leaf } from '../../forms/schema/leaves.ts';
import type { PreparedForm } from '../../forms/schema/prepare.ts';
import { SchemaForm } from '../../forms/schema-form.tsx';
import { pointerOf } from '../../forms/validation/problems.ts';
import { leafAt } from '../../forms/validation/validator.ts';
import { getAt, isObject, type Values } from '../../forms/values/paths.ts';
import { links } from '../../links.ts';
import { AccessDrawer } from './access-drawer.tsx';
import css from './card.module.css';
import { CardMenu } from './card-menu.tsx';
import { Completeness } from './completeness.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { DraftOffer } from './draft-offer.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { FilesSection } from './files/files-section.tsx';
import { FormerNames } from './former-names.tsx';
import { HistoryDrawer } from './history-drawer.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { mayEdit, mayKeep } from './may-edit.ts';
import { missingLeaves } from './missing.ts';
import { PeriodActs, PeriodBadge } from './period-acts.tsx';
import { PrintMenu } from './print-menu.tsx';
import { SharedDialog } from './proposal/shared-dialog.tsx';
import { recordTitle } from './record-title.ts';
import { RenameDialog } from './rename-dialog.tsx';
import { deleteRecord } from './saving.ts';
import { SectionIndex } from './section-index.tsx';
import { type CardEditing, useCardEditor } from './use-card-editor.ts';
import { useSaveKey } from './use-save-key.ts';

const PREFIX = 'card';
const FILES = 'files';

export interface CardEditorProps {
  description: EntityDescription;
  prepared: PreparedForm;
  include: string[];
  record: RecordAnswer;
  onReload: () => void;
  /** Opens the form in which a change is proposed to whoever may make it. */
  onPropose: () => void;
}

export function CardEditor(props: CardEditorProps) {
  const { description, prepared, record } = props;
  const { t } = useTranslation();
  const appointment = useAppointment();
  const editing = useCardEditor(props);
  const [historyOpen, setHistoryOpen] = useState(false);
  const [accessOpen, setAccessOpen] = useState(false);
  const { adopt, saved, dirty, form, references } = editing;
  const current = saved.record;
  const title = recordTitle(current, description);
  const isWritable = useWritable(current, description);
  const blockedBy = useBlocked(current, description);
  const cardHref = useCallback(
    (entity: string, id: string) => links.card(appointment, entity, id),
    [appointment],
  );
  const environment = useMemo<FormEnvironment>(
    () => ({ prepared, dictionaries: description.dictionaries, references, cardHref, narrow: false }),
    [prepared, description, references, cardHref],
  );
  const more = useMemo(
    () => (description.files ? [{ id: FILES, title: t('files.title') }] : []),
    [description, t],
  );
  useDocumentTitle(title, description.plural);
  useSaveKey(() => {
    if (mayEdit(current, description)) void editing.save();
  });
  // A newer version arrived in the background: taken over only while nothing has been typed.
  const seen = useRef(record);
  useEffect(() => {
    if (seen.current === record) return;
    seen.current = record;
    if (record.version !== current.version && !dirty.current) adopt(record);
  }, [record, current.version, adopt, dirty]);

  return (
    <>
      <CardHeader
        {...props}
        editing={editing}
        title={title}
        onHistory={() => setHistoryOpen(true)}
        onAccess={() => setAccessOpen(true)}
      />
      <div className={css.body}>
        <SectionIndex tabs={prepared.tabs} idPrefix={PREFIX} more={more} />
        <div className={css.column}>
          {editing.draft.offered && (
            <DraftOffer
              draft={editing.draft.offered}
              prepared={prepared}
              onTake={() => editing.draft.offered && editing.takeDraft(editing.draft.offered)}
              onDrop={editing.draft.drop}
            />
          )}
          <ErrorSummary
            ref={editing.summary}
            problems={editing.problems}
            general={editing.general}
            prepared={prepared}
            onGo={pointer => form.current?.focus(pointer)}
          />
          <SchemaForm
            ref={form}
            prepared={prepared}
            dictionaries={description.dictionaries}
            references={references}
            initial={saved.values}
            base={saved.values}
            isWritable={isWritable}
            blockedBy={blockedBy}
            consentsAt={description.consents?.relation}
            cardHref={cardHref}
            idPrefix={PREFIX}
            onChange={editing.setValues}
            onProblems={editing.setProblems}
          />
          {description.files && (
            <FilesSection
              entity={description.id}
              id={current.id}
              titleId={`${PREFIX}-section-${FILES}`}
              mayChange={current.allowed.update}
            />
          )}
        </div>
      </div>
      <LeaveGuard dirty={dirty} onLeave={editing.draft.drop} />
      <HistoryDrawer
        entity={description.id}
        id={current.id}
        opened={historyOpen}
        environment={environment}
        onClose={() => setHistoryOpen(false)}
      />
      <AccessDrawer
        entity={description.id}
        id={current.id}
        opened={accessOpen}
        onClose={() => setAccessOpen(false)}
      />
      {editing.conflict && (
        <ConflictDialog
          conflict={editing.conflict}
          environment={environment}
          busy={editing.saving}
          onSave={chosen => void editing.settleConflict(chosen)}
          onClose={editing.closeConflict}
        />
      )}
      {editing.renaming && (
        <RenameDialog
          {...editing.renaming}
          busy={editing.saving}
          onSave={rename => void editing.settleRename(rename)}
          onClose={editing.closeRename}
        />
      )}
      {editing.shared && (
        <SharedDialog
          identity={editing.shared}
          before={saved.values}
          environment={environment}
          busy={editing.saving}
          onSend={reason => void editing.settleShared(reason)}
          onClose={editing.closeShared}
        />
      )}
      {editing.clash && <PersonDialog editing={editing} clash={editing.clash} prepared={prepared} />}
      <span role="status" className="k-hidden">
        {editing.saving ? t('card.saving') : ''}
      </span>
    </>
  );
}

/** Fields the actor may write in this very record; a group's name covers its fields. */
function useWritable(record: RecordAnswer, description: EntityDescription) {
  const { update, write } = record.allowed;
  return useMemo(() => {
    const names = new Set(write);
    const relations = new Map(description.relations.map(relation => [relation.name, relation.can]));
    return (path: string) => {
      const can = relations.get(path);
      if (can) return mayKeep(can) && (update || !description.can.update);
      if (!update) return false;
      return names.has('*') || names.has(path) || [...names].some(name => path.startsWith(`${name}.`));
    };
  }, [update, write, description]);
}

/** Purpose, in words, of a field or of its group that is shut for want of a consent. */
function useBlocked({ blocked }: RecordAnswer, { consents }: EntityDescription) {
  return useMemo(() => {
    const groups = Object.entries(blocked ?? {});
    return (path: string) => {
      const found = groups.find(([group]) => path === group || path.startsWith(`${group}.`));
      return found && (consents?.purposes[found[1]] ?? found[1]);
    };
  }, [blocked, consents]);
}

interface CardHeaderProps extends CardEditorProps {
  editing: CardEditing;
  title: string;
  onHistory: () => void;
  onAccess: () => void;
}

function CardHeader(props: CardHeaderProps) {
  const { description, prepared, editing, title, onHistory, onAccess, onPropose } = props;
  const { t } = useTranslation();
  const appointment = useAppointment();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const { record } = editing.saved;
  const blockedBy = useBlocked(record, description);
  const missing = useMemo(
    () => missingLeaves(prepared, editing.values).filter(leaf => !blockedBy(leaf.path)),
    [prepared, editing.values, blockedBy],
  );
  const remove = async () => {
    setDeleting(true);
    try {
      await deleteRecord(description.id, record.id, record.version, appointment);
      editing.dirty.current = false;
      await client.invalidateQueries({
        queryKey: keys.records(appointment, description.id),
        refetchType: 'none',
      });
      await navigate({ to: links.list(appointment, description.id) });
    } catch (error) {
      notifications.show({
        color: 'red',
        title: t('card.delete.failed'),
        message: error instanceof Error ? error.message : '',
        closeButtonProps: { 'aria-label': t('close') },
      });
    } finally {
      setDeleting(false);
    }
  };
  const extract = useExtract(record);
  const groupTitle = (leaf: Leaf) =>
    leaf.group === undefined || leaf.group === 'person' ? undefined : prepared.groups.get(leaf.group)?.title;
  return (
    <PageHeader
      title={title}
      crumbs={
        description.single ? [] : [{ title: description.plural, to: links.list(appointment, description.id) }]
      }
      badge={
        <>
          <RecordStatus record={record} description={description} />
          <PeriodBadge record={record} />
        </>
      }
      help={description.help}
      detail={
        <>
          {record.completeness && (
            <Completeness
              filled={record.completeness.filled}
              total={record.completeness.total}
              missing={missing}
              groupTitle={groupTitle}
              onGo={leaf => editing.form.current?.focus(pointerOf(leaf.path))}
            />
          )}
          {description.facet && <FormerNames entity={description.id} id={record.id} />}
        </>
      }
      actions={
        <>
          <PrintMenu entity={description.id} id={record.id} />
          <PeriodActs entity={description.id} record={record} title={title} />
          <CardMenu
            title={title}
            canDelete={record.allowed.delete}
            deleting={deleting}
            onHistory={onHistory}
            onAccess={record.allowed.acts?.includes('access-log') ? onAccess : undefined}
            onExtract={record.allowed.acts?.includes('extract') ? extract : undefined}
            onDelete={() => void remove()}
          />
          {record.allowed.request && (
            <Button variant={record.allowed.update ? 'default' : 'filled'} onClick={onPropose}>
              {t('proposal.open')}
            </Button>
          )}
          {mayEdit(record, description) && (
            <Button
              loading={editing.saving}
              onClick={() => void editing.save()}
              title={t('card.save.key')}
              aria-keyshortcuts="Control+S"
            >
              {t('card.save')}
            </Button>
          )}
        </>
      }
    />
  );
}

/** Everything held of the person, as a paper (R7). */
function useExtract({ person }: RecordAnswer): (() => void) | undefined {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const id = person?.id;
  if (id === undefined) return undefined;
  return () => {
    openFile(`/api/people/${id}/extract?format=pdf`, 'extract.pdf', appointment).then(
      saveFile,
      (error: Error) =>
        notifications.show({
          color: 'red',
          title: t('card.extract.failed'),
          message: error.message,
          closeButtonProps: { 'aria-label': t('close') },
        }),
    );
  };
}

const GOOD = /^(active|working|signed|valid|open)/;

function RecordStatus({ record, description }: { record: RecordAnswer; description: EntityDescription }) {
  const code = record.status;
  const property = getAt(description.schema, ['properties', 'status']);
  if (typeof code !== 'string' || !isObject(property) || typeof property['x-dictionary'] !== 'string')
    return null;
  const text = description.dictionaries[property['x-dictionary']]?.find(item => item.code === code)?.text;
  return (
    <StatusBadge tone={GOOD.test(code) ? 'ok' : 'plain'}>{text ?? record.labels.status ?? code}</StatusBadge>
  );
}

/** A person added in a row exists already. */
function PersonDialog(props: { editing: CardEditing; clash: PersonClash; prepared: PreparedForm }) {
  const { editing, clash, prepared } = props;
  const leaf = leafAt(prepared.leaves, ownerPath(clash.path));
  const values = (editing.form.current?.values() ?? editing.values) as Values;
  const typed = getAt(values, clash.path);
  return (
    <ExistsDialog
      clash={clash}
      entity={leaf?.ref ?? ''}
      typed={isObject(typed) ? typed : {}}
      onClose={editing.closeClash}
      onChoice={choice => {
        if (choice.kind === 'record' && leaf?.ref)
          editing.references.learn(leaf.ref, choice.id, choice.label);
        if (choice.kind === 'person') editing.references.learn('person', choice.person.id, choice.label);
        void editing.settlePerson(settleClash(values, clash, choice));
      }}
    />
  );
}
