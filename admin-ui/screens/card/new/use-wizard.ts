import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../../core/storage/gateway.types.ts';
import { ApiProblem, api } from '../../../api/client.ts';
import { keys, useAppointment } from '../../../api/queries.ts';
import { errorCode } from '../../../components/states.tsx';
import {
  composeBody,
  isUntouched,
  stepOfPath,
  type WizardData,
  type WizardStep,
} from '../../../forms/create-steps.ts';
import { References } from '../../../forms/environment.ts';
import { ownerPath, type PersonClash, personClash, settleClash } from '../../../forms/people/person-clash.ts';
import type { PersonChoice } from '../../../forms/people/person-match.ts';
import type { SchemaFormHandle } from '../../../forms/schema-form.tsx';
import { NO_PROBLEMS, type Problems, pathOf, pointerOf } from '../../../forms/validation/problems.ts';
import { getAt, isEmpty, isObject, type Values } from '../../../forms/values/paths.ts';
import { links } from '../../../links.ts';
import type { ErrorSummaryHandle } from '../error-summary.tsx';

const NOTHING: string[] = [];

/** The same body is sent under the same key, so a repeated click or a lost answer never makes a second record. */
function useIdempotencyKey() {
  const last = useRef({ body: '', key: '' });
  return (body: Values) => {
    const text = JSON.stringify(body);
    if (text !== last.current.body) last.current = { body: text, key: crypto.randomUUID() };
    return last.current.key;
  };
}

export function useWizard(description: EntityDescription, steps: WizardStep[], given?: Values) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const appointment = useAppointment();
  const form = useRef<SchemaFormHandle>(null);
  const summary = useRef<ErrorSummaryHandle>(null);
  const dirty = useRef(false);
  const keyOf = useIdempotencyKey();
  const [references] = useState(() => new References());
  const [data, setData] = useState<WizardData>(() => startData(steps, given));
  const latest = useRef(data);
  latest.current = data;
  const [index, setIndex] = useState(0);
  const [reached, setReached] = useState(0);
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [byStep, setByStep] = useState<ReadonlyMap<number, Problems>>(new Map());
  const [general, setGeneral] = useState(NOTHING);
  const [saving, setSaving] = useState(false);
  const [clash, setClash] = useState<PersonClash>();
  const [body, setBody] = useState<Values>();
  const typedPerson = useRef<Values | undefined>(undefined);
  const step = steps[index] ?? steps[0]!;

  const change = (next: WizardData) => {
    latest.current = next;
    setData(next);
    dirty.current = true;
  };
  const stepId = step.id;
  const keep = useCallback(
    (values: Values) => {
      latest.current = { ...latest.current, steps: { ...latest.current.steps, [stepId]: values } };
      setData(latest.current);
      dirty.current = true;
    },
    [stepId],
  );
  const show = (next: number, found: Problems = byStep.get(next) ?? NO_PROBLEMS) => {
    setProblems(found);
    setGeneral(NOTHING);
    setIndex(next);
    setReached(Math.max(reached, next));
  };

  /** True when the step may be left forwards; otherwise its faults are shown. */
  const passes = (): boolean => {
    if (step.kind === 'person') return data.person !== undefined;
    if (!step.required && isUntouched(step, latest.current)) return true;
    if (step.kind === 'rows' && step.required && isUntouched(step, latest.current)) {
      form.current?.show(new Map([[pointerOf(step.relation ?? ''), t('form.error.addRow')]]));
      setTimeout(() => summary.current?.focus());
      return false;
    }
    const found = form.current?.check() ?? NO_PROBLEMS;
    if (found.size > 0) setTimeout(() => summary.current?.focus());
    return found.size === 0;
  };
  const next = () => {
    if (!passes()) return;
    setByStep(new Map([...byStep].filter(([other]) => other !== index)));
    if (index < steps.length - 1) show(index + 1);
  };

  const refuse = (error: unknown, sent: Values) => {
    if (!(error instanceof ApiProblem)) throw error;
    const person = personClash(error);
    if (person) {
      setBody(sent);
      setClash(person);
      return;
    }
    const found = new Map<number, Map<string, string>>();
    const others: string[] = [];
    for (const { path: pointer, message } of error.errors) {
      const place = stepOfPath(steps, pathOf(pointer));
      if (!place) others.push(message);
      else found.set(place.index, (found.get(place.index) ?? new Map()).set(pointerOf(place.path), message));
    }
    setByStep(found);
    const first = [...found.keys()].sort((left, right) => left - right)[0];
    if (first !== undefined) {
      if (steps[first]?.kind === 'person') change({ steps: latest.current.steps });
      show(first, found.get(first));
      if (first === index) form.current?.show(found.get(first) ?? NO_PROBLEMS);
    }
    if (others.length > 0 || first === undefined)
      setGeneral(
        others.length > 0 ? others : [`${error.detail || t('error.other.title')} (${errorCode(error)})`],
      );
    setTimeout(() => summary.current?.focus(), 50);
  };

  const send = async (sent: Values) => {
    setSaving(true);
    setGeneral(NOTHING);
    try {
      const record = await api.post<RecordAnswer>(`/api/records/${encodeURIComponent(description.id)}`, {
        body: sent,
        appointment,
        headers: { 'Idempotency-Key': keyOf(sent) },
      });
      dirty.current = false;
      await client.invalidateQueries({
        queryKey: keys.records(appointment, description.id),
        refetchType: 'none',
      });
      notifications.show({
        color: 'green',
        message: t('card.new.saved'),
        closeButtonProps: { 'aria-label': t('close') },
      });
      await navigate({ to: links.card(appointment, description.id, record.id) });
    } catch (error) {
      refuse(error, sent);
    } finally {
      setSaving(false);
    }
  };
  const finish = async () => {
    if (saving || !passes()) return;
    await send(composeBody(steps, latest.current));
  };

  const openCard = (id: string) => {
    dirty.current = false;
    return navigate({ to: links.card(appointment, description.id, id) });
  };
  const choosePerson = (choice: PersonChoice) => {
    if (choice.kind === 'record') {
      void openCard(choice.id);
      return;
    }
    change({ ...latest.current, person: choice });
    setByStep(new Map([...byStep].filter(([other]) => other !== index)));
    if (index < steps.length - 1) show(index + 1);
  };
  /** The reader's decision about a person that the server knows: kept in the steps, then sent again. */
  const settle = async (choice: PersonChoice) => {
    if (!clash || !body) return;
    setClash(undefined);
    const owner = ownerPath(clash.path);
    if (choice.kind === 'record' && owner === '') {
      await openCard(choice.id);
      return;
    }
    const settled = settleClash(body, clash, choice);
    const person = settled.person;
    const kept = { ...latest.current, steps: { ...latest.current.steps } };
    if (kept.person && kept.person.kind !== 'record' && isObject(person))
      kept.person = { ...kept.person, person: person as { id: string } & Values };
    for (const one of steps) {
      const rows = one.relation === undefined ? undefined : getAt(settled, one.relation);
      if (one.kind === 'rows' && one.relation !== undefined && !isEmpty(rows))
        kept.steps[one.id] = { ...kept.steps[one.id], [one.relation]: rows };
    }
    change(kept);
    await send(settled);
  };

  return {
    step,
    index,
    reached,
    data,
    form,
    summary,
    dirty,
    references,
    problems,
    setProblems,
    general,
    saving,
    faulty: new Set(byStep.keys()),
    clash,
    body,
    typedPerson,
    keep,
    next,
    goTo: (other: number) => show(other),
    finish,
    choosePerson,
    forgetPerson: () => {
      const { person: _person, ...rest } = latest.current;
      change(rest);
    },
    typePerson: (person: Values) => {
      typedPerson.current = person;
      dirty.current = true;
    },
    closeClash: () => setClash(undefined),
    settle,
  };
}
export type Wizard = ReturnType<typeof useWizard>;

/** Values handed over by the caller go into the step whose form shows them. */
function startData(steps: WizardStep[], given: Values | undefined): WizardData {
  const data: WizardData = { steps: {} };
  for (const [name, value] of Object.entries(given ?? {})) {
    const place = stepOfPath(steps, name);
    const step = place && steps[place.index];
    if (step) data.steps[step.id] = { ...step.initial, ...data.steps[step.id], [name]: value };
  }
  return data;
}
