/** What is wrong with one custom field, for who designs it: shape, what its kind allows, and the designer's rights. */
import type { Actor } from '../access/actor.ts';
import { findRights, type Rights } from '../access/rights.ts';
import { keepsConsents } from '../catalogue/consents.ts';
import { metaSchemas } from '../catalogue/meta.ts';
import type { Catalogue, Entity, FieldClass } from '../catalogue/types.ts';
import { formatNames } from '../formats/formats.ts';
import { textFlaw } from '../formats/text.ts';
import type { FieldProblem } from '../problems.ts';
import type { CustomField, CustomKind } from './layers.ts';

/** Live fields of one level in one kind of card. */
export const MAX_LIVE = 50;
/** SC3: fields of one kind of card, those of all levels among them. */
export const MAX_FIELDS = 500;
/** Days are a kind of their own, ids are made by the system. */
const NOT_TEXT = new Set(['date', 'past-date', 'date-time', 'uuid']);
export const TEXT_FORMATS = formatNames.filter(name => !NOT_TEXT.has(name));
const CONSENT_PURPOSES = 'consent-purposes';
const LENGTHS: Partial<Record<CustomKind, number>> = { text: 300, multiline: 2_000 };

export interface FieldSetting {
  /** As the levels above leave it, with the dictionaries of the own level. */
  catalogue: Catalogue;
  entity: Entity;
  actor: Actor;
}

/** A field as it was sent; absent members take their defaults. */
export function completeField(
  id: string,
  given: Partial<CustomField> & { kind: CustomKind; title: string },
): CustomField {
  return {
    required: false,
    class: 'open',
    basis: 'law',
    counts: given.kind !== 'boolean',
    absentable: false,
    read: [],
    write: [],
    retired: false,
    ...given,
    title: given.title.trim(),
    id,
  };
}

export function shapeProblems(json: unknown, at = ''): FieldProblem[] {
  return metaSchemas()
    .check('custom-field', json)
    .map(({ pointer, reason }) => ({ path: at + pointer, code: 'SHAPE', message: reason }));
}

export function fieldProblems(setting: FieldSetting, field: CustomField, at = ''): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const refuse = (member: string, code: string, message: string) =>
    problems.push({ path: `${at}/${member}`, code, message });
  for (const member of ['title', 'titleEn', 'help'] as const) {
    const found = field[member] && textFlaw(field[member]);
    if (found) refuse(member, found.code, `Текст: ${found.reason}`);
  }
  if (field.title === '') refuse('title', 'REQUIRED', 'У поля должно быть название');
  valueProblems(setting, field, refuse);
  groundProblems(setting, field, refuse);
  roleProblems(setting, field, refuse);
  return problems;
}

type RefuseAt = (member: string, code: string, message: string) => void;

function valueProblems({ catalogue, actor }: FieldSetting, field: CustomField, refuse: RefuseAt): void {
  const { kind } = field;
  const only = (member: keyof CustomField, kinds: readonly CustomKind[]) => {
    if (field[member] !== undefined && !kinds.includes(kind))
      refuse(member, 'KIND', 'У поля этого вида такого свойства нет');
  };
  only('dictionary', ['dictionary', 'dictionaries']);
  only('ref', ['ref']);
  only('format', ['text']);
  only('maxLength', ['text', 'multiline']);
  only('minimum', ['integer', 'decimal']);
  only('maximum', ['integer', 'decimal']);
  if (
    (kind === 'dictionary' || kind === 'dictionaries') &&
    !catalogue.dictionaries.has(field.dictionary ?? '')
  )
    refuse('dictionary', 'CHOICE', 'Выберите справочник');
  const target = kind === 'ref' ? findRights(catalogue, actor, field.ref ?? '') : undefined;
  if (kind === 'ref' && (!target?.can('read') || target.entity.builtin))
    refuse('ref', 'CHOICE', 'Выберите вид карточек, которые вам доступны');
  if (field.format !== undefined && !TEXT_FORMATS.includes(field.format))
    refuse('format', 'CHOICE', 'Такого формата нет');
  const longest = LENGTHS[kind];
  if (longest !== undefined && (field.maxLength ?? 1) > longest)
    refuse('maxLength', 'RANGE', `Не больше ${longest} знаков`);
  const { minimum, maximum } = field;
  if (kind === 'integer')
    for (const member of ['minimum', 'maximum'] as const)
      if (field[member] !== undefined && !Number.isSafeInteger(field[member]))
        refuse(member, 'TYPE', 'Ожидается целое число');
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    refuse('maximum', 'RANGE', 'Наибольшее значение меньше наименьшего');
}

function groundProblems(
  { catalogue, entity, actor }: FieldSetting,
  field: CustomField,
  refuse: RefuseAt,
): void {
  if (field.class === 'special' && !readsClass(findRights(catalogue, actor, entity.id), 'special'))
    refuse('class', 'RIGHT', 'Особые данные добавляет тот, кто сам видит такие данные в этой карточке');
  if (field.basis !== 'consent') {
    if (field.purpose !== undefined) refuse('purpose', 'KIND', 'Цель указывается у данных по согласию');
    return;
  }
  const purposes = catalogue.dictionaries.get(CONSENT_PURPOSES)?.items ?? [];
  if (!purposes.some(item => item.code === field.purpose))
    refuse('purpose', 'REQUIRED', 'Укажите цель, на которую даётся согласие');
  const parent = entity.childOf && catalogue.entities.get(entity.childOf.entity);
  if (!keepsConsents(entity) && !(parent && keepsConsents(parent)))
    refuse('basis', 'KIND', 'По согласию хранятся только данные человека, а эта карточка не о человеке');
}

/** AZ5: nobody gives what they do not hold. */
export function readsClass(rights: Rights | undefined, of: FieldClass): boolean {
  return [...(rights?.entity.fields.values() ?? [])].some(
    field => field.class === of && !field.custom && rights?.readable(field.path),
  );
}

/** Actions of which a role needs one to be listed. */
export const NEEDED = { read: ['read'], write: ['create', 'update'] } as const;

/** A role that may do nothing with these cards would be listed in vain. */
export const mayBeListed = (
  catalogue: Catalogue,
  entityId: string,
  role: string,
  list: 'read' | 'write',
): boolean =>
  catalogue.grants.some(
    grant =>
      grant.entity === entityId &&
      grant.role === role &&
      NEEDED[list].some(action => grant.actions.includes(action)),
  );

function roleProblems({ catalogue, entity }: FieldSetting, field: CustomField, refuse: RefuseAt): void {
  for (const list of ['read', 'write'] as const)
    for (const [index, role] of field[list].entries()) {
      const title = catalogue.roles.get(role)?.title;
      if (!title) refuse(`${list}/${index}`, 'CHOICE', 'Такой роли нет');
      else if (!mayBeListed(catalogue, entity.id, role, list))
        refuse(
          `${list}/${index}`,
          'RIGHT',
          `Роль «${title}» не ${list === 'read' ? 'видит' : 'меняет'} карточки «${entity.plural}»: сначала нужно право на них`,
        );
    }
}
