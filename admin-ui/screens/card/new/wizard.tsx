import { Button } from '@mantine/core';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import { useAppointment } from '../../../api/queries.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { useDocumentTitle } from '../../../components/use-document-title.ts';
import type { WizardStep } from '../../../forms/create-steps.ts';
import { ExistsDialog } from '../../../forms/people/exists-dialog.tsx';
import { ownerPath } from '../../../forms/people/person-clash.ts';
import { PersonSearch } from '../../../forms/people/person-search.tsx';
import { SchemaForm } from '../../../forms/schema-form.tsx';
import { leafAt } from '../../../forms/validation/validator.ts';
import { getAt, isObject, type Values } from '../../../forms/values/paths.ts';
import { links } from '../../../links.ts';
import css from '../card.module.css';
import { ErrorSummary } from '../error-summary.tsx';
import { LeaveGuard } from '../leave-guard.tsx';
import { useSaveKey } from '../use-save-key.ts';
import { StepList } from './step-list.tsx';
import { useWizard, type Wizard as WizardState } from './use-wizard.ts';

interface WizardProps {
  description: EntityDescription;
  steps: WizardStep[];
  initial?: Values | undefined;
}

/** Adding a record step by step; nothing is sent before the last step, and everything goes in one piece. */
export function Wizard({ description, steps, initial }: WizardProps) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const wizard = useWizard(description, steps, initial);
  const { step, index } = wizard;
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(index);
  const title = t('card.new.title', { title: description.title.toLowerCase() });
  useDocumentTitle(title, description.plural);
  const last = index === steps.length - 1;
  useSaveKey(() => void (last ? wizard.finish() : wizard.next()));
  useEffect(() => {
    if (shown.current === index) return;
    shown.current = index;
    if (wizard.problems.size === 0) heading.current?.focus();
  }, [index, wizard.problems]);

  return (
    <>
      <PageHeader
        title={title}
        crumbs={[{ title: description.plural, to: links.list(appointment, description.id) }]}
        help={description.help}
      />
      <div className={css.body}>
        <StepList
          steps={steps}
          current={index}
          reached={wizard.reached}
          faulty={wizard.faulty}
          onGo={wizard.goTo}
        />
        <div className={css.column}>
          {step.prepared && (
            <ErrorSummary
              ref={wizard.summary}
              problems={wizard.problems}
              general={wizard.general}
              prepared={step.prepared}
              onGo={pointer => wizard.form.current?.focus(pointer)}
            />
          )}
          {!step.prepared && wizard.general.length > 0 && (
            <div className={css.summary} role="alert">
              {wizard.general.join(' ')}
            </div>
          )}
          <section className={css.panel} aria-labelledby="step-title">
            <div>
              {steps.length > 1 && (
                <p className="k-caption k-muted">
                  {t('card.new.step', { number: index + 1, total: steps.length })}
                </p>
              )}
              <h2 id="step-title" tabIndex={-1} ref={heading}>
                {step.title}
              </h2>
              {step.help && <p className="k-muted">{step.help}</p>}
            </div>
            {step.kind === 'person' ? (
              <PersonStep description={description} wizard={wizard} />
            ) : (
              <FormStep key={step.id} step={step} wizard={wizard} />
            )}
            <StepButtons wizard={wizard} last={last} />
          </section>
        </div>
      </div>
      <LeaveGuard dirty={wizard.dirty} />
      <ClashDialog description={description} wizard={wizard} steps={steps} />
    </>
  );
}

function StepButtons({ wizard, last }: { wizard: WizardState; last: boolean }) {
  const { t } = useTranslation();
  const { step, index } = wizard;
  // The person step goes on by its own choice.
  const waiting = step.kind === 'person' && !wizard.data.person;
  return (
    <div className={css.buttons}>
      {index > 0 && (
        <Button variant="default" onClick={() => wizard.goTo(index - 1)}>
          {t('card.new.back')}
        </Button>
      )}
      {!waiting && !last && <Button onClick={wizard.next}>{t('card.new.next')}</Button>}
      {!waiting && last && (
        <Button loading={wizard.saving} onClick={() => void wizard.finish()}>
          {t('card.new.finish')}
        </Button>
      )}
    </div>
  );
}

function PersonStep({ description, wizard }: { description: EntityDescription; wizard: WizardState }) {
  const { t } = useTranslation();
  const { person } = wizard.data;
  if (person) {
    return (
      <div className={css.chosen}>
        <div>
          <strong>{person.label}</strong>
          <p className="k-caption k-muted">{t(`form.partner.${person.kind}`)}</p>
        </div>
        <Button variant="subtle" size="compact-sm" onClick={wizard.forgetPerson}>
          {t('form.partner.other')}
        </Button>
      </div>
    );
  }
  return (
    <PersonSearch
      target={description}
      recordAction="open"
      idPrefix="person"
      initial={wizard.typedPerson.current}
      initialProblems={wizard.problems}
      onTyped={wizard.typePerson}
      onChoice={wizard.choosePerson}
    />
  );
}

function FormStep({ step, wizard }: { step: WizardStep; wizard: WizardState }) {
  const appointment = useAppointment();
  const cardHref = useCallback(
    (entity: string, id: string) => links.card(appointment, entity, id),
    [appointment],
  );
  if (!step.prepared) return null;
  return (
    <SchemaForm
      ref={wizard.form}
      prepared={step.prepared}
      dictionaries={step.dictionaries}
      references={wizard.references}
      initial={wizard.data.steps[step.id] ?? step.initial}
      initialProblems={wizard.problems}
      cardHref={step.kind === 'rows' ? cardHref : undefined}
      idPrefix={`new-${step.id}`}
      bare
      onChange={wizard.keep}
      onProblems={wizard.setProblems}
    />
  );
}

/** «Такой человек уже есть», for the card's own person or for one in a row. */
function ClashDialog(props: { description: EntityDescription; wizard: WizardState; steps: WizardStep[] }) {
  const { description, wizard, steps } = props;
  const { clash, body } = wizard;
  if (!clash || !body) return null;
  const owner = ownerPath(clash.path);
  const leaf = steps.map(step => step.prepared && leafAt(step.prepared.leaves, owner)).find(Boolean);
  const typed = getAt(body, clash.path);
  return (
    <ExistsDialog
      clash={clash}
      entity={owner === '' ? description.id : (leaf?.ref ?? '')}
      typed={isObject(typed) ? typed : {}}
      onClose={wizard.closeClash}
      onChoice={choice => void wizard.settle(choice)}
    />
  );
}
