import { Alert, Button, Menu, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import {
  EXTRA_SECTION,
  moveField,
  newSection,
  type OutlineField,
  type OutlineSection,
  removeSection,
  rename,
  renameOwnSection,
  sectionId,
  setHidden,
  setRequired,
} from './overlay-tree.ts';
import type { CustomField } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface OutlineProps {
  sections: OutlineSection[];
  editing: OverlayEditing;
  onAddField: () => void;
  onEditField: (field: CustomField) => void;
}

/** What is asked for in a small dialog: a name, or where to put a field. */
type Asked =
  | { kind: 'field-title'; field: OutlineField }
  | { kind: 'section-title'; section?: OutlineSection }
  | { kind: 'place'; field: OutlineField; from: string };

/** Sections with their fields. Every change is a button, so that none needs a mouse. */
export function Outline({ sections, editing, onAddField, onEditField }: OutlineProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  return (
    <section className="k-panel k-outline" aria-labelledby="forms-outline">
      <header>
        <h2 id="forms-outline">{t('constructor.outline')}</h2>
        <span className="k-grow" />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setAsked({ kind: 'section-title' })}
        >
          {t('constructor.section')}
        </Button>
        <Button size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAddField}>
          {t('constructor.field')}
        </Button>
      </header>
      <Failure error={editing.error} />
      {sections.map(section => (
        <SectionBlock
          key={section.id}
          section={section}
          all={sections}
          editing={editing}
          onAsk={setAsked}
          onEditField={onEditField}
        />
      ))}
      {asked && (
        <AskDialog asked={asked} sections={sections} editing={editing} onClose={() => setAsked(undefined)} />
      )}
    </section>
  );
}

function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error === undefined) return null;
  const stale = error instanceof ApiProblem && error.status === 412;
  const text = stale ? t('constructor.stale') : error instanceof ApiProblem ? sentences(error) : '';
  return (
    <Alert color="red" variant="light" role="alert">
      {text || t('constructor.notSaved')}
    </Alert>
  );
}

const sentences = (problem: ApiProblem): string =>
  problem.errors.map(({ message }) => message).join('. ') || problem.detail || problem.title;

interface SectionBlockProps {
  section: OutlineSection;
  all: OutlineSection[];
  editing: OverlayEditing;
  onAsk: (asked: Asked) => void;
  onEditField: (field: CustomField) => void;
}

function SectionBlock({ section, all, editing, onAsk, onEditField }: SectionBlockProps) {
  const { t } = useTranslation();
  const headingId = `forms-section-${section.id}`;
  return (
    <section className="k-outline-section" aria-labelledby={headingId}>
      <header>
        <h3 id={headingId}>{section.title}</h3>
        {section.own && <StatusBadge tone="info">{t('constructor.own')}</StatusBadge>}
        <span className="k-grow" />
        <RowMenu label={t('constructor.section.menu', { title: section.title })}>
          <Menu.Item onClick={() => onAsk({ kind: 'section-title', section })}>
            {t('constructor.rename')}
          </Menu.Item>
          {section.own && (
            <Menu.Item onClick={() => editing.change(removeSection(editing.overlay, section.id))}>
              {t('constructor.section.remove')}
            </Menu.Item>
          )}
        </RowMenu>
      </header>
      {section.fields.length === 0 && <p className="k-caption k-muted">{t('constructor.section.empty')}</p>}
      <ul>
        {section.fields.map((field, index) => (
          <FieldRow
            key={field.path}
            field={field}
            index={index}
            section={section}
            all={all}
            editing={editing}
            onAsk={onAsk}
            onEditField={onEditField}
          />
        ))}
      </ul>
    </section>
  );
}

interface FieldRowProps extends SectionBlockProps {
  field: OutlineField;
  index: number;
}

function FieldRow({ field, index, section, all, editing, onAsk, onEditField }: FieldRowProps) {
  const { t } = useTranslation();
  const { overlay, change } = editing;
  const movable = section.id !== EXTRA_SECTION;
  const to = (position: number) => change(moveField(overlay, field.path, section.id, position));
  const paths = all.flatMap(one => one.fields.map(({ path }) => path));
  return (
    <li data-hidden={field.hidden || undefined}>
      <FieldName field={field} onEdit={onEditField} />
      <FieldBadges field={field} />
      <span className="k-grow" />
      <IconButton
        label={t('constructor.up', { title: field.title })}
        disabled={!movable || index === 0}
        onClick={() => to(index - 1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={t('constructor.down', { title: field.title })}
        disabled={!movable || index === section.fields.length - 1}
        onClick={() => to(index + 1)}
      >
        <IconArrowDown size={16} aria-hidden />
      </IconButton>
      <RowMenu label={t('constructor.field.menu', { title: field.title })}>
        {field.custom && (
          <Menu.Item onClick={() => onEditField(field.custom as CustomField)}>
            {t('constructor.field.edit')}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => onAsk({ kind: 'place', field, from: section.id })}>
          {t('constructor.place')}
        </Menu.Item>
        {!field.custom && (
          <Menu.Item onClick={() => onAsk({ kind: 'field-title', field })}>
            {t('constructor.rename')}
          </Menu.Item>
        )}
        {!field.required && !field.computed && field.kind !== 'relation' && !field.custom && (
          <Menu.Item onClick={() => change(setRequired(overlay, field.path, !field.demanded))}>
            {t(field.demanded ? 'constructor.optional' : 'constructor.require')}
          </Menu.Item>
        )}
        {!field.fixed && !field.custom && (
          <Menu.Item onClick={() => change(setHidden(overlay, field.path, !field.hidden, paths))}>
            {t(field.hidden ? 'constructor.show' : 'constructor.hide')}
          </Menu.Item>
        )}
      </RowMenu>
    </li>
  );
}

function FieldName({ field, onEdit }: { field: OutlineField; onEdit: (field: CustomField) => void }) {
  const { t } = useTranslation();
  const { custom, renamedFrom } = field;
  return custom ? (
    <button type="button" className="k-plain k-outline-name" onClick={() => onEdit(custom)}>
      {field.title}
    </button>
  ) : (
    <span className="k-outline-name">
      {field.title}
      {renamedFrom && (
        <span className="k-caption k-muted">{t('constructor.renamedFrom', { title: renamedFrom })}</span>
      )}
    </span>
  );
}

function FieldBadges({ field }: { field: OutlineField }) {
  const { t } = useTranslation();
  const { custom } = field;
  return (
    <>
      {custom && (
        <StatusBadge tone={custom.state === 'live' ? 'info' : 'warn'}>
          {t(`constructor.state.${custom.state}`)}
        </StatusBadge>
      )}
      {(field.required || field.demanded) && (
        <StatusBadge tone="plain">{t('constructor.required')}</StatusBadge>
      )}
      {field.hidden && <StatusBadge tone="plain">{t('constructor.hidden')}</StatusBadge>}
    </>
  );
}

interface IconButtonProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function IconButton({ label, disabled, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      className="k-plain k-icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

function RowMenu({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className="k-plain k-icon-button" aria-label={label} title={label}>
          <IconDots size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface AskDialogProps {
  asked: Asked;
  sections: OutlineSection[];
  editing: OverlayEditing;
  onClose: () => void;
}

function AskDialog({ asked, sections, editing, onClose }: AskDialogProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(() => startOf(asked, sections));
  const done = () => {
    const next = answered(asked, value.trim(), sections, editing.overlay);
    if (next) editing.change(next);
    onClose();
  };
  const title = {
    'field-title': t('constructor.rename'),
    'section-title': t('constructor.section.title'),
    place: t('constructor.place'),
  }[asked.kind];
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={event => {
          event.preventDefault();
          done();
        }}
      >
        <Stack gap={12}>
          {asked.kind === 'place' ? (
            <NativeSelect
              label={t('constructor.place.section')}
              data-autofocus
              value={value}
              onChange={event => setValue(event.currentTarget.value)}
              data={sections
                .filter(section => section.id !== EXTRA_SECTION)
                .map(section => ({ value: section.id, label: section.title }))}
            />
          ) : (
            <TextInput
              label={t('constructor.name')}
              description={asked.kind === 'field-title' ? t('constructor.name.empty') : undefined}
              data-autofocus
              maxLength={200}
              required={asked.kind === 'section-title'}
              value={value}
              onChange={event => setValue(event.currentTarget.value)}
            />
          )}
          <div className="k-row k-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit">{t('constructor.done')}</Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

function startOf(asked: Asked, sections: OutlineSection[]): string {
  if (asked.kind === 'field-title') return asked.field.title;
  if (asked.kind === 'section-title') return asked.section?.title ?? '';
  return sections.find(section => section.id !== EXTRA_SECTION && section.id !== asked.from)?.id ?? '';
}

function answered(
  asked: Asked,
  value: string,
  sections: OutlineSection[],
  overlay: OverlayEditing['overlay'],
) {
  if (asked.kind === 'place') {
    const target = sections.find(section => section.id === value);
    return target && moveField(overlay, asked.field.path, value, target.fields.length);
  }
  if (asked.kind === 'field-title')
    return rename(
      overlay,
      { field: asked.field.path },
      value === (asked.field.renamedFrom ?? asked.field.title) ? '' : value,
    );
  if (!value) return undefined;
  const { section } = asked;
  if (!section) {
    const last = sections.findLast(one => one.id !== EXTRA_SECTION);
    return newSection(overlay, sectionId(), value, last?.id);
  }
  return section.own
    ? renameOwnSection(overlay, section.id, value)
    : rename(overlay, { section: section.id }, value);
}
