/** Whether what belongs to a card (its files) is open to an actor; asked in the transaction that then uses it. */
import type { Actor } from '../access/actor.ts';
import { purposeTitle } from '../catalogue/consents.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { forbidden, notFound, Problem } from '../problems.ts';
import { hasOrganisation } from '../query/frame.ts';
import { purposesEverGiven } from './consents.ts';
import type { Tx } from './database.ts';
import { type OpenPlans, readRecord } from './read.ts';
import {
  blockedPurposes,
  grantedHere,
  type RawRecord,
  type RecordShape,
  writableHere,
} from './record-shape.ts';

/** A card that the actor has been found to have access to. */
export interface CardInHand {
  entity: Entity;
  id: string;
  organisationId: number;
}

/**
 * A file may hold whatever its card may: to read it, every field of the card must be open in this very row; to
 * change it, the right to change this row is needed too. While a consent that was given for fields of the card has
 * ended, its files are shut with them.
 *
 * @throws NOT_FOUND, FORBIDDEN
 */
export async function cardInHand(
  tx: Tx,
  catalogue: Catalogue,
  plans: OpenPlans,
  actor: Actor,
  entityId: string,
  id: string,
  purpose: 'read' | 'update',
): Promise<CardInHand> {
  const { shape, raw } = await readRecord(tx, plans, actor, entityId, id);
  const { entity } = shape;
  // A file is nothing that a level's own field could have put there.
  const own = [...entity.fields.values()].filter(field => !field.custom).map(field => field.path);
  const here = new Set(grantedHere(shape, raw));
  const closed = own.some(path => !here.has(path));
  const fixed = purpose === 'update' && writableHere(shape, raw).length === 0;
  if (closed || fixed || !hasOrganisation(entity))
    throw forbidden('К файлам этой карточки у вас нет доступа');
  const [place] = await tx.query<{ organisation_id: number }>({
    text: `select organisation_id from "${entity.table}" where id = $1`,
    values: [id],
  });
  if (!place) throw notFound();
  await assertConsents(tx, catalogue, shape, raw, place.organisation_id);
  return { entity, id, organisationId: place.organisation_id };
}

async function assertConsents(
  tx: Tx,
  catalogue: Catalogue,
  shape: RecordShape,
  raw: RawRecord,
  organisationId: number,
): Promise<void> {
  const blocked = blockedPurposes(shape, raw);
  if (blocked.size === 0) return;
  const given = await purposesEverGiven(tx, catalogue, shape.entity, organisationId, String(raw.id));
  const ended = given.filter(purpose => blocked.has(purpose));
  if (ended.length === 0) return;
  const names = ended.map(purpose => `«${purposeTitle(catalogue, purpose)}»`).join(', ');
  throw new Problem(
    'CONSENT_REQUIRED',
    403,
    'Нет согласия',
    `Файлы закрыты вместе со сведениями: согласие закончилось или отозвано (${names})`,
  );
}
