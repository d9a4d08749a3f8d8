/** Cards of any kind with something in every field, for tests that know of a plugin no more than its description. */
import { randomBytes } from 'node:crypto';
import type { Catalogue, Entity, Field } from '../../core/catalogue/types.ts';
import { type BulkRecord, loadBulk } from '../../core/storage/bulk.ts';
import type { TestDatabase } from '../support/database.ts';

const newId = () => {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** Two cards of each kind, those that are referred to before those that refer. */
export async function fill(db: TestDatabase, catalogue: Catalogue, organisationId: number): Promise<void> {
  const made = new Map<string, string[]>([['organisation', [String(organisationId)]]]);
  const left = [...catalogue.entities.values()].filter(entity => !entity.builtin);
  await db.database.scoped({ organisationIds: [], everywhere: true }, async tx => {
    while (left.length > 0) {
      const at = left.findIndex(entity => needed(entity).every(id => made.has(id)));
      const [entity] = left.splice(Math.max(at, 0), 1) as [Entity];
      const count = entity.single ? 1 : 2;
      const records = Array.from({ length: count }, (_, number) =>
        aRecord(entity, catalogue, made, organisationId, number),
      );
      await loadBulk(tx, entity, records);
      made.set(
        entity.id,
        records.map(record => record.id),
      );
    }
  });
}

const needed = (entity: Entity): string[] =>
  [...entity.fields.values()].flatMap(field =>
    field.required && field.ref !== undefined && field.ref !== entity.id ? [field.ref] : [],
  );

function aRecord(
  entity: Entity,
  catalogue: Catalogue,
  made: ReadonlyMap<string, string[]>,
  organisationId: number,
  number: number,
): BulkRecord {
  const record: BulkRecord = { id: newId(), ...(entity.scope === 'organisation' ? { organisationId } : {}) };
  if (entity.person)
    record.person = {
      id: newId(),
      lastName: `Проверкин${number}`,
      firstName: 'Иван',
      birthDate: '2010-01-02',
      sex: 'm',
    };
  for (const field of entity.fields.values()) {
    if (field.owner !== 'record') continue;
    const value = field.rows
      ? [
          {
            id: newId(),
            ...Object.fromEntries(field.rows.map(one => [one.path, aValueOf(one, catalogue, made, number)])),
          },
        ]
      : aValueOf(field, catalogue, made, number);
    if (value !== undefined) put(record, field.path, value);
  }
  return record;
}

function put(record: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() as string;
  let group = record;
  for (const step of steps) {
    group[step] ??= {};
    group = group[step] as Record<string, unknown>;
  }
  group[last] = value;
}

function aValueOf(
  field: Field,
  catalogue: Catalogue,
  made: ReadonlyMap<string, string[]>,
  number: number,
): unknown {
  const codes = catalogue.dictionaries.get(field.dictionary ?? '')?.items.map(item => item.code) ?? [];
  switch (field.kind) {
    case 'text':
      return `значение ${number}`;
    case 'integer':
      return number + 1;
    case 'decimal':
      return number + 0.5;
    case 'boolean':
      return number === 0;
    case 'date':
      return number === 0 ? '2026-01-31' : '2026-02-28';
    case 'instant':
      return '2026-01-31T10:00:00Z';
    case 'dictionary':
      return codes[number % Math.max(codes.length, 1)];
    case 'dictionaries':
      return codes.slice(0, 2);
    case 'texts':
      return ['один', 'два'];
    case 'ref':
      return made.get(field.ref ?? '')?.[number] ?? made.get(field.ref ?? '')?.[0];
    default:
      return undefined;
  }
}
