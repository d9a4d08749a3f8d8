import { Alert, Button, Group, Loader, Modal } from '@mantine/core';
import { useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormField } from '../../../core/catalogue/types.ts';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { useFormEnvironment } from '../environment.ts';
import type { PersonChoice } from '../people/person-match.ts';
import { PersonSearch } from '../people/person-search.tsx';
import type { Leaf } from '../schema/leaves.ts';
import { prepareForm } from '../schema/prepare.ts';
import { SchemaForm, type SchemaFormHandle } from '../schema-form.tsx';
import { useTarget } from '../use-target.ts';
import { prune, type Values } from '../values/paths.ts';
import { prepareRow } from './row-dialog.tsx';
import type { Row } from './row-values.ts';

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

/** The few fields asked of a new card here: those its own form asks when adding, else its list's columns. */
function fewFields(target: EntityDescription): FormField[][] {
  const steps = target.form.create?.filter(step => step.kind === 'fields') ?? [];
  const rows = steps.flatMap(step => step.fields ?? []);
  if (rows.length > 0) return rows;
  return target.list.columns.filter(path => !path.startsWith('person')).map(field => [{ field, span: 6 }]);
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
  const { leaf, partner, target, choice } = props;
  const { dictionaries, references } = useFormEnvironment();
  const rowForm = useRef<SchemaFormHandle>(null);
  const cardForm = useRef<SchemaFormHandle>(null);
  const [empty] = useState<Values>({});
  const row = useMemo(() => prepareRow(leaf, dictionaries, [partner.path]), [leaf, dictionaries, partner]);
  const card = useMemo(() => {
    const { required: _required, ...schema } = target.schema;
    const sections = [{ id: 'card', title: target.title, rows: fewFields(target) }];
    return prepareForm({
      schema,
      form: { tabs: [{ id: 'card', title: '', sections }], rules: target.form.rules },
      dictionaries: target.dictionaries,
    });
  }, [target]);

  const add = () => {
    for (const form of [rowForm.current, cardForm.current]) {
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
    const details = (prune(cardForm.current?.values() ?? {}) ?? {}) as Values;
    if (choice.kind === 'person') references.learn('person', choice.person.id, choice.label);
    props.onAdd({ ...fields, [partner.path]: { ...details, person: choice.person } });
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
        idPrefix={`${props.idPrefix}row`}
        bare
      />
      {choice.kind !== 'record' && (
        <SchemaForm
          ref={cardForm}
          prepared={card}
          dictionaries={target.dictionaries}
          references={references}
          initial={empty}
          idPrefix={`${props.idPrefix}card`}
          bare
        />
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('cancel')}
        </Button>
        <Button onClick={add}>{t('form.partner.add')}</Button>
      </Group>
    </>
  );
}
