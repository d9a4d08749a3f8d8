import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import { ApiProblem } from '../../api/client.ts';
import { keys, useAppointment } from '../../api/queries.ts';
import { requestsKey, sendRequest } from '../../api/request-queries.ts';
import { errorCode } from '../../components/states.tsx';
import { References } from '../../forms/environment.ts';
import { type PersonClash, personClash } from '../../forms/people/person-clash.ts';
import { formValues, type PreparedForm } from '../../forms/schema/prepare.ts';
import type { SchemaFormHandle } from '../../forms/schema-form.tsx';
import { NO_PROBLEMS, type Problems } from '../../forms/validation/problems.ts';
import { setAt, type Values } from '../../forms/values/paths.ts';
import type { Conflict } from './conflict-dialog.tsx';
import { withEdits } from './draft-edits.ts';
import type { ErrorSummaryHandle } from './error-summary.tsx';
import { mayEdit } from './may-edit.ts';
import { compareEdits, mergeEdits, type Side } from './merge-edits.ts';
import type { Rename } from './rename-dialog.tsx';
import { renamed, withRename } from './renamed.ts';
import { patchOf, placeProblems, readRecord, savePatch } from './saving.ts';
import { type CardDraft, useCardDraft } from './use-card-draft.ts';

interface CardEditorInput {
  description: EntityDescription;
  prepared: PreparedForm;
  include: string[];
  record: RecordAnswer;
}

/** The saved card, and what the conflict or the doubled person found on the way to saving it. */
interface Saved {
  record: RecordAnswer;
  values: Values;
}

/** Somebody else's newer version, and how it differs. */
type Found = Conflict & { theirs: Saved };

const NOTHING: string[] = [];

/**
 * Editing of one card: what is saved, what was changed, saving with its three kinds of refusal (faults, somebody
 * else's newer version, a person who exists already). None of them loses what was typed.
 */
export function useCardEditor({ description, prepared, include, record }: CardEditorInput) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const appointment = useAppointment();
  const form = useRef<SchemaFormHandle>(null);
  const summary = useRef<ErrorSummaryHandle>(null);
  const dirty = useRef(false);
  const [references] = useState(() => new References());
  const take = useCallback(
    (answer: RecordAnswer): Saved => {
      references.learnFrom(answer, prepared.leaves.values());
      return { record: answer, values: formValues(answer, prepared.leaves.values()) };
    },
    [references, prepared],
  );
  const [saved, setSaved] = useState(() => take(record));
  const [values, setValues] = useState(saved.values);
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [general, setGeneral] = useState(NOTHING);
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<Found>();
  const [clash, setClash] = useState<PersonClash>();
  /** Identity that was typed and that other organisations know as well. */
  const [shared, setShared] = useState<Values>();
  /** The name before and after, while the reader is asked how it has changed. */
  const [renaming, setRenaming] = useState<{ before: string; after: string }>();

  const changed = useMemo(
    () => Object.keys(patchOf(prepared, saved.values, values)).length > 0,
    [prepared, saved, values],
  );
  dirty.current = changed;

  const draft = useCardDraft({
    entity: description.id,
    id: saved.record.id,
    version: saved.record.version,
    prepared,
    references,
    saved: saved.values,
    values,
    enabled: mayEdit(saved.record, description),
  });
  /**
   * Goes on with what was typed before. The card counts as it was then: what others have saved since meets it in
   * the conflict, field by field, when it is saved.
   */
  const takeDraft = ({ version, edits }: CardDraft) => {
    for (const { path, value, caption } of edits) {
      const ref = prepared.leaves.get(path)?.ref;
      if (ref) references.learn(ref, String(value), caption);
    }
    const typed = withEdits(values, edits, 'value');
    setSaved({
      record: { ...saved.record, version },
      values: version === saved.record.version ? saved.values : withEdits(saved.values, edits, 'before'),
    });
    form.current?.replace(typed);
    setValues(typed);
    draft.taken();
  };

  const adopt = useCallback(
    (answer: RecordAnswer) => {
      const next = take(answer);
      setSaved(next);
      setValues(next.values);
      form.current?.replace(next.values);
      client.setQueryData([...keys.record(appointment, description.id, answer.id), include], answer);
    },
    [take, client, appointment, description.id, include],
  );

  const refuse = async (error: unknown, from: Saved) => {
    if (!(error instanceof ApiProblem)) throw error;
    const person = personClash(error);
    if (person) setClash(person);
    else if (error.code === 'PERSON_SHARED')
      setShared(patchOf(prepared, from.values, form.current?.values() ?? values).person as Values);
    else if (error.code === 'STALE') {
      const theirs = take(await readRecord(description.id, from.record.id, include, appointment));
      const { changedBy, changedAt } = error.members;
      const found = {
        theirs,
        changedBy: typeof changedBy === 'string' ? changedBy : undefined,
        changedAt: typeof changedAt === 'string' ? changedAt : undefined,
        fields: compareEdits(from.values, form.current?.values() ?? values, theirs.values),
      };
      if (found.fields.some(field => field.clash)) setConflict(found);
      else await addTo(found);
    } else if (error.errors.length > 0) {
      const placed = placeProblems(error.errors, prepared);
      form.current?.show(placed.problems);
      setGeneral(placed.general);
      setTimeout(() => summary.current?.focus());
    } else {
      setGeneral([`${error.detail || t('error.other.title')} (${errorCode(error)})`]);
      setTimeout(() => summary.current?.focus());
    }
  };

  /** Sends what differs from `from`; `edited` is given when it is not (yet) what the form shows. */
  const send = async (from: Saved, edited: Values, rename?: Rename) => {
    const patch = withRename(patchOf(prepared, from.values, edited), rename);
    setGeneral(NOTHING);
    if (Object.keys(patch).length === 0) {
      notifications.show({
        message: t('card.nothingToSave'),
        closeButtonProps: { 'aria-label': t('close') },
      });
      return;
    }
    setSaving(true);
    try {
      const { id, version } = from.record;
      const answer = await savePatch(description.id, id, version, patch, appointment);
      adopt(include.length > 0 ? await readRecord(description.id, id, include, appointment) : answer);
      setConflict(undefined);
      notifications.show({
        color: 'green',
        message: t('card.saved'),
        closeButtonProps: { 'aria-label': t('close') },
      });
      await client.invalidateQueries({
        queryKey: keys.records(appointment, description.id),
        refetchType: 'none',
      });
      await client.invalidateQueries({ queryKey: keys.home(appointment) });
    } catch (error) {
      await refuse(error, from);
    } finally {
      setSaving(false);
    }
  };

  const save = async () => {
    if (saving || !form.current) return;
    if (form.current.check().size > 0) {
      setGeneral(NOTHING);
      setTimeout(() => summary.current?.focus());
      return;
    }
    const edited = form.current.values();
    const names = renamed(saved.values, edited);
    if (names) setRenaming(names);
    else await send(saved, edited);
  };

  const settleRename = async (rename: Rename) => {
    setRenaming(undefined);
    await send(saved, form.current?.values() ?? values, rename);
  };

  const settle = async ({ theirs, fields }: Found, chosen: ReadonlyMap<string, Side>) => {
    const merged = mergeEdits(theirs.values, fields, chosen);
    setSaved(theirs);
    form.current?.replace(merged);
    setValues(merged);
    setConflict(undefined);
    await send(theirs, merged);
  };
  const settleConflict = async (chosen: ReadonlyMap<string, Side>) => {
    if (conflict) await settle(conflict, chosen);
  };
  /** Nobody else has touched the fields that were changed here: there is nothing to ask. */
  const addTo = async (found: Found) => {
    notifications.show({
      message: t('card.conflict.added', { by: found.changedBy ?? t('card.conflict.somebody') }),
      closeButtonProps: { 'aria-label': t('close') },
    });
    await settle(found, new Map());
  };

  /** The form's values with the reader's decision about a person in them. */
  const settlePerson = async (edited: Values) => {
    setClash(undefined);
    form.current?.replace(edited);
    setValues(edited);
    await send(saved, edited);
  };

  /** Asks the other organisations about the identity, and saves the rest of what was typed. */
  const settleShared = async (reason: string) => {
    if (!shared) return;
    const sent = { patch: { person: shared }, ...(reason ? { reason } : {}) };
    setSaving(true);
    try {
      await sendRequest(description.id, saved.record.id, sent, appointment);
    } catch (error) {
      setShared(undefined);
      await refuse(error, saved);
      return;
    } finally {
      setSaving(false);
    }
    setShared(undefined);
    await client.invalidateQueries({ queryKey: requestsKey(appointment) });
    notifications.show({
      color: 'green',
      message: t('shared.sent'),
      closeButtonProps: { 'aria-label': t('close') },
    });
    const rest = setAt(form.current?.values() ?? values, ['person'], saved.values.person);
    form.current?.replace(rest);
    setValues(rest);
    if (Object.keys(patchOf(prepared, saved.values, rest)).length > 0) await send(saved, rest);
  };

  return {
    form,
    summary,
    dirty,
    references,
    saved,
    values,
    setValues,
    changed,
    problems,
    setProblems,
    general,
    saving,
    save,
    conflict,
    closeConflict: () => setConflict(undefined),
    settleConflict,
    clash,
    closeClash: () => setClash(undefined),
    settlePerson,
    renaming,
    closeRename: () => setRenaming(undefined),
    settleRename,
    shared,
    closeShared: () => setShared(undefined),
    settleShared,
    adopt,
    draft,
    takeDraft,
  };
}
export type CardEditing = ReturnType<typeof useCardEditor>;
