/** A plugin's demo data as JSON (`demo/demo.json`, schemas/meta/demo.schema.json): for plugins without code. */
import type { BulkRecord } from '../storage/bulk.ts';
import type { DemoContext, NewDemoOrganisation } from './context.ts';

interface DemoRecord {
  key?: string;
  entity: string;
  organisation: string;
  person?: string;
  values: Record<string, unknown>;
}

/** The file, well formed by its meta-schema. */
export interface DemoFile {
  organisations?: NewDemoOrganisation[];
  people?: { key: string; lastName: string; firstName: string; [field: string]: unknown }[];
  records?: DemoRecord[];
  signIns?: {
    login: string;
    role: string;
    organisation: string;
    person?: string;
    orderNumber?: string;
    orderDate?: string;
  }[];
}

/** @throws RangeError naming a key that is not there or a record that comes before what it refers to */
export async function loadDemoFile(context: DemoContext, file: DemoFile): Promise<void> {
  for (const organisation of file.organisations ?? []) await context.addOrganisation(organisation);
  const people = new Map(
    (file.people ?? []).map(({ key, ...person }) => [`@${key}`, { id: context.newId(), ...person }]),
  );
  const person = (key: string) => found(people, key);
  const ids = new Map<string, string>();
  for (const record of file.records ?? []) if (record.key) ids.set(`@${record.key}`, context.newId());
  for (const record of file.records ?? [])
    await context.insert(record.entity, [bulkRecord(context, record, { ids, person })]);
  for (const { organisation, person: key, ...signIn } of file.signIns ?? [])
    context.signIn({
      ...signIn,
      organisationId: context.organisationId(organisation),
      ...(key === undefined ? {} : { personId: person(key).id }),
    });
}

interface Known {
  ids: Map<string, string>;
  person: (key: string) => { id: string };
}

function bulkRecord(context: DemoContext, record: DemoRecord, { ids, person }: Known): BulkRecord {
  return {
    ...(withIds(context, record.values, ids) as Record<string, unknown>),
    id: ids.get(`@${record.key}`) ?? context.newId(),
    organisationId: context.organisationId(record.organisation),
    ...(record.person === undefined ? {} : { person: person(record.person) }),
  };
}

/** `@key` becomes the id; rows of repeating groups get theirs. */
function withIds(context: DemoContext, value: unknown, ids: Map<string, string>): unknown {
  if (typeof value === 'string') return value.startsWith('@') ? found(ids, value) : value;
  if (Array.isArray(value))
    return value.map(item => {
      const inner = withIds(context, item, ids);
      return typeof inner === 'object' && inner !== null ? { id: context.newId(), ...inner } : inner;
    });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIds(context, inner, ids)]));
}

function found<T>(map: Map<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`the demo data have no "${key}"`);
  return value;
}
