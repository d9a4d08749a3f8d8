/** Steps of adding a record, made ready from the form's `create`, and the one body they end in. */
import type { CreateStep, FormField } from '../../core/catalogue/types.ts';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import type { PersonChoice } from './people/person-match.ts';
import { partnerOf } from './rows/row-values.ts';
import { defaultsOf, type PreparedForm, prepareForm, writableValues } from './schema/prepare.ts';
import { getAt, isEmpty, isObject, prune, sameValue, type Values } from './values/paths.ts';

export interface WizardStep {
  id: string;
  title: string;
  help: string | undefined;
  kind: 'person' | 'row' | 'rows' | 'fields';
  required: boolean;
  /** Relation that the step fills; for `row` with one record, for `rows` with any number. */
  relation: string | undefined;
  prepared: PreparedForm | undefined;
  dictionaries: EntityDescription['dictionaries'];
  /** Put in by the step itself; shown nowhere. */
  values: Values;
  /** What the step starts with. */
  initial: Values;
}

/** What was entered so far, by step. Kept in memory only. */
export interface WizardData {
  person?: PersonChoice;
  steps: Record<string, Values>;
}

const onePage = (rows: FormField[][]) => ({
  tabs: [{ id: 'step', title: '', sections: [{ id: 'step', title: '', rows }] }],
});

export function buildSteps(description: EntityDescription): WizardStep[] {
  const create = description.form.create;
  if (!create || create.length === 0) return [wholeForm(description)];
  return create.map(step => buildStep(step, description));
}

/**
 * What is asked of a new card beside its person where it is added from another one (a parent in the card of a
 * child): the forms of its own steps, or the columns of its list where it has none.
 */
export function detailSteps(description: EntityDescription): WizardStep[] {
  const own = description.form.create?.filter(step => step.kind !== 'person') ?? [];
  const columns = description.list.columns.filter(path => !path.startsWith('person'));
  const few: CreateStep = {
    id: 'card',
    title: description.title,
    kind: 'fields',
    fields: columns.map(field => [{ field, span: 6 }]),
  };
  const steps = (own.length > 0 ? own : [few]).map(step => buildStep(step, description));
  return steps.filter(step => step.kind !== 'rows');
}

function wholeForm(description: EntityDescription): WizardStep {
  const prepared = prepareForm(description);
  return {
    id: 'card',
    title: description.title,
    help: undefined,
    kind: 'fields',
    required: true,
    relation: undefined,
    prepared,
    dictionaries: description.dictionaries,
    values: {},
    initial: defaultsOf(prepared.leaves.values()),
  };
}

function buildStep(step: CreateStep, description: EntityDescription): WizardStep {
  const common = {
    id: step.id,
    title: step.title,
    help: step.help,
    required: step.required === true,
    relation: step.relation,
    dictionaries: description.dictionaries,
    values: step.values ?? {},
    initial: {} as Values,
  };
  if (step.kind === 'person') return { ...common, kind: 'person', prepared: undefined };
  if (step.kind === 'fields') {
    const form = { ...onePage(step.fields ?? []), rules: description.form.rules };
    const prepared = prepareForm({
      schema: description.schema,
      form,
      dictionaries: description.dictionaries,
    });
    const shown = prepared.tabs.flatMap(tab =>
      tab.sections.flatMap(section => section.blocks.flatMap(block => block.rows)),
    );
    const leaves = shown.flat().map(cell => cell.leaf);
    return { ...common, kind: 'fields', prepared, initial: defaultsOf(leaves) };
  }
  return { ...common, ...relationStep(step, description) };
}

function relationStep(step: CreateStep, description: EntityDescription) {
  const name = step.relation ?? '';
  const { dictionaries } = description;
  const own = getAt(description.schema, ['properties', name]);
  const relation = isObject(own) ? own : {};
  const items = isObject(relation.items) ? relation.items : {};
  const asRows = prepareForm({
    schema: { type: 'object', properties: { [name]: relation } },
    form: { ...onePage([[{ field: name, span: 12 }]]), rules: [] },
    dictionaries,
  });
  const leaf = asRows.leaves.get(name);
  const partner = leaf && partnerOf(leaf);
  // A relation to people has as many rows as there are people; a consent or an opening line is one.
  if (
    partner &&
    step.fields?.flat().some(field => field.field === partner.path) &&
    Object.keys(step.values ?? {}).length === 0
  )
    return { kind: 'rows' as const, prepared: asRows };
  const fixed = new Set(Object.keys(step.values ?? {}));
  const required = Array.isArray(items.required) ? items.required.filter(field => !fixed.has(field)) : [];
  const prepared = prepareForm({
    schema: { ...items, required },
    form: { ...onePage(step.fields ?? []), rules: [] },
    dictionaries,
  });
  const initial = defaultsOf([...prepared.leaves.values()].filter(field => !fixed.has(field.path)));
  return { kind: 'row' as const, prepared, initial };
}

/** True when the reader entered nothing of his own: an optional step is then left out. */
export function isUntouched(step: WizardStep, data: WizardData): boolean {
  if (step.kind === 'person') return data.person === undefined;
  const values = data.steps[step.id];
  return values === undefined || isEmpty(values) || sameValue(values, step.initial);
}

/** The person alone may be known: then nothing is asked, and what a step requires it requires with the rest. */
export function withDemands(steps: WizardStep[], data: WizardData): WizardStep[] {
  const alone = steps.every(step => isUntouched(step, data));
  return alone ? steps.map(step => ({ ...step, required: false })) : steps;
}

/** Everything entered as one body for `POST /api/records/{entity}`. */
export function composeBody(steps: WizardStep[], data: WizardData): Values {
  let body: Values = {};
  for (const step of steps) {
    if (step.kind === 'person') {
      if (data.person && data.person.kind !== 'record') body.person = data.person.person;
      continue;
    }
    const typed = data.steps[step.id] ?? step.initial;
    const values = (prune(writableValues(typed, step.prepared?.leaves.values() ?? [])) ?? {}) as Values;
    if (step.kind === 'row') {
      if (step.required || !isUntouched(step, data))
        body[step.relation ?? ''] = [{ ...step.values, ...values }];
    } else {
      // Marks «нет» of several steps stand in one list.
      const absent = [...listOf(body.absent), ...listOf(values.absent)];
      body = { ...body, ...step.values, ...values, ...(absent.length > 0 ? { absent } : {}) };
    }
  }
  return body;
}
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Index of the step that a path of the composed body belongs to, and the path within that step's form. */
export function stepOfPath(steps: WizardStep[], path: string): { index: number; path: string } | undefined {
  const [head = ''] = path.split('.');
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'person') {
      if (head === 'person') return { index, path };
    } else if (step.kind === 'row') {
      if (head === step.relation) return { index, path: path.replace(/^[^.]+(\.\d+\.?)?/, '') };
    } else if (step.kind === 'rows') {
      if (head === step.relation) return { index, path };
    } else if (shows(step, path)) return { index, path };
  }
  return undefined;
}

function shows(step: WizardStep, path: string): boolean {
  for (const tab of step.prepared?.tabs ?? [])
    for (const section of tab.sections)
      for (const block of section.blocks)
        for (const row of block.rows)
          for (const { leaf } of row) if (path === leaf.path || path.startsWith(`${leaf.path}.`)) return true;
  return false;
}
