/** Whether what belongs to a card (its files) is open to an actor; asked in the transaction that then uses it. */
import type { Actor } from '../access/actor.ts';
import type { Entity } from '../catalogue/types.ts';
import { forbidden, notFound } from '../problems.ts';
import { hasOrganisation } from '../query/frame.ts';
import type { Tx } from './database.ts';
import { type OpenPlans, readRecord } from './read.ts';
import { readableHere, writableHere } from './record-shape.ts';

/** A card that the actor has been found to have access to. */
export interface CardInHand {
  entity: Entity;
  id: string;
  organisationId: number;
}

/**
 * A file may hold whatever its card may: to read it, every field of the card must be open in this very row; to
 * change it, the right to change this row is needed too.
 *
 * @throws NOT_FOUND, FORBIDDEN
 */
export async function cardInHand(
  tx: Tx,
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
  const here = new Set(readableHere(shape, raw));
  const closed = own.some(path => !here.has(path));
  const fixed = purpose === 'update' && writableHere(shape, raw).length === 0;
  if (closed || fixed || !hasOrganisation(entity))
    throw forbidden('К файлам этой карточки у вас нет доступа');
  const [place] = await tx.query<{ organisation_id: number }>({
    text: `select organisation_id from "${entity.table}" where id = $1`,
    values: [id],
  });
  if (!place) throw notFound();
  return { entity, id, organisationId: place.organisation_id };
}
