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
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import { type FormEnvironment, FormEnvironmentContext, type References } from './environment.ts';
import { RowsField } from './rows/rows-field.tsx';
import { leavesOf } from './schema/layout.ts';
import type { PreparedForm } from './schema/prepare.ts';
import { effectsOf, type RuleEffects } from './schema/rules.ts';
import { isTrue } from './schema/truth.ts';
import { FieldTemplate } from './theme/field-template.tsx';
import { LayoutField } from './theme/layout-field.tsx';
import { type LayoutState, LayoutStateContext } from './theme/layout-state.ts';
import { ValueField } from './theme/value-field.tsx';
import {
  errorSchemaOf,
  isWithin,
  NO_PROBLEMS,
  type Problems,
  pathOf,
  pointerOf,
  problemsOutside,
  problemsWithin,
} from './validation/problems.ts';
import { makeCheck, newProblems, rjsfValidator } from './validation/validator.ts';
import { getAt, isEmpty, sameValue, splitPath, type Values } from './values/paths.ts';

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

const FIELDS = { LayoutField, ValueField, RowsField };
const TEMPLATES = { FieldTemplate };
const UI_SCHEMA = { 'ui:field': 'LayoutField', 'ui:submitButtonOptions': { norender: true } };
const STATE_BEHAVIOUR = {
  emptyObjectFields: 'skipDefaults',
  requiredBooleanDefault: 'skip',
  constAsDefaults: 'never',
  arrayMinItems: { populate: 'never' },
} as const;
const everything = () => true;

export const SchemaForm = memo(function SchemaForm(props: SchemaFormProps) {
  const { t } = useTranslation();
  const { prepared, references, dictionaries, cardHref, bare = false, idPrefix = 'form' } = props;
  const isWritable = props.isWritable ?? everything;
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const form = useRef<Form>(null);
  const root = useRef<HTMLDivElement>(null);
  const values = useRef(props.initial);
  const latest = useRef(props);
  latest.current = props;
  const [initial] = useState(props.initial);
  const [problems, setProblems] = useState<Problems>(props.initialProblems ?? NO_PROBLEMS);
  const shown = useRef(problems);
  /** Values that the server refused, by place: its word stands until that value is changed. */
  const refused = useRef<ReadonlyMap<string, unknown>>(new Map());
  if (refused.current.size === 0 && props.initialProblems && values.current === props.initial)
    refused.current = valuesAt(props.initialProblems, props.initial);

  const check = useMemo(() => makeCheck(prepared), [prepared]);
  const validator = useMemo(() => rjsfValidator(check), [check]);
  const environment = useMemo<FormEnvironment>(
    () => ({ prepared, dictionaries, references, cardHref, narrow }),
    [prepared, dictionaries, references, cardHref, narrow],
  );
  const layout = useMemo<LayoutState>(
    () => ({ idPrefix, bare, isWritable, rules: data => effectsOf(prepared.rules, data, isTrue) }),
    [idPrefix, bare, isWritable, prepared],
  );
  const extraErrors = useMemo(() => errorSchemaOf(problems), [problems]);

  const found = useCallback(() => {
    const data = values.current;
    const { base } = latest.current;
    const schemaProblems = base ? newProblems(check(data), base, data, check) : check(data);
    const effects = layout.rules(data);
    return visible(withRuleProblems(schemaProblems, effects, data, prepared, t), effects, prepared);
  }, [check, layout, prepared, t]);
  const isRefused = useCallback(
    (pointer: string) =>
      refused.current.has(pointer) &&
      sameValue(refused.current.get(pointer), getAt(values.current, pathOf(pointer))),
    [],
  );
  const publish = useCallback((next: Problems) => {
    shown.current = next;
    setProblems(next);
    latest.current.onProblems?.(next);
  }, []);

  const change = useCallback(
    (event: IChangeEvent, id?: string) => {
      values.current = (event.formData ?? {}) as Values;
      latest.current.onChange?.(values.current);
      // A fault shown beside a field goes as soon as it is mended; new ones wait until the reader leaves the field.
      if (!id || shown.current.size === 0) return;
      const still = found();
      const kept = [...shown.current].filter(([pointer]) => still.has(pointer) || isRefused(pointer));
      if (kept.length !== shown.current.size) publish(new Map(kept));
    },
    [found, publish, isRefused],
  );
  const leave = useCallback(
    (id: string) => {
      const path = pathOfId(id, idPrefix, prepared);
      if (path === undefined) return;
      // The control may have tidied its value while being left; wait until rjsf has taken it in.
      setTimeout(() => {
        const here = pointerOf(path);
        const others = problemsOutside(shown.current, here);
        const own = problemsWithin(found(), here);
        const kept = [...problemsWithin(shown.current, here)].filter(([pointer]) => isRefused(pointer));
        const next = new Map([...others, ...kept, ...own]);
        if (!sameProblems(next, shown.current)) publish(next);
      });
    },
    [prepared, idPrefix, found, publish, isRefused],
  );

  useImperativeHandle(
    props.ref,
    () => ({
      values: () => values.current,
      check: () => {
        const all = found();
        publish(all);
        return all;
      },
      show: more => {
        refused.current = valuesAt(more, values.current);
        publish(new Map([...shown.current, ...more]));
      },
      replace: next => {
        for (const key of new Set([...Object.keys(values.current), ...Object.keys(next)])) {
          if (!sameValue(values.current[key], next[key])) form.current?.setFieldValue([key], next[key]);
        }
        values.current = next;
        publish(NO_PROBLEMS);
      },
      focus: pointer => focusField(root.current, idPrefix, pathOf(pointer)),
    }),
    [found, publish, idPrefix],
  );

  return (
    <FormEnvironmentContext value={environment}>
      <LayoutStateContext value={layout}>
        <div ref={root}>
          <Form
            ref={form}
            tagName="div"
            schema={prepared.viewSchema as RJSFSchema}
            uiSchema={UI_SCHEMA}
            validator={validator}
            initialFormData={initial}
            extraErrors={extraErrors}
            fields={FIELDS}
            templates={TEMPLATES}
            idPrefix={idPrefix}
            showErrorList={false}
            noValidate
            noHtml5Validate
            experimental_defaultFormStateBehavior={STATE_BEHAVIOUR}
            experimental_componentUpdateStrategy="shallow"
            onChange={change}
            onBlur={leave}
          />
        </div>
      </LayoutStateContext>
    </FormEnvironmentContext>
  );
});

export const idOf = (idPrefix: string, path: string): string => [idPrefix, ...splitPath(path)].join('_');

/** The path behind a control's id; controls in rows have the row's number in it. */
function pathOfId(id: string, idPrefix: string, prepared: PreparedForm): string | undefined {
  for (const [path, leaf] of prepared.leaves) {
    const own = idOf(idPrefix, path);
    if (own === id) return path;
    if (leaf.row && id.startsWith(`${own}_`))
      return `${path}.${id.slice(own.length + 1).replaceAll('_', '.')}`;
  }
  return undefined;
}

const valuesAt = (problems: Problems, values: Values): Map<string, unknown> =>
  new Map([...problems.keys()].map(pointer => [pointer, getAt(values, pathOf(pointer))]));

const sameProblems = (left: Problems, right: Problems) =>
  left.size === right.size && [...left].every(([pointer, message]) => right.get(pointer) === message);

/** Fields that a rule requires are not known to the schema. */
function withRuleProblems(
  problems: Problems,
  effects: RuleEffects,
  data: Values,
  prepared: PreparedForm,
  t: (key: string) => string,
): Problems {
  if (effects.required.size === 0) return problems;
  const all = new Map(problems);
  for (const path of effects.required) {
    const known = prepared.leaves.has(path) && !all.has(pointerOf(path));
    if (known && isEmpty(getAt(data, path))) all.set(pointerOf(path), t('form.error.fill'));
  }
  return all;
}

/** What the form does not show cannot be mended in it: hidden by a rule, or not in its layout. */
function visible(problems: Problems, effects: RuleEffects, prepared: PreparedForm): Problems {
  const shown = [...leavesOf(prepared.tabs)].map(leaf => leaf.path).filter(path => !effects.hidden.has(path));
  const places = shown.map(path => pointerOf(path));
  const hidden = [...effects.hidden].map(path => pointerOf(path));
  return new Map(
    [...problems].filter(
      ([pointer]) =>
        places.some(place => isWithin(pointer, place)) && !hidden.some(place => isWithin(pointer, place)),
    ),
  );
}

/** The control of the path, or the first one inside the nearest field above it. */
function focusField(root: HTMLElement | null, idPrefix: string, path: string): boolean {
  const parts = splitPath(path);
  for (let length = parts.length; length > 0; length -= 1) {
    const id = idOf(idPrefix, parts.slice(0, length).join('.'));
    const element = root?.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
    if (!element) continue;
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    return true;
  }
  return false;
}
