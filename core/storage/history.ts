/** History of one card: its own changes and those of the person behind it, as far as the actor may read them. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import type { Tx } from './database.ts';
import type { HistoryEntry, JsonValue } from './gateway.types.ts';
import { captionOfValue } from './labels.ts';
import type { OpenedRecord } from './read.ts';
import { labelsOf } from './record-labels.ts';
import { readableHere } from './record-shape.ts';

const MAX_ENTRIES = 500;

interface ChangeRow {
  at: string;
  entity: string;
  action: HistoryEntry['action'];
  fields: Record<string, { from?: JsonValue; to?: JsonValue }>;
  user_name: string;
  role: string | null;
  reason: string | null;
}

const CHANGES = `select at, entity, action, fields, user_name, role, reason from change
  where (record_id = $1 and entity = $2) or (record_id = any (people_behind($3)) and entity = 'person')
  order by id desc limit ${MAX_ENTRIES}`;

/** Newest first, those of entries merged into the person too. The card has been read before, in the actor's scope. */
export async function historyOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  opened: OpenedRecord,
): Promise<HistoryEntry[]> {
  const { entity } = opened.shape;
  const readable = new Set(readableHere(opened.shape, opened.raw));
  const rows = await tx.query<ChangeRow>({
    text: CHANGES,
    values: [opened.raw.id, entity.id, opened.raw.pid ?? null],
  });
  const captions = await referenceCaptions(tx, catalogue, entity, readable, rows, actor);
  return rows.flatMap(row => {
    const fields = Object.entries(row.fields)
      .filter(([path]) => readable.has(path))
      .map(([path, change]) => describeField(catalogue, entity, path, change, captions));
    if (fields.length === 0 && row.action === 'update') return [];
    return [
      {
        at: row.at,
        action: row.action,
        by: row.user_name,
        of: row.entity === 'person' ? ('person' as const) : ('record' as const),
        ...(row.role ? { role: row.role } : {}),
        ...(row.reason ? { reason: row.reason } : {}),
        fields,
      },
    ];
  });
}

function describeField(
  catalogue: Catalogue,
  entity: Entity,
  path: string,
  change: { from?: JsonValue; to?: JsonValue },
  captions: ReadonlyMap<string, string>,
): HistoryEntry['fields'][number] {
  const field = entity.fields.get(path);
  const caption = (value: JsonValue | undefined) =>
    value === undefined || value === null || !field
      ? undefined
      : (captionOfValue(catalogue, field, value) ??
        (field.kind === 'ref' ? captions.get(`${path} ${String(value)}`) : undefined));
  const [fromLabel, toLabel] = [caption(change.from), caption(change.to)];
  return {
    path,
    title: field?.fullTitle ?? path,
    ...(change.from === undefined || change.from === null ? {} : { from: change.from }),
    ...(change.to === undefined || change.to === null ? {} : { to: change.to }),
    ...(fromLabel ? { fromLabel } : {}),
    ...(toLabel ? { toLabel } : {}),
  };
}

/** Captions of the records that references led to, `path id` -> label; one statement per kind of card. */
async function referenceCaptions(
  tx: Tx,
  catalogue: Catalogue,
  entity: Entity,
  readable: ReadonlySet<string>,
  rows: readonly ChangeRow[],
  actor: Actor,
): Promise<Map<string, string>> {
  const captions = new Map<string, string>();
  for (const field of entity.fields.values()) {
    if (field.kind !== 'ref' || !field.ref || !readable.has(field.path)) continue;
    const ids = new Set<string>();
    for (const { fields } of rows)
      for (const value of [fields[field.path]?.from, fields[field.path]?.to])
        if (value !== undefined && value !== null) ids.add(String(value));
    for (const [id, label] of await labelsOf(tx, catalogue, actor, field.ref, [...ids]))
      captions.set(`${field.path} ${id}`, label);
  }
  return captions;
}
