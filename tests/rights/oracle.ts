/**
 * What one actor may see, decided by brute force from the grants and the raw rows, one record and one field at a
 * time, with nothing of the code under test but the description of the cards.
 */
import type { Actor } from '../../core/access/actor.ts';
import type { Field, Grant } from '../../core/catalogue/types.ts';
import { type Condition, RawReader } from './conditions.ts';
import { opensCustom } from './custom.ts';
import type { Row, Value, World } from './world.ts';

/** A grant with its condition as a plain predicate. */
export interface TestGrant extends Grant {
  condition?: Condition;
}

export class Oracle extends RawReader {
  readonly #actor: Actor;
  readonly #grants: readonly TestGrant[];
  /** Whose tuples decide about the source of a query; of everything it leads to it is `read`. */
  readonly #action: string;
  readonly #raw: RawReader;
  #related: Oracle | undefined;
  readonly #holding = new Map<Row, TestGrant[]>();

  constructor(world: World, grants: readonly TestGrant[], actor: Actor, action = 'read') {
    super(world, actor.personId, actor.organisationId);
    this.#actor = actor;
    this.#grants = grants;
    this.#action = action;
    this.#raw = new RawReader(world, actor.personId, actor.organisationId);
  }

  /** The same actor looking at cards that the source leads to. */
  override get related(): Oracle {
    if (this.#action === 'read') return this;
    this.#related ??= new Oracle(this.world, this.#grants, this.#actor);
    return this.#related;
  }

  tuples(kind: string, action = this.#action): TestGrant[] {
    return this.#grants.filter(
      grant =>
        grant.role === this.#actor.role &&
        grant.entity === kind &&
        // What belongs to no period never belongs to a closed one.
        (this.#stateOf(grant, action) !== 'closed' || this.#hasPeriod(kind)) &&
        grant.actions.includes(action),
    );
  }

  /** Closed years are there to be looked at. */
  #stateOf(grant: TestGrant, action: string): 'open' | 'closed' | 'any' {
    return grant.period ?? (action === 'read' || action === 'export' ? 'any' : 'open');
  }

  #hasPeriod(kind: string): boolean {
    const { closes, period } = this.world.catalogue.entities.get(kind) ?? {};
    return closes !== undefined || period !== undefined;
  }

  /** Whether the record stands in a closed period, found in the raw rows. */
  closed(kind: string, row: Row): boolean {
    const entities = this.world.catalogue.entities;
    const { closes, period } = entities.get(kind) ?? {};
    if (closes) return row.values.get(closes.field) === true;
    if (!period) return false;
    if (period.of === undefined) {
      let here: Row | undefined = row;
      let at = kind;
      for (const step of period.by.split('.')) {
        if (here === undefined) return false;
        here = this.#raw.step(at, here, step);
        at = entities.get(at)?.relations.get(step)?.entity ?? '';
      }
      return here?.values.get(entities.get(at)?.closes?.field ?? '') === true;
    }
    const day = String(row.values.get(period.by) ?? '');
    const of = entities.get(period.of)?.closes;
    return [...(this.world.rows.get(period.of)?.values() ?? [])].some(
      one =>
        one.organisationId === row.organisationId &&
        one.values.get(of?.field ?? '') === true &&
        String(one.values.get(of?.from ?? '')) <= day &&
        day <= String(one.values.get(of?.to ?? '')),
    );
  }

  may(kind: string): boolean {
    return kind === 'organisation' || this.tuples(kind).length > 0;
  }

  /** Tuples that hold for the very row, none if it is out of the actor's organisations. */
  holding(kind: string, row: Row, action = this.#action): TestGrant[] {
    if (action !== this.#action) return this.#find(kind, row, action);
    const known = this.#holding.get(row) ?? this.#find(kind, row, action);
    this.#holding.set(row, known);
    return known;
  }

  #find(kind: string, row: Row, action: string): TestGrant[] {
    const actor = this.#actor;
    if (action !== 'create' && !this.#isThere(kind, row)) return [];
    if (
      row.organisationId !== null &&
      !actor.everywhere &&
      !actor.organisationIds.includes(row.organisationId)
    )
      return [];
    const here = this.closed(kind, row) ? 'closed' : 'open';
    return this.heldInAnyPeriod(kind, row, action).filter(grant =>
      ['any', here].includes(this.#stateOf(grant, action)),
    );
  }

  /** Tuples whose rows have the row, whatever the state of its period. */
  heldInAnyPeriod(kind: string, row: Row, action = this.#action): TestGrant[] {
    const actor = this.#actor;
    return this.tuples(kind, action).filter(grant => {
      if (grant.condition) return grant.condition.test(this.#raw, row) === true;
      if (grant.rows === 'self') return row.personId !== null && row.personId === actor.personId;
      if (grant.rows === 'organisation')
        return row.organisationId === null || row.organisationId === actor.organisationId;
      return true;
    });
  }

  sees(kind: string, row: Row): boolean {
    return kind === 'organisation' || this.holding(kind, row).length > 0;
  }

  override mayRead(kind: string, row: Row, path: string): boolean {
    return this.granted(kind, row, path) && this.agreed(kind, row, path);
  }

  granted(kind: string, row: Row, path: string): boolean {
    return kind === 'organisation' || this.holding(kind, row).some(grant => this.#opens(kind, grant, path));
  }

  /** Is the field held by law, or is there a consent of the person whose card it is, valid today? */
  agreed(kind: string, row: Row, path: string): boolean {
    const { entities } = this.world.catalogue;
    const entity = entities.get(kind);
    const field = entity?.fields.get(path);
    if (field?.basis !== 'consent') return true;
    const register = [...entities.values()].find(one => one.consent);
    const whose = entity?.person ? row : this.#raw.step(kind, row, entity?.childOf?.field ?? '');
    if (!register?.consent || !whose) return false;
    const { purpose, until, withdrawn } = register.consent;
    return this.rows(register.id).some(
      ({ organisationId, personId, values }) =>
        organisationId === row.organisationId &&
        personId === whose.personId &&
        values.get(purpose) === field.purpose &&
        (values.get(withdrawn) ?? null) === null &&
        String(values.get(until) ?? '9999') >= this.#actor.today,
    );
  }

  /** Was there a consent for some field of the card, and is there none now? */
  consentEnded(kind: string, row: Row): boolean {
    const { entities } = this.world.catalogue;
    const entity = entities.get(kind);
    const register = [...entities.values()].find(one => one.consent);
    const whose = entity?.person ? row : this.#raw.step(kind, row, entity?.childOf?.field ?? '');
    if (!register?.consent || !whose) return false;
    const given = this.rows(register.id)
      .filter(one => one.organisationId === row.organisationId && one.personId === whose.personId)
      .map(one => one.values.get(register.consent?.purpose ?? ''));
    return [...(entity?.fields.values() ?? [])].some(
      field => given.includes(field.purpose ?? '') && !this.agreed(kind, row, field.path),
    );
  }

  /** A part of a card that is held by consent as a whole is not there without one. */
  #isThere(kind: string, row: Row): boolean {
    const entity = this.world.catalogue.entities.get(kind);
    const paths = [...(entity?.fields.keys() ?? [])].filter(path => path !== entity?.childOf?.field);
    if (!entity?.childOf || paths.some(path => entity.fields.get(path)?.basis !== 'consent')) return true;
    return paths.every(path => this.agreed(kind, row, path));
  }

  #opens(kind: string, grant: TestGrant, path: string): boolean {
    if (this.world.catalogue.entities.get(kind)?.childOf?.field === path) return true;
    const { organisations, customFields } = this.world;
    const custom = opensCustom(organisations, customFields, this.#actor, grant, path, 'read');
    if (custom !== undefined) return custom;
    if (grant.fields === '*') return true;
    return [...grant.fields.read, ...grant.fields.write].some(
      name =>
        name === path || path.startsWith(`${name}.`) || (path === 'person' && name.startsWith('person.')),
    );
  }

  /** May the role read the field in any row at all? Else it is as good as unknown. */
  #readable(kind: string, path: string): boolean {
    return kind === 'organisation' || this.tuples(kind).some(grant => this.#opens(kind, grant, path));
  }

  override known(kind: string, path: string): boolean {
    const entity = this.world.catalogue.entities.get(kind);
    if (!entity) return false;
    if (path === 'id') return true;
    if (path === 'organisation') return entity.relations.has('organisation');
    if (entity.fields.has(path)) return this.#readable(kind, path);
    if (path === 'person') return entity.person !== undefined && this.#readable(kind, path);
    const [first = ''] = path.split('.');
    const relation = entity.relations.get(first);
    if (relation?.kind !== 'one') return false;
    if (entity.fields.has(relation.via) && !this.#readable(kind, relation.via)) return false;
    return (
      this.related.may(relation.entity) && this.related.known(relation.entity, path.slice(first.length + 1))
    );
  }

  override knownMany(kind: string, name: string): boolean {
    const relation = this.world.catalogue.entities.get(kind)?.relations.get(name);
    if (relation?.kind !== 'many' || !this.related.may(relation.entity)) return false;
    if (relation.join !== 'person') return this.related.#readable(relation.entity, relation.via);
    return this.#readable(kind, 'person') && this.related.#readable(relation.entity, 'person');
  }

  override value(kind: string, row: Row, path: string): Value {
    const entity = this.world.catalogue.entities.get(kind);
    if (path === 'id' || path === 'organisation') return super.value(kind, row, path);
    if (entity?.fields.has(path) || path === 'person')
      return this.mayRead(kind, row, path) ? super.value(kind, row, path) : null;
    const [first = ''] = path.split('.');
    const target = this.step(kind, row, first);
    const to = entity?.relations.get(first)?.entity ?? '';
    return target ? this.related.value(to, target, path.slice(first.length + 1)) : null;
  }

  override step(kind: string, row: Row, name: string): Row | undefined {
    const target = super.step(kind, row, name);
    const to = this.world.catalogue.entities.get(kind)?.relations.get(name)?.entity ?? '';
    return target && this.related.sees(to, target) ? target : undefined;
  }

  override many(kind: string, row: Row, name: string): Row[] {
    const relation = this.world.catalogue.entities.get(kind)?.relations.get(name);
    if (relation?.kind !== 'many') return [];
    const personal = relation.join === 'person';
    const own = personal ? this.value(kind, row, 'person') : row.id;
    if (own === null) return [];
    return this.rows(relation.entity).filter(
      one =>
        (row.organisationId === null || one.organisationId === row.organisationId) &&
        this.related.sees(relation.entity, one) &&
        this.related.value(relation.entity, one, personal ? 'person' : relation.via) === own,
    );
  }

  entity(kind: string) {
    return this.world.catalogue.entities.get(kind);
  }

  rows(kind: string): Row[] {
    return [...(this.world.rows.get(kind)?.values() ?? [])];
  }

  seen(kind: string): Row[] {
    return this.rows(kind).filter(row => this.sees(kind, row));
  }

  /** What people read in place of the value, as far as the actor may read it. */
  caption(kind: string, row: Row, path: string): string | null {
    const entity = this.world.catalogue.entities.get(kind);
    const [first = ''] = path.split('.');
    const field = entity?.fields.get(path);
    if (path === 'person') return this.#name(kind, row);
    if (field?.kind === 'ref') {
      const target = this.step(kind, row, path);
      return target ? this.related.label(field.ref ?? '', target) || null : null;
    }
    if (field) return captionOf(this.world, field, this.value(kind, row, path));
    const target = this.step(kind, row, first);
    const to = entity?.relations.get(first)?.entity ?? '';
    if (!target) return null;
    return path === first
      ? this.related.label(to, target) || null
      : this.related.caption(to, target, path.slice(first.length + 1));
  }

  #name(kind: string, row: Row): string | null {
    const parts = ['lastName', 'firstName', 'middleName'].flatMap(name => {
      const value = this.value(kind, row, `person.${name}`);
      return value === null ? [] : [String(value)];
    });
    return parts.join(' ') || null;
  }

  label(kind: string, row: Row): string {
    const template = this.world.catalogue.entities.get(kind)?.label ?? '';
    return template.replace(/\{(.+?)\}/g, (_, path: string) => this.caption(kind, row, path) ?? '').trim();
  }
}

export function captionOf(world: World, field: Field, value: Value): string | null {
  if (value === null) return null;
  const code = (one: unknown) =>
    world.catalogue.dictionaries.get(field.dictionary ?? '')?.items.find(item => item.code === one)?.ru ??
    String(one);
  if (Array.isArray(value)) return value.map(one => (field.dictionary ? code(one) : String(one))).join(', ');
  if (field.dictionary) return code(value);
  if (field.kind === 'date') return String(value).split('-').reverse().join('.');
  if (field.kind === 'boolean') return value ? 'да' : 'нет';
  if (field.kind === 'decimal') return String(value).replace('.', ',');
  return String(value);
}
