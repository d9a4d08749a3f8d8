import { Alert, Button, Group, Loader, Modal } from '@mantine/core';
import { useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { composeBody, detailSteps, isUntouched, type WizardData, withDemands } from '../create-steps.ts';
import { useFormEnvironment } from '../environment.ts';
import type { PersonChoice } from '../people/person-match.ts';
import { PersonSearch } from '../people/person-search.tsx';
import type { Leaf } from '../schema/leaves.ts';
import { SchemaForm, type SchemaFormHandle } from '../schema-form.tsx';
import { useTarget } from '../use-target.ts';
import type { Values } from '../values/paths.ts';
import { prepareRow } from './row-dialog.tsx';
import type { Row } from './row-values.ts';
import css from './rows.module.css';

interface PartnerDialogProps {
  leaf: Leaf;
  partner: Leaf;
  /** Ids of records that stand in other rows already. */
  taken: string[];
  onClose: () => void;
  onAdd: (row: Row) => void;
}

/** Adds a row about another person: search, choose or enter, then the fields of the row. */
export function PartnerDialog(props: PartnerDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const target = useTarget(props.partner.ref);
  const [choice, setChoice] = useState<PersonChoice>();
  const [typed, setTyped] = useState<Values>();
  const [again, setAgain] = useState<string>();
  const prefix = `partner${useId().replaceAll(/[^\w]/g, '')}`;
  const choose = (next: PersonChoice) => {
    const repeated = next.kind === 'record' && props.taken.includes(next.id);
    setAgain(repeated ? next.label : undefined);
    if (!repeated) setChoice(next);
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="xl"
      title={t('form.partner.title', { title: props.partner.title })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {!target && <Loader />}
      {target && !choice && (
        <PersonSearch
          target={target}
          recordAction="choose"
          idPrefix={prefix}
          initial={typed}
          onTyped={setTyped}
          onChoice={choose}
        />
      )}
      {again && (
        <Alert color="yellow" mt="sm" role="alert">
          {t('form.partner.taken', { name: again })}
        </Alert>
      )}
      {target && choice && (
        <PartnerDetails
          {...props}
          target={target}
          choice={choice}
          idPrefix={prefix}
          onBack={() => setChoice(undefined)}
        />
      )}
    </Modal>
  );
}

function PartnerDetails(
  props: PartnerDialogProps & {
    target: EntityDescription;
    choice: PersonChoice;
    idPrefix: string;
    onBack: () => void;
  },
) {
  const { t } = useTranslation();
  const { leaf, partner, target, choice, idPrefix } = props;
  const { dictionaries, references } = useFormEnvironment();
  const rowForm = useRef<SchemaFormHandle>(null);
  const forms = useRef(new Map<string, SchemaFormHandle>());
  const [empty] = useState<Values>({});
  const row = useMemo(() => prepareRow(leaf, dictionaries, [partner.path]), [leaf, dictionaries, partner]);
  const steps = useMemo(() => (choice.kind === 'record' ? [] : detailSteps(target)), [choice, target]);

  const add = () => {
    const typed = Object.fromEntries([...forms.current].map(([id, form]) => [id, form.values()]));
    const data: WizardData = { person: choice, steps: typed };
    const asked = withDemands(steps, data);
    const checked = asked.filter(step => step.required || !isUntouched(step, data));
    for (const form of [rowForm.current, ...checked.map(step => forms.current.get(step.id))]) {
      const first = form ? [...form.check().keys()][0] : undefined;
      if (form && first !== undefined) {
        form.focus(first);
        return;
      }
    }
    const fields = (rowForm.current?.values() ?? {}) as Row;
    if (choice.kind === 'record') {
      references.learn(target.id, choice.id, choice.label);
      props.onAdd({ ...fields, [partner.path]: choice.id });
      return;
    }
    if (choice.kind === 'person') references.learn('person', choice.person.id, choice.label);
    props.onAdd({ ...fields, [partner.path]: { person: choice.person, ...composeBody(asked, data) } });
  };
  return (
    <>
      <Group justify="space-between" mb="md">
        <div>
          <strong>{choice.label}</strong>
          <p className="k-caption k-muted">{t(`form.partner.${choice.kind}`)}</p>
        </div>
        <Button size="compact-sm" variant="subtle" onClick={props.onBack}>
          {t('form.partner.other')}
        </Button>
      </Group>
      <SchemaForm
        ref={rowForm}
        prepared={row}
        dictionaries={dictionaries}
        references={references}
        initial={empty}
        idPrefix={`${idPrefix}row`}
        bare
      />
      {steps.map(step => (
        <section key={step.id} className={css.detail} aria-labelledby={`${idPrefix}${step.id}`}>
          <h3 id={`${idPrefix}${step.id}`}>{step.title}</h3>
          {step.help && <p className="k-caption k-muted">{step.help}</p>}
          {step.prepared && (
            <SchemaForm
              ref={form => {
                if (form) forms.current.set(step.id, form);
                return () => void forms.current.delete(step.id);
              }}
              prepared={step.prepared}
              dictionaries={step.dictionaries}
              references={references}
              initial={step.initial}
              idPrefix={`${idPrefix}-${step.id}`}
              bare
            />
          )}
        </section>
      ))}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('cancel')}
        </Button>
        <Button onClick={add}>{t('form.partner.add')}</Button>
      </Group>
    </>
  );
}
