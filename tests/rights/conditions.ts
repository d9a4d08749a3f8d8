/**
 * Random conditions: each as the expression that is sent and as a plain predicate over whatever reader it is given,
 * with SQL's unknown (null). The reader decides what may be seen: the rows of a grant are read without rights, the
 * filter of an actor with the actor's.
 */
import type { Field } from '../../core/catalogue/types.ts';
import type { Expression } from '../../core/expressions/types.ts';
import type { Chance } from './random.ts';
import { kinds, type Row, type Value, type World } from './world.ts';

/** Looks at rows: with no rights, or with those of one actor. */
export interface Reader {
  /** Is there such a name, as far as this reader may know? */
  known(kind: string, path: string): boolean;
  knownMany(kind: string, relation: string): boolean;
  value(kind: string, row: Row, path: string): Value;
  many(kind: string, row: Row, relation: string): Row[];
  /** The card at the other end of a to-one relation. */
  step(kind: string, row: Row, relation: string): Row | undefined;
  /** Kind of card at the other end of a relation. */
  targetOf(kind: string, relation: string): string | undefined;
  /** Fields that are filled, of those that count. */
  filled(kind: string, row: Row): number;
  readonly person: string | null;
  readonly organisation: number;
  /** The same reader looking at cards that the source leads to. */
  readonly related: Reader;
}

export type Truth = boolean | null;

export interface Condition {
  json: Expression;
  known(reader: Reader): boolean;
  test(reader: Reader, row: Row): Truth;
}

export interface PathOf {
  path: string;
  field: Field;
  /** Steps along relations before the field. */
  depth: number;
}

const paths = new Map<string, PathOf[]>();

/** Fields of a kind of card and of the cards it leads to, to three steps. */
export function pathsOf(world: World, kind: string, depth = 0): PathOf[] {
  const key = `${world.catalogue.version} ${kind} ${depth}`;
  const known = paths.get(key);
  if (known) return known;
  const entity = world.catalogue.entities.get(kind);
  const found: PathOf[] = [...(entity?.fields.values() ?? [])].map(field => ({
    path: field.path,
    field,
    depth,
  }));
  for (const relation of entity?.relations.values() ?? [])
    if (relation.kind === 'one' && depth < 3 && relation.entity !== kind)
      for (const one of pathsOf(world, relation.entity, depth + 1))
        found.push({ ...one, path: `${relation.name}.${one.path}` });
  paths.set(key, found);
  return found;
}

export const manyOf = (world: World, kind: string) =>
  [...(world.catalogue.entities.get(kind)?.relations.values() ?? [])].filter(
    relation => relation.kind === 'many',
  );

/** A path, near ones more often than far ones. */
export function aPath(world: World, kind: string, chance: Chance, fits: (one: PathOf) => boolean): PathOf {
  const all = pathsOf(world, kind).filter(fits);
  const near = all.filter(one => one.depth === 0);
  return chance.pick(near.length > 0 && chance.once(2) ? near : all);
}

const isText = (field: Field) => field.kind === 'text' || field.kind === 'dictionary';
const isSet = (field: Field) => field.kind === 'texts' || field.kind === 'dictionaries';

/** A condition on one value of the card or of a card it leads to. */
function aLeaf(world: World, kind: string, chance: Chance): Condition {
  const { path, field } = aPath(world, kind, chance, one => one.field.kind !== 'rows');
  const property = { property: path };
  const sample = sampleOf(world, kind, path, chance);
  const leaf = (json: Expression, test: (value: Value) => Truth): Condition => ({
    json,
    known: reader => reader.known(kind, path),
    test: (reader, row) => test(reader.value(kind, row, path)),
  });
  if (sample === null || chance.once(5))
    return leaf({ op: 'isNull', args: [property] }, value => value === null);
  if (isSet(field)) {
    const item = chance.pick(sample as string[]);
    return leaf({ op: 'contains', args: [property, item] }, value =>
      value === null ? null : (value as string[]).includes(item),
    );
  }
  const plain = sample as string | number | boolean;
  if (typeof plain === 'number' && field.kind !== 'ref' && chance.once(2))
    return leaf({ op: '>', args: [property, plain] }, value =>
      value === null ? null : (value as number) > plain,
    );
  if (field.kind === 'date' && chance.once(2))
    return leaf({ op: '<', args: [property, plain] }, value =>
      value === null ? null : (value as string) < String(plain),
    );
  if (isText(field) && field.kind === 'text' && chance.once(2)) {
    const part = String(plain).slice(0, chance.whole(1, 4));
    return leaf({ op: 'contains', args: [property, part] }, value =>
      value === null ? null : fold(String(value)).includes(fold(part)),
    );
  }
  if (chance.once(4))
    return leaf({ op: 'in', args: [property, [plain]] }, value => (value === null ? null : value === plain));
  if (chance.once(4))
    return leaf({ op: '<>', args: [property, plain] }, value => (value === null ? null : value !== plain));
  return leaf({ op: '=', args: [property, plain] }, value => (value === null ? null : value === plain));
}

export const fold = (text: string) => text.toLowerCase().replaceAll('ё', 'е');

/** The value of some row, whether or not anybody in question may see it: an attack knows what to ask for. */
function sampleOf(world: World, kind: string, path: string, chance: Chance): Value {
  const raw = new RawReader(world, null, 0);
  const values = [...(world.rows.get(kind)?.values() ?? [])]
    .map(row => raw.value(kind, row, path))
    .filter(value => value !== null);
  return values.length === 0 ? null : chance.pick(values);
}

/** Something about who asks: one's own card, one's own group, one's own child. */
function aboutActor(world: World, kind: string, chance: Chance): Condition | undefined {
  const people = [
    'person',
    'currentGroup.leader.person',
    'contact.person',
    'member.person',
    'leader.person',
  ].filter(path => new RawReader(world, null, 0).known(kind, path));
  if (people.length === 0 || chance.once(4)) {
    if (world.catalogue.entities.get(kind)?.scope !== 'organisation') return undefined;
    return {
      json: { op: '=', args: [{ property: 'organisation' }, { actor: 'organisation' }] },
      known: () => true,
      test: (reader, row) => row.organisationId === reader.organisation,
    };
  }
  const path = chance.pick(people);
  return {
    json: { op: '=', args: [{ property: path }, { actor: 'person' }] },
    known: reader => reader.known(kind, path),
    test: (reader, row) => {
      const value = reader.value(kind, row, path);
      return value === null || reader.person === null ? null : value === reader.person;
    },
  };
}

function aRollup(world: World, kind: string, chance: Chance, depth: number): Condition | undefined {
  const relations = manyOf(world, kind);
  if (relations.length === 0) return undefined;
  const { name, entity } = chance.pick(relations);
  if (chance.once(3)) {
    const least = chance.whole(0, 2);
    return {
      json: { op: '>', args: [{ rollup: name, fn: 'count' }, least] },
      known: reader => reader.knownMany(kind, name),
      test: (reader, row) => reader.many(kind, row, name).length > least,
    };
  }
  const inner = aCondition(world, entity, chance, { depth: depth + 1, counting: false });
  return {
    json: { rollup: name, fn: 'exists', where: inner.json },
    known: reader => reader.knownMany(kind, name) && inner.known(reader.related),
    test: (reader, row) => reader.many(kind, row, name).some(one => inner.test(reader.related, one) === true),
  };
}

function aCount(kind: string, chance: Chance): Condition {
  const least = chance.whole(0, 8);
  return {
    json: { op: '>', args: [{ op: 'filled', args: [] }, least] },
    known: () => true,
    test: (reader, row) => reader.filled(kind, row) > least,
  };
}

/**
 * @param options.counting  may ask how many fields are filled: that depends on the rights of who asks, so it has no
 *   meaning in the rows of a grant
 */
export function aCondition(
  world: World,
  kind: string,
  chance: Chance,
  options: { depth?: number; counting?: boolean } = {},
): Condition {
  const { depth = 0, counting = true } = options;
  const what = chance.whole(1, 10);
  if (depth < 2 && what <= 2) return joined(world, kind, chance, depth, counting);
  if (depth < 2 && what === 3) {
    const inner = aCondition(world, kind, chance, { depth: depth + 1, counting });
    return {
      ...inner,
      json: { op: 'not', args: [inner.json] },
      test: (reader, row) => not(inner.test(reader, row)),
    };
  }
  if (what === 4 && counting) return aCount(kind, chance);
  if (what <= 6) return aboutActor(world, kind, chance) ?? aLeaf(world, kind, chance);
  if (what === 7 && depth < 2) return aRollup(world, kind, chance, depth) ?? aLeaf(world, kind, chance);
  return aLeaf(world, kind, chance);
}

function joined(world: World, kind: string, chance: Chance, depth: number, counting: boolean): Condition {
  const parts = [1, 2].map(() => aCondition(world, kind, chance, { depth: depth + 1, counting }));
  const op = chance.pick(['and', 'or'] as const);
  return {
    json: { op, args: parts.map(part => part.json) },
    known: reader => parts.every(part => part.known(reader)),
    test: (reader, row) =>
      junction(
        parts.map(part => part.test(reader, row)),
        op === 'or',
      ),
  };
}

const not = (truth: Truth): Truth => (truth === null ? null : !truth);

function junction(truths: Truth[], decisive: boolean): Truth {
  if (truths.includes(decisive)) return decisive;
  return truths.includes(null) ? null : !decisive;
}

/** Sees everything: what grants are read with, and where the rights of an actor start from. */
export class RawReader implements Reader {
  protected readonly world: World;
  readonly person: string | null;
  readonly organisation: number;

  constructor(world: World, person: string | null, organisation: number) {
    this.world = world;
    this.person = person;
    this.organisation = organisation;
  }

  targetOf(kind: string, relation: string): string | undefined {
    return this.world.catalogue.entities.get(kind)?.relations.get(relation)?.entity;
  }

  get related(): RawReader {
    return this;
  }

  known(kind: string, path: string): boolean {
    const entity = this.world.catalogue.entities.get(kind);
    if (!entity) return false;
    if (entity.fields.has(path) || path === 'id' || path === 'organisation') return true;
    if (path === 'person') return entity.person !== undefined;
    const relation = entity.relations.get(path.split('.')[0] ?? '');
    return relation?.kind === 'one' && this.known(relation.entity, path.slice(relation.name.length + 1));
  }

  knownMany(kind: string, name: string): boolean {
    return this.world.catalogue.entities.get(kind)?.relations.get(name)?.kind === 'many';
  }

  value(kind: string, row: Row, path: string): Value {
    const entity = this.world.catalogue.entities.get(kind);
    if (!entity) return null;
    if (path === 'id') return row.id;
    if (path === 'organisation') return row.organisationId;
    if (path === 'person') return row.personId;
    if (entity.fields.has(path)) return row.values.get(path) ?? null;
    const [first = ''] = path.split('.');
    const target = this.step(kind, row, first);
    const to = entity.relations.get(first)?.entity ?? '';
    return target ? this.value(to, target, path.slice(first.length + 1)) : null;
  }

  /** The card at the other end of a to-one relation. */
  step(kind: string, row: Row, name: string): Row | undefined {
    const relation = this.world.catalogue.entities.get(kind)?.relations.get(name);
    if (relation?.kind !== 'one') return undefined;
    const id = this.value(kind, row, relation.via);
    return id === null ? undefined : this.world.rows.get(relation.entity)?.get(String(id));
  }

  many(kind: string, row: Row, name: string): Row[] {
    const relation = this.world.catalogue.entities.get(kind)?.relations.get(name);
    if (relation?.kind !== 'many') return [];
    const personal = relation.join === 'person';
    const own = personal ? this.value(kind, row, 'person') : row.id;
    return [...(this.world.rows.get(relation.entity)?.values() ?? [])].filter(
      one =>
        (row.organisationId === null || one.organisationId === row.organisationId) &&
        own !== null &&
        this.value(relation.entity, one, personal ? 'person' : relation.via) === own,
    );
  }

  filled(kind: string, row: Row): number {
    return [...(this.world.catalogue.entities.get(kind)?.fields.values() ?? [])].filter(
      field =>
        field.counts &&
        this.mayRead(kind, row, field.path) &&
        ((row.values.get(field.path) ?? null) !== null || row.absent.includes(field.path)),
    ).length;
  }

  mayRead(_kind: string, _row: Row, _path: string): boolean {
    return true;
  }
}

export { kinds };
