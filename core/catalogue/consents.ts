/**
 * Data held by consent (x-basis: consent): which fields they are, whose consent counts, and where the consents
 * stand. The register is a card that says so of itself (x-entity.consent); the core knows no plugin's name.
 */
import { pointerOf } from './compile-entity.ts';
import type { Refuse } from './fault.ts';
import type { Catalogue, ConsentRegister, Entity, Field } from './types.ts';

/** A field that is held only while the person consents to its purpose. */
export type GatedField = Field & { purpose: string };

export const isGated = (field: Field): field is GatedField =>
  field.basis === 'consent' && field.purpose !== undefined;

/** The card with the consents, if an installed plugin brings one. */
export function consentRegister(
  catalogue: Pick<Catalogue, 'entities'>,
): (Entity & { consent: ConsentRegister }) | undefined {
  for (const entity of catalogue.entities.values())
    if (entity.consent) return entity as Entity & { consent: ConsentRegister };
  return undefined;
}

/** A facet whose table says which consents its person has given; the register itself is held by law. */
export const keepsConsents = (entity: Entity): boolean => entity.person !== undefined && !entity.consent;

/** What the register and fields by consent ask of the card they stand in. Other cards are known by now. */
export function checkConsents(catalogue: Catalogue, entity: Entity, refuse: Refuse): void {
  const gated = [...entity.fields.values()].find(isGated);
  if (entity.consent) checkRegister(catalogue, entity, entity.consent, refuse);
  if (!gated) return;
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
  if (entity.fields.get(register.purpose)?.dictionary !== 'consent-purposes')
    refuse(`${place}/purpose`, 'Цель — поле со справочником «consent-purposes»');
  for (const name of ['from', 'until', 'withdrawn'] as const)
    if (entity.fields.get(register[name])?.kind !== 'date')
      refuse(`${place}/${name}`, `Поля-даты «${register[name]}» нет`);
}
