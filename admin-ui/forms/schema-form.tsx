/**
 * One card as a form: the server's description drawn by rjsf with our theme.
 *
 * rjsf holds the values and the tree of fields; layout, controls, checks and texts are ours. The schema given to
 * it is only the shape (see PreparedForm.viewSchema): conditions and defaults are the validator's business.
 */
import { useMediaQuery } from '@mantine/hooks';
import Form, { type IChangeEvent } from '@rjsf/core';
import type { RJSFSchema } from '@rjsf/utils';
import { memo, type Ref, useCallback, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import { type FormEnvironment, FormEnvironmentContext, type References } from './environment.ts';
import { focusField } from './field-ids.ts';
import { RowsField } from './rows/rows-field.tsx';
import type { PreparedForm } from './schema/prepare.ts';
import { effectsOf } from './schema/rules.ts';
import { isTrue } from './schema/truth.ts';
import { FieldTemplate } from './theme/field-template.tsx';
import { LayoutField } from './theme/layout-field.tsx';
import { type LayoutState, LayoutStateContext } from './theme/layout-state.ts';
import { ValueField } from './theme/value-field.tsx';
import { useFormProblems } from './use-form-problems.ts';
import { errorSchemaOf, type Problems, pathOf } from './validation/problems.ts';
import { rjsfValidator } from './validation/validator.ts';
import { sameValue, type Values } from './values/paths.ts';

export interface SchemaFormHandle {
  values: () => Values;
  /** Checks everything, shows what is wrong and returns it. */
  check: () => Problems;
  /** Shows faults that the server found, beside those shown already. */
  show: (problems: Problems) => void;
  /** Takes over other values (a saved record, a settled conflict); only fields that differ are drawn anew. */
  replace: (values: Values) => void;
  /** Moves the focus to the field at a JSON pointer; false when the form does not show it. */
  focus: (pointer: string) => boolean;
}

export interface SchemaFormProps {
  prepared: PreparedForm;
  dictionaries: EntityDescription['dictionaries'];
  references: References;
  initial: Values;
  /** What is saved already: its old debts are not named as faults. Undefined for a new record. */
  base?: Values | undefined;
  isWritable?: (path: string) => boolean;
  /** See LayoutState. */
  blockedBy?: LayoutState['blockedBy'];
  /** The relation with the person's consents, to which a notice of a shut field leads. */
  consentsAt?: string | undefined;
  cardHref?: FormEnvironment['cardHref'];
  onChange?: (values: Values) => void;
  onProblems?: (problems: Problems) => void;
  /** Faults known before the form is shown: those of the server, when the reader is led back to a step. */
  initialProblems?: Problems | undefined;
  /** Without boxes and headings of sections: dialogs, steps of adding. */
  bare?: boolean;
  idPrefix?: string;
  ref?: Ref<SchemaFormHandle>;
}

/** Settings of rjsf that are the same for every form, made once so that they never look changed. */
const FIXED = {
  tagName: 'div',
  uiSchema: { 'ui:field': 'LayoutField', 'ui:submitButtonOptions': { norender: true } },
  fields: { LayoutField, ValueField, RowsField },
  templates: { FieldTemplate },
  showErrorList: false,
  noValidate: true,
  noHtml5Validate: true,
  experimental_defaultFormStateBehavior: {
    emptyObjectFields: 'skipDefaults',
    requiredBooleanDefault: 'skip',
    constAsDefaults: 'never',
    arrayMinItems: { populate: 'never' },
  },
  experimental_componentUpdateStrategy: 'shallow',
} as const;
const everything = () => true;
const nothing = () => undefined;

export const SchemaForm = memo(function SchemaForm(props: SchemaFormProps) {
  const { prepared, references, dictionaries, cardHref, bare = false, idPrefix = 'form' } = props;
  const isWritable = props.isWritable ?? everything;
  const blockedBy = props.blockedBy ?? nothing;
  const { consentsAt } = props;
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const form = useRef<Form>(null);
  const root = useRef<HTMLDivElement>(null);
  const values = useRef(props.initial);
  const latest = useRef(props);
  latest.current = props;
  const [initial] = useState(props.initial);
  const faults = useFormProblems({
    prepared,
    idPrefix,
    values,
    base: () => latest.current.base,
    initialProblems: props.initialProblems,
    onProblems: next => latest.current.onProblems?.(next),
  });
  const faultsNow = useRef(faults);
  faultsNow.current = faults;
  const validator = useMemo(() => rjsfValidator(faults.check), [faults.check]);
  const extraErrors = useMemo(() => errorSchemaOf(faults.problems), [faults.problems]);
  const environment = useMemo<FormEnvironment>(
    () => ({ prepared, dictionaries, references, cardHref, narrow }),
    [prepared, dictionaries, references, cardHref, narrow],
  );
  const layout = useMemo<LayoutState>(
    () => ({
      idPrefix,
      bare,
      isWritable,
      blockedBy,
      toConsents:
        consentsAt !== undefined && prepared.leaves.has(consentsAt)
          ? () => focusField(root.current, idPrefix, consentsAt)
          : undefined,
      rules: data => effectsOf(prepared.rules, data, isTrue),
    }),
    [idPrefix, bare, isWritable, blockedBy, consentsAt, prepared],
  );
  const change = useCallback((event: IChangeEvent, id?: string) => {
    values.current = (event.formData ?? {}) as Values;
    latest.current.onChange?.(values.current);
    if (id) faultsNow.current.typed();
  }, []);
  const leave = useCallback((id: string) => faultsNow.current.left(id), []);
  useImperativeHandle(
    props.ref,
    () => ({
      values: () => values.current,
      check: () => faultsNow.current.checkAll(),
      show: more => faultsNow.current.add(more),
      replace: next => {
        replaceValues(form.current, values.current, next);
        values.current = next;
        faultsNow.current.clear();
      },
      focus: pointer => focusField(root.current, idPrefix, pathOf(pointer)),
    }),
    [idPrefix],
  );
  return (
    <FormEnvironmentContext value={environment}>
      <LayoutStateContext value={layout}>
        <div ref={root}>
          <Form
            ref={form}
            schema={prepared.viewSchema as RJSFSchema}
            validator={validator}
            initialFormData={initial}
            extraErrors={extraErrors}
            idPrefix={idPrefix}
            onChange={change}
            onBlur={leave}
            {...FIXED}
          />
        </div>
      </LayoutStateContext>
    </FormEnvironmentContext>
  );
});

/** Tells rjsf of the fields that differ; the others are not touched and keep the focus and the caret. */
function replaceValues(form: Form | null, before: Values, after: Values): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!sameValue(before[key], after[key])) form?.setFieldValue([key], after[key]);
  }
}
