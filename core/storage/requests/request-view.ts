/** Proposals as they are answered: with the caption of the reader's card, and no value that is closed to the reader. */
import type { Actor } from '../../access/actor.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import { captions, type Language } from '../../forms/captions.ts';
import type { Tx } from '../database.ts';
import type { JsonValue } from '../gateway.types.ts';
import { valueAt } from '../labels.ts';
import { sameJson } from '../merge.ts';
import { labelsOf } from '../record-labels.ts';
import type { RequestField, RequestItem, RequestRow, RequestVoice } from './request.types.ts';
import { voicesOf } from './request-rows.ts';
import type { Reached } from './targets.ts';

/** @param reached  by id of the proposal, the reader's card through which they decide; others are the reader's own */
export async function itemsOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  rows: readonly RequestRow[],
  reached: ReadonlyMap<string, Reached>,
  language: Language,
): Promise<RequestItem[]> {
  const asked = rows.filter(row => row.kind !== 'card').map(row => row.id);
  const voices = await voicesOf(tx, asked);
  const labels = await ownLabels(
    tx,
    catalogue,
    actor,
    rows.filter(row => !reached.has(row.id)),
  );
  return rows.map(row => {
    const card = reached.get(row.id);
    const label = card ? (card.label ?? '') : labels.get(row.record_id);
    const shown = { entity: card?.entity ?? row.entity, recordId: card?.record_id ?? row.record_id, label };
    return itemOf(catalogue, row, shown, voices.get(row.id) ?? [], language);
  });
}

async function ownLabels(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  rows: readonly RequestRow[],
): Promise<Map<string, string>> {
  const labels = new Map<string, string>();
  for (const [entity, some] of Map.groupBy(rows, row => row.entity)) {
    const ids = [...new Set(some.map(row => row.record_id))];
    for (const [id, label] of await labelsOf(tx, catalogue, actor, entity, ids)) labels.set(id, label);
  }
  return labels;
}

function itemOf(
  catalogue: Catalogue,
  row: RequestRow,
  card: { entity: string; recordId: string; label: string | undefined },
  voices: RequestVoice[],
  language: Language,
): RequestItem {
  const entity = catalogue.entities.get(card.entity);
  const text = captions(catalogue, entity?.plugin ?? '', language);
  // What they proposed themselves the reader knows; what stood there, only while the card is open to them.
  const open = card.label !== undefined;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    at: row.created_at,
    by: row.user_name,
    ...(row.role ? { role: row.role } : {}),
    organisation: row.organisation,
    entity: card.entity,
    entityTitle: text(`entity.${card.entity}`, entity?.title ?? card.entity),
    ...(open ? { recordId: card.recordId } : {}),
    label: card.label ?? '',
    ...(row.reason ? { reason: row.reason } : {}),
    ...(row.decided_at ? { decidedAt: row.decided_at } : {}),
    ...(row.decider_name ? { decidedBy: row.decider_name } : {}),
    ...(row.comment ? { comment: row.comment } : {}),
    fields: titled(
      catalogue,
      card.entity,
      row.paths.map(path => fieldOf(row, path, open)),
      language,
    ),
    kept: row.kept,
    voices,
  };
}

function fieldOf(row: RequestRow, path: string, open: boolean): RequestField {
  const [before, proposed] = [row.before[path] ?? null, row.patch[path] ?? null];
  return {
    path,
    title: path,
    ...(before === null || !open ? {} : { before }),
    ...(proposed === null ? {} : { proposed }),
  };
}

/** As it was, as it is proposed, as it is now. */
export function compare(row: RequestRow, present: Record<string, unknown>): RequestField[] {
  return row.paths.map(path => {
    const now = (valueAt(present, path) ?? null) as JsonValue;
    const [before, proposed] = [row.before[path] ?? null, row.patch[path] ?? null];
    const conflict = !sameJson(before, now) && !sameJson(now, proposed);
    return {
      ...fieldOf(row, path, true),
      ...(now === null ? {} : { present: now }),
      ...(conflict ? { conflict: true } : {}),
    };
  });
}

export function titled(
  catalogue: Catalogue,
  entityId: string,
  fields: readonly RequestField[],
  language: Language,
): RequestField[] {
  const entity = catalogue.entities.get(entityId);
  const text = captions(catalogue, entity?.plugin ?? '', language);
  return fields.map(field => {
    const known = entity?.fields.get(field.path);
    const russian = known?.fullTitle ?? field.path;
    const english = text(`field.${entityId}.${field.path}`, known?.title ?? russian);
    return { ...field, title: language === 'ru' ? russian : english };
  });
}
