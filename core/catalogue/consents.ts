/**
 * Data held by consent (x-basis: consent): which fields they are, whose consent counts, and where the consents
 * stand. The register is a card that says so of itself (x-entity.consent); the core knows no plugin's name.
 */
import { pointerOf } from './compile-entity.ts';
import type { Refuse } from './fault.ts';
import { CONSENT_PURPOSES } from './naming.ts';
import type { Catalogue, ConsentRegister, Entity, Field } from './types.ts';

/** A field that is held only while the person consents to its purpose. */
export type GatedField = Field & { purpose: string };

export const isGated = (field: Field): field is GatedField =>
  field.basis === 'consent' && field.purpose !== undefined;

export const purposeTitle = (catalogue: Pick<Catalogue, 'dictionaries'>, purpose: string): string =>
  catalogue.dictionaries.get(CONSENT_PURPOSES)?.items.find(item => item.code === purpose)?.ru ?? purpose;

export type ConsentCard = Entity & { consent: ConsentRegister };

/** The card with the consents, if an installed plugin brings one. */
export function consentRegister(catalogue: Pick<Catalogue, 'entities'>): ConsentCard | undefined {
  for (const entity of catalogue.entities.values()) if (entity.consent) return entity as ConsentCard;
  return undefined;
}

/** Purposes of the fields that a card holds by consent. */
export const purposesOf = (entity: Entity, wanted: (path: string) => boolean = () => true): string[] => [
  ...new Set(
    [...entity.fields.values()].filter(isGated).flatMap(one => (wanted(one.path) ? [one.purpose] : [])),
  ),
];

/**
 * The purpose of a part of a card that holds nothing but what needs one consent (an achievement): without it the
 * record is not there, rather than there and empty.
 */
export function wholePurpose(entity: Entity): string | undefined {
  if (!entity.childOf) return undefined;
  const others = [...entity.fields.values()].filter(
    field => field.path !== entity.childOf?.field && !field.custom,
  );
  const [purpose, ...rest] = new Set(others.map(field => (isGated(field) ? field.purpose : undefined)));
  return rest.length === 0 ? purpose : undefined;
}

/** The same of the relation that leads from a card to its part. */
export function partPurpose(
  catalogue: Pick<Catalogue, 'entities'>,
  entity: Entity,
  name: string,
): string | undefined {
  const target = catalogue.entities.get(entity.relations.get(name)?.entity ?? '');
  return target?.childOf?.entity === entity.id ? wholePurpose(target) : undefined;
}

export function isBlocked(entity: Entity, path: string, purposes: ReadonlySet<string>): boolean {
  const field = entity.fields.get(path);
  return field !== undefined && isGated(field) && purposes.has(field.purpose);
}

/**
 * What of the paths is shut because its purpose is: path -> purpose, a group as a whole where one purpose shuts
 * all of it. Undefined where nothing is.
 */
export function blockedPaths(
  entity: Entity,
  paths: readonly string[],
  purposes: ReadonlySet<string>,
): Record<string, string> | undefined {
  const shut = new Map<string, string>();
  for (const path of paths)
    if (isBlocked(entity, path, purposes)) shut.set(path, entity.fields.get(path)?.purpose as string);
  if (shut.size === 0) return undefined;
  for (const group of entity.groups.keys()) {
    const inner = paths.filter(path => path.startsWith(`${group}.`));
    const reasons = new Set(inner.map(path => shut.get(path)));
    const [only] = reasons;
    if (reasons.size !== 1 || only === undefined) continue;
    for (const path of inner) shut.delete(path);
    shut.set(group, only);
  }
  return Object.fromEntries(shut);
}

/** A facet whose table says which consents its person has given; the register itself is held by law. */
export const keepsConsents = (entity: Entity): boolean => entity.person !== undefined && !entity.consent;

/** What the register and fields by consent ask of the card they stand in. Other cards are known by now. */
export function checkConsents(catalogue: Catalogue, entity: Entity, refuse: Refuse): void {
  const gated = [...entity.fields.values()].find(isGated);
  if (entity.consent) checkRegister(catalogue, entity, entity.consent, refuse);
  if (!gated) return;
  const only = [...entity.fields.values()].find(
    field => isGated(field) && (field.unique || entity.uniqueTogether.flat().includes(field.path)),
  );
  // A default of a group only fills up what is given.
  const preset = [...entity.fields.values()].find(
    field =>
      isGated(field) && field.default !== undefined && !field.path.includes('.') && !wholePurpose(entity),
  );
  if (preset) refuse(`${pointerOf(preset.path)}/default`, 'Значение по умолчанию вносилось бы без согласия');
  if (only)
    refuse(
      pointerOf(only.path),
      'Отказ «такое значение уже есть» выдал бы то, что без согласия не показывается',
    );
  const parent = entity.childOf && catalogue.entities.get(entity.childOf.entity);
  if (entity.consent || !(keepsConsents(entity) || (parent && keepsConsents(parent))))
    refuse(
      pointerOf(gated.path),
      'Основание «согласие» бывает у карточки человека и у её частей (childOf); чьё согласие нужно здесь, не известно',
    );
}

function checkRegister(
  catalogue: Catalogue,
  entity: Entity,
  register: ConsentRegister,
  refuse: Refuse,
): void {
  const place = '/x-entity/consent';
  for (const other of catalogue.entities.values())
    if (other !== entity && other.consent)
      refuse(place, `Реестр согласий уже есть: карточка «${other.id}» модуля «${other.plugin}»`);
  if (!entity.person) refuse(place, 'Реестр согласий — карточка человека: нужно поле person');
  if (entity.fields.get(register.purpose)?.dictionary !== CONSENT_PURPOSES)
    refuse(`${place}/purpose`, `Цель — поле со справочником «${CONSENT_PURPOSES}»`);
  for (const name of ['from', 'until', 'withdrawn'] as const)
    if (entity.fields.get(register[name])?.kind !== 'date')
      refuse(`${place}/${name}`, `Поля-даты «${register[name]}» нет`);
  for (const name of ['from', 'withdrawn'] as const)
    if (entity.fields.get(register[name])?.format !== 'past-date')
      refuse(`${place}/${name}`, `«${register[name]}» не бывает в будущем: format past-date`);
}
