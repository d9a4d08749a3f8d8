import { Button, Modal, MultiSelect, NativeSelect, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormRule } from '../../../core/catalogue/types.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { useDictionaryItems } from './form-queries.ts';
import type { OutlineField, OutlineSection } from './overlay-tree.ts';
import { type Condition, conditionOf, expressionOf, OPERATORS, operatorsOf } from './rule-condition.ts';
import type { CustomField } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface RulesPanelProps {
  sections: OutlineSection[];
  /** Fields that rules may still name; the rules wait until they come back. */
  retired: CustomField[];
  editing: OverlayEditing;
}

const EFFECTS = ['show', 'hide', 'require'] as const;
type Effect = (typeof EFFECTS)[number];

/** Rules as sentences: when one field holds something, others are shown, hidden or required. */
export function RulesPanel({ sections, retired, editing }: RulesPanelProps) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const fields = sections.flatMap(section => section.fields);
  const { rules } = editing.overlay;
  const remove = (index: number) =>
    editing.change({ ...editing.overlay, rules: rules.filter((_, at) => at !== index) });
  return (
    <section className="k-panel k-outline" aria-labelledby="forms-rules">
      <header>
        <h2 id="forms-rules">{t('constructor.rules')}</h2>
        <span className="k-grow" />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('constructor.rule')}
        </Button>
      </header>
      {rules.length === 0 && <p className="k-caption k-muted">{t('constructor.rules.none')}</p>}
      <ul>
        {rules.map((rule, index) => (
          <li key={JSON.stringify(rule)}>
            <RuleSentence rule={rule} fields={fields} retired={retired} />
            <span className="k-grow" />
            <button
              type="button"
              className="k-plain k-icon-button"
              aria-label={t('constructor.rule.remove', { number: index + 1 })}
              title={t('constructor.rule.remove', { number: index + 1 })}
              onClick={() => remove(index)}
            >
              <IconTrash size={16} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {adding && (
        <RuleDialog
          fields={fields}
          onClose={() => setAdding(false)}
          onAdd={rule => editing.change({ ...editing.overlay, rules: [...rules, rule] })}
        />
      )}
    </section>
  );
}

interface RuleSentenceProps {
  rule: FormRule;
  fields: OutlineField[];
  retired: CustomField[];
}

function RuleSentence({ rule, fields, retired }: RuleSentenceProps) {
  const { t } = useTranslation();
  const condition = conditionOf(rule.when);
  const field = fields.find(one => one.path === condition?.path);
  const items = useDictionaryItems(field?.dictionary ?? '', field?.dictionary !== undefined);
  const titleOf = (path: string) => {
    const gone = retired.find(one => one.path === path);
    if (gone) return t('constructor.rule.retired', { title: gone.title });
    return fields.find(one => one.path === path)?.title ?? path;
  };
  if (!condition) return <span>{t('constructor.rule.complex')}</span>;
  const value = items.data?.items.find(item => item.code === condition.value)?.ru ?? condition.value;
  const effects = EFFECTS.flatMap(effect =>
    rule[effect] ? [`${t(`constructor.effect.${effect}`)}: ${rule[effect].map(titleOf).join(', ')}`] : [],
  );
  return (
    <span>
      {t('constructor.rule.when', {
        field: titleOf(condition.path),
        is: `${t(`constructor.is.${condition.is}`)} ${value}`.trim(),
      })}{' '}
      {effects.join('; ')}
    </span>
  );
}

interface RuleDialogProps {
  fields: OutlineField[];
  onAdd: (rule: FormRule) => void;
  onClose: () => void;
}

function RuleDialog({ fields, onAdd, onClose }: RuleDialogProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const usable = fields.filter(field => OPERATORS[field.kind]);
  const [condition, setCondition] = useState<Condition>({ path: '', is: 'filled', value: '' });
  const [effect, setEffect] = useState<Effect>('show');
  const [targets, setTargets] = useState<string[]>([]);
  const field = usable.find(one => one.path === condition.path);
  const options = (list: OutlineField[]) => list.map(({ path, title }) => ({ value: path, label: title }));
  const complete =
    field !== undefined && targets.length > 0 && (condition.is !== 'is' || condition.value !== '');
  const add = () => {
    if (!field || !complete) return;
    onAdd({ when: expressionOf(condition, field.kind), [effect]: targets });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t('constructor.rule.new')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          add();
        }}
      >
        <Stack gap={12}>
          <Select
            label={t('constructor.rule.field')}
            required
            searchable
            data-autofocus
            value={condition.path || null}
            onChange={path => {
              const kind = usable.find(one => one.path === path)?.kind ?? 'text';
              setCondition({ path: path ?? '', is: operatorsOf(kind)[0] ?? 'filled', value: '' });
            }}
            data={options(usable)}
            nothingFoundMessage={t('nothingFound')}
          />
          {field && <ConditionParts field={field} condition={condition} onChange={setCondition} />}
          <NativeSelect
            label={t('constructor.rule.effect')}
            value={effect}
            onChange={event => setEffect(event.currentTarget.value as Effect)}
            data={EFFECTS.map(one => ({ value: one, label: t(`constructor.effect.${one}`) }))}
          />
          <MultiSelect
            label={t('constructor.rule.targets')}
            required
            searchable
            value={targets}
            onChange={setTargets}
            data={options(
              fields.filter(one => one.path !== condition.path && !(effect === 'hide' && one.fixed)),
            )}
            nothingFoundMessage={t('nothingFound')}
          />
          <div className="k-row k-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={!complete}>
              {t('constructor.rule.add')}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

interface ConditionPartsProps {
  field: OutlineField;
  condition: Condition;
  onChange: (condition: Condition) => void;
}

function ConditionParts({ field, condition, onChange }: ConditionPartsProps) {
  const { t } = useTranslation();
  const items = useDictionaryItems(field.dictionary ?? '', field.dictionary !== undefined);
  return (
    <div className="k-pair">
      <NativeSelect
        label={t('constructor.rule.is')}
        value={condition.is}
        onChange={event => onChange({ ...condition, is: event.currentTarget.value as Condition['is'] })}
        data={operatorsOf(field.kind).map(one => ({ value: one, label: t(`constructor.is.${one}`) }))}
      />
      {condition.is === 'is' && field.dictionary && (
        <Select
          label={t('constructor.rule.value')}
          required
          searchable
          value={condition.value || null}
          onChange={value => onChange({ ...condition, value: value ?? '' })}
          data={(items.data?.items ?? []).map(item => ({ value: item.code, label: item.ru }))}
        />
      )}
      {condition.is === 'is' && !field.dictionary && (
        <TextInput
          label={t('constructor.rule.value')}
          required
          value={condition.value}
          onChange={event => onChange({ ...condition, value: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
