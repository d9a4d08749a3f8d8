import { type ErrorSchema, type FieldProps, type Registry, toFieldPathId } from '@rjsf/utils';
import { memo, use, useCallback, useId, useMemo, useRef } from 'react';
import { useFormEnvironment } from '../environment.ts';
import type { Block, Section } from '../schema/layout.ts';
import type { Leaf } from '../schema/leaves.ts';
import type { PreparedForm } from '../schema/prepare.ts';
import { conditionsNow, type RuleEffects } from '../schema/rules.ts';
import { getAt, isObject, sameValue, splitPath, type Values } from '../values/paths.ts';
import { CellContext, type CellState } from './cell-context.ts';
import { CopyOfGroup, useCopyOfGroup } from './copy-of-group.tsx';
import css from './form.module.css';
import { type LayoutState, LayoutStateContext } from './layout-state.ts';
import { NoConsent } from './no-consent.tsx';

/** rjsf field of the whole card: draws tabs, sections and rows in twelfths and hands each field its own part. */
export function LayoutField(props: FieldProps) {
  const { prepared } = useFormEnvironment();
  const state = use(LayoutStateContext);
  const values = isObject(props.formData) ? props.formData : {};
  const effects = state.rules(values);
  return (
    <div className={`${css.form} ${state.bare ? css.bare : ''}`}>
      {prepared.tabs.map(tab => (
        <div key={tab.id} className={css.form}>
          {prepared.tabs.length > 1 && <h2 className={css.tabTitle}>{tab.title}</h2>}
          {tab.sections.map(section => (
            <SectionView
              key={section.id}
              section={section}
              {...props}
              values={values}
              effects={effects}
              deep={prepared.tabs.length > 1}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface PartProps extends FieldProps {
  values: Values;
  effects: RuleEffects;
}

const isShown = (leaf: Leaf, effects: RuleEffects) =>
  !effects.hidden.has(leaf.path) && !(leaf.group !== undefined && effects.hidden.has(leaf.group));

/** Purposes for which the section would show more, each once, with the titles of what they would show. */
function shutByPurpose(
  section: Section,
  {
    effects,
    blockedBy,
    groups,
  }: Pick<PartProps, 'effects'> & Pick<LayoutState, 'blockedBy'> & Pick<PreparedForm, 'groups'>,
): Map<string, Set<string>> {
  const shut = new Map<string, Set<string>>();
  for (const { leaf } of section.blocks.flatMap(block => block.rows.flat())) {
    const purpose = isShown(leaf, effects) ? blockedBy(leaf.path) : undefined;
    if (purpose === undefined) continue;
    const group = leaf.group === undefined ? undefined : groups.get(leaf.group)?.title;
    shut.set(purpose, (shut.get(purpose) ?? new Set()).add(group || leaf.title));
  }
  return shut;
}

function SectionView({ section, deep, ...props }: PartProps & { section: Section; deep: boolean }) {
  const { bare, idPrefix, blockedBy } = use(LayoutStateContext);
  const { groups } = useFormEnvironment().prepared;
  const blocks = section.blocks.filter(block =>
    block.rows.some(row => row.some(cell => isShown(cell.leaf, props.effects) && !blockedBy(cell.leaf.path))),
  );
  const shut = shutByPurpose(section, { effects: props.effects, blockedBy, groups });
  if ((blocks.length === 0 && shut.size === 0) || props.effects.hidden.has(section.id)) return null;
  const Title = deep ? 'h3' : 'h2';
  const titleId = `${idPrefix}-section-${section.id}`;
  return (
    <section className={css.section} aria-labelledby={bare ? undefined : titleId} data-section={section.id}>
      {!bare && (
        <Title id={titleId} tabIndex={-1}>
          {section.title}
        </Title>
      )}
      {section.help && !bare && <p className={`${css.sectionHelp} k-caption`}>{section.help}</p>}
      {[...shut].map(([purpose, titles]) => (
        <NoConsent key={purpose} purpose={purpose} titles={[...titles]} />
      ))}
      {blocks.map(block => (
        <BlockView key={block.id} block={block} {...props} sectionTitle={section.title} />
      ))}
    </section>
  );
}

function BlockView({ block, ...props }: PartProps & { block: Block; sectionTitle: string }) {
  const { blockedBy } = use(LayoutStateContext);
  const copy = useCopyOfGroup(block, props.values, props.onChange);
  const titleId = useId();
  // Two addresses have fields of the same names: the group tells them apart.
  const group = block.title ? { role: 'group', 'aria-labelledby': titleId } : {};
  return (
    <div className={css.block} {...group}>
      {(block.title || copy) && (
        <div className={css.groupHead}>
          {block.title && (
            <h3 id={titleId} className={css.groupTitle}>
              {block.title}
            </h3>
          )}
          {copy && <CopyOfGroup copy={copy} />}
        </div>
      )}
      {!copy?.linked &&
        block.rows.map(row => (
          <div key={row.map(cell => cell.leaf.path).join(' ')} className={css.row}>
            {row
              .filter(cell => isShown(cell.leaf, props.effects) && !blockedBy(cell.leaf.path))
              .map(cell => (
                <CellView key={cell.leaf.path} leaf={cell.leaf} span={cell.span} {...props} />
              ))}
          </div>
        ))}
    </div>
  );
}

/** Works out the few things one field depends on, so that the field itself is drawn only when they change. */
function CellView({ leaf, span, ...props }: PartProps & { leaf: Leaf; span: number; sectionTitle: string }) {
  const state = use(LayoutStateContext);
  const { values, effects } = props;
  const now = conditionsNow(leaf, values);
  const absent = Array.isArray(values.absent) && values.absent.includes(leaf.path);
  const latest = useRef(values);
  latest.current = values;
  const { onChange } = props;
  const setAbsent = useCallback(
    (on: boolean) => {
      const marked = Array.isArray(latest.current.absent) ? latest.current.absent : [];
      const others = marked.filter(path => path !== leaf.path);
      onChange(on ? [...others, leaf.path] : others, ['absent']);
    },
    [leaf.path, onChange],
  );
  return (
    <div className={css.cell} style={{ '--k-span': span } as React.CSSProperties}>
      <FieldCell
        leaf={leaf}
        value={getAt(values, leaf.path)}
        errors={getAt(props.errorSchema, leaf.path) as ErrorSchema | undefined}
        absent={absent}
        setAbsent={setAbsent}
        readOnly={leaf.readOnly || !state.isWritable(leaf.path)}
        required={leaf.required || now.required || effects.required.has(leaf.path)}
        format={now.format}
        sectionTitle={props.sectionTitle}
        registry={props.registry}
        onChange={onChange}
        onBlur={props.onBlur}
        onFocus={props.onFocus}
      />
    </div>
  );
}

interface FieldCellProps extends Pick<FieldProps, 'onChange' | 'onBlur' | 'onFocus'> {
  leaf: Leaf;
  value: unknown;
  errors: ErrorSchema | undefined;
  absent: boolean;
  setAbsent: (on: boolean) => void;
  readOnly: boolean;
  required: boolean;
  format: string | undefined;
  sectionTitle: string;
  registry: Registry;
}

const VALUE_UI = { 'ui:field': 'ValueField' };
const ROWS_UI = { 'ui:field': 'RowsField' };

/** rjsf copies the whole data on every key, so values are compared by content: only the typed field is drawn. */
const FieldCell = memo(function FieldCell(props: FieldCellProps) {
  const { leaf, registry } = props;
  const { views } = useFormEnvironment().prepared;
  const { SchemaField } = registry.fields;
  const fieldPathId = useMemo(
    () => toFieldPathId('', registry.globalFormOptions, splitPath(leaf.path)),
    [leaf.path, registry.globalFormOptions],
  );
  const { absent, setAbsent, readOnly, required, format, sectionTitle } = props;
  const cell = useMemo<CellState>(
    () => ({ leaf, absent, setAbsent, readOnly, required, format, sectionTitle }),
    [leaf, absent, setAbsent, readOnly, required, format, sectionTitle],
  );
  if (!SchemaField) return null;
  return (
    <CellContext value={cell}>
      <SchemaField
        name={leaf.path}
        schema={views.get(leaf.path) ?? {}}
        uiSchema={leaf.row ? ROWS_UI : VALUE_UI}
        fieldPathId={fieldPathId}
        formData={props.value}
        errorSchema={props.errors ?? {}}
        required={required}
        registry={registry}
        onChange={props.onChange}
        onBlur={props.onBlur}
        onFocus={props.onFocus}
      />
    </CellContext>
  );
}, sameCell);

function sameCell(before: FieldCellProps, after: FieldCellProps): boolean {
  for (const key of Object.keys(after) as (keyof FieldCellProps)[]) {
    if (key === 'value' || key === 'errors') {
      if (before[key] !== after[key] && !sameExactly(before[key], after[key])) return false;
    } else if (before[key] !== after[key]) return false;
  }
  return true;
}

/** As `sameValue`, but a list that gained an empty row is another list. */
function sameExactly(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) || Array.isArray(right))
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => sameExactly(item, right[index]))
    );
  return sameValue(left, right);
}
