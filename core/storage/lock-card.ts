/** A card locked for a change, an act on it or its removal, in the version that the client has seen (SC8). */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { notFound } from '../problems.ts';
import type { TextRow } from '../query/columns.ts';
import { lockFacetsOfConsents } from './consents.ts';
import type { Tx } from './database.ts';
import { type HeldCard, holdCard, isPlainPatch } from './held.ts';
import { type OpenPlan, openedRecord, readStatement } from './read.ts';
import {
  readableHere,
  readableWith,
  readsEveryRow,
  relatedCards,
  sectionsHere,
  sectionsOf,
  versionOf,
} from './record-shape.ts';
import type { RelatedCards } from './save-context.ts';
import type { Body } from './save-parse.ts';
import { lockStored, type StoredCard } from './stored.ts';
import { assertVersion, isVersion } from './version-check.ts';

export interface LockedCard {
  stored: StoredCard;
  /** Fields and sections that the actor may read. */
  seen: ReadonlySet<string>;
  related: RelatedCards;
  /** Read and not locked: to be written only in this version. */
  held?: HeldCard;
}

/**
 * With the person. A patch of fields that nothing else follows from locks neither (held.ts). The card is read as the
 * actor sees it only where that tells more than the lock: when a tuple of rights holds for some rows only, relations
 * are given, or the version is another.
 *
 * @param plan  of the card with the relations that the patch gives
 * @param sent  the patch; undefined: something else is to be done with the card
 * @throws NOT_FOUND outside the actor's scope or rows, STALE, PRECONDITION_REQUIRED
 */
export async function lockCard(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  plan: OpenPlan,
  id: string,
  ifMatch: string,
  sent: Body | undefined,
  careful: boolean,
): Promise<LockedCard> {
  const { shape } = plan;
  // Made before the lock: what is no id must not reach the database.
  const reading = readStatement(plan, actor, id);
  const alone = shape.many.size === 0;
  if (shape.entity.consent)
    await lockFacetsOfConsents(
      tx,
      catalogue,
      shape.entity,
      actor.everywhere ? undefined : actor.organisationIds,
      [id],
    );
  if (sent && !careful && alone && isPlainPatch(shape.entity, sent)) {
    const held = await holdCard(tx, catalogue, actor, plan, id);
    if (held && isVersion(ifMatch, versionOf(held.raw)))
      return { stored: held.stored, seen: held.seen, related: new Map(), held };
  }
  const lock = async () => (await lockStored(tx, catalogue, actor, shape.entity, [id])).get(id);
  // A card whose person was joined with another while we waited is not in the view of the statement that waited.
  const stored = (await lock()) ?? (await lock());
  if (!stored) throw notFound();
  const known = versionOf({
    v: stored.version,
    ...(stored.personVersion === null ? {} : { pv: stored.personVersion }),
  });
  const told = shape.purposes.length === 0 || stored.consents !== undefined;
  if (alone && told && readsEveryRow(shape) && isVersion(ifMatch, known)) {
    const seen = new Set([...readableWith(shape, stored, actor.today), ...sectionsOf(shape)]);
    return { stored, seen, related: new Map() };
  }
  const opened = openedRecord(plan, await tx.query<TextRow>(reading));
  await assertVersion(tx, opened, ifMatch);
  const { raw } = opened;
  const seen = new Set([...readableHere(shape, raw), ...sectionsHere(shape, raw)]);
  return { stored, seen, related: relatedCards(opened) };
}
