/** What the questions about one kind of card share. */
import type { Entity, Field, FieldClass } from '../../../core/catalogue/types.ts';
import type { Row } from '../world.ts';
import type { Place, Region, Who } from './region.ts';
import type { Tally } from './tally.ts';

export const classesOf = (entity: Entity): FieldClass[] => [
  ...new Set([...entity.fields.values()].map(field => field.class)),
];

export interface Asking {
  region: Region;
  tally: Tally;
  who: Who;
  entity: Entity;
  samples: { place: Place; row: Row | undefined }[];
}

/** What is sent for a record of a place that has none: an id that nobody has. */
export const NOBODY = '00000000-0000-7000-8000-00000000dead';

export const isOff = ({ region, who, entity }: Asking) => !region.isOn(who, entity);
export const oracleOf = ({ region, who }: Asking, action?: string) => region.oracle(who, action);

export function mark({ tally, who, entity }: Asking, route: string, place: string): string {
  for (const cls of classesOf(entity)) tally.cell(route, who.role, entity.id, place, cls);
  return `${route} | ${who.role} | ${entity.id} | ${place}`;
}

export const fieldsOf = (entity: Entity): Field[] => [...entity.fields.values()];

/** Fields of each class that are closed to the role in every row: one of each class is asked for. */
export function closedOf(asking: Asking, action = 'read'): Field[] {
  const oracle = oracleOf(asking, action);
  const closed = fieldsOf(asking.entity).filter(field => !oracle.known(asking.entity.id, field.path));
  return classesOf(asking.entity).flatMap(cls => closed.find(field => field.class === cls) ?? []);
}

/** The refusal of anything about one record, or undefined where it is seen. */
export function refusalOf(asking: Asking, row: Row | undefined): string | undefined {
  const { entity } = asking;
  // The directory of organisations has numbers for ids: it is listed and has no cards of its own.
  if (entity.builtin) return '400 QUERY_INVALID';
  const oracle = oracleOf(asking);
  if (isOff(asking)) return '404 NOT_FOUND';
  if (!oracle.may(entity.id)) return '403 FORBIDDEN';
  return row && oracle.sees(entity.id, row) ? undefined : '404 NOT_FOUND';
}

export const visible = (asking: Asking, row: Row, action?: string): string[] =>
  fieldsOf(asking.entity)
    .filter(field => oracleOf(asking, action).value(asking.entity.id, row, field.path) !== null)
    .map(field => field.path);

export const wanted = ({ samples, entity }: Asking) => {
  const ids = samples.flatMap(({ row }) => (row ? [row.id] : []));
  return { op: 'in', args: [{ property: 'id' }, entity.builtin ? ids.map(Number) : ids] };
};

/** Ids of the samples that are to be in an answer of several records. */
export const seen = (asking: Asking, action?: string): string[] =>
  asking.samples
    .flatMap(({ row }) => (row && oracleOf(asking, action).sees(asking.entity.id, row) ? [row.id] : []))
    .sort();

export const writes = (asking: Asking, field: Field, action: string, row?: Row): boolean => {
  const oracle = oracleOf(asking);
  const tuples = row
    ? oracle.holding(asking.entity.id, row, action)
    : oracle.tuples(asking.entity.id, action);
  if (row && !oracle.agreed(asking.entity.id, row, field.path)) return false;
  return tuples.some(
    ({ fields }) =>
      fields === '*' || fields.write.some(name => name === field.path || field.path.startsWith(`${name}.`)),
  );
};
