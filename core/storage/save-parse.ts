/**
 * A sent card taken apart: own fields by path, the person, cards to be created with it, and every name checked
 * against the actor's rights. Nothing here reads the database. An unknown name and one the actor may not see
 * give the same answer (AZ4).
 */
import { randomUUIDv7 } from 'node:crypto';
import type { Actor } from '../access/actor.ts';
import { findRights, type Rights } from '../access/rights.ts';
import type { Catalogue, Entity, Field, Relation } from '../catalogue/types.ts';
import { isAbsentable } from '../expressions/parts.ts';
import type { FieldProblem } from '../problems.ts';

export type Body = Record<string, unknown>;

/** How a name changes: by a paper of a day, or only because it was written wrongly. */
export interface Rename {
  /** ISO day until which the former name was borne; absent: today. */
  changedOn?: string;
  document?: string;
  /** The former writing was no name. */
  correction: boolean;
}

export interface ParsedCard {
  entity: Entity;
  /** JSON pointer of the card within what was sent. */
  at: string;
  /** Own fields and `person.*` by path, as sent; null clears. Only names the actor may see. */
  values: Map<string, unknown>;
  person: { id?: string; isNew: boolean; rename?: Rename } | undefined;
  absent: string[] | undefined;
  /** References sent as a card instead of an id. */
  nested: { field: Field; body: Body; at: string }[];
  /** To-many relations, given whole. */
  children: { relation: Relation; items: { body: Body; at: string }[] }[];
  problems: FieldProblem[];
}

/** Members of answers that a client may send back inside a relation that is given whole. */
const ECHOES = new Set(['id', 'version', 'allowed', 'labels', 'related', 'completeness', 'blocked']);

export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const pointerOf = (at: string, path: string): string => `${at}/${path.replaceAll('.', '/')}`;

export class CardParser {
  readonly #catalogue: Catalogue;
  readonly #actor: Actor;

  constructor(catalogue: Catalogue, actor: Actor) {
    this.#catalogue = catalogue;
    this.#actor = actor;
  }

  /** @param echoes members of an answer are let pass: the card is one of a relation given whole */
  parse(rights: Rights, body: Body, at: string, echoes: boolean): ParsedCard {
    const card: ParsedCard = {
      entity: rights.entity,
      at,
      values: new Map(),
      person: undefined,
      absent: undefined,
      nested: [],
      children: [],
      problems: [],
    };
    for (const [name, value] of Object.entries(body)) {
      if (echoes && ECHOES.has(name)) continue;
      const relation = rights.entity.relations.get(name);
      if (name === 'absent' && !rights.entity.builtin) this.#absent(card, rights, value);
      else if (name === 'person' && rights.entity.person) this.#person(card, rights, value);
      else if (relation?.kind === 'many') this.#children(card, relation, value);
      else this.#member(card, rights, name, value);
    }
    return card;
  }

  #member(card: ParsedCard, rights: Rights, path: string, value: unknown) {
    const field = card.entity.fields.get(path);
    if (field) {
      if (!rights.readable(path) && !rights.writable(path)) return unknownField(card, path);
      return this.#field(card, field, value);
    }
    const inner = [...card.entity.fields.keys()].filter(
      known => known.startsWith(`${path}.`) && (rights.readable(known) || rights.writable(known)),
    );
    if (inner.length === 0) return unknownField(card, path);
    if (value === null) for (const known of inner) card.values.set(known, null);
    else if (isBody(value))
      for (const [name, one] of Object.entries(value)) this.#member(card, rights, `${path}.${name}`, one);
    else problem(card, path, 'TYPE', `«${card.entity.groups.get(path) ?? path}»: ожидалась группа полей`);
  }

  #field(card: ParsedCard, field: Field, value: unknown) {
    if (field.kind === 'ref' && isBody(value)) {
      card.nested.push({ field, body: value, at: pointerOf(card.at, field.path) });
      return;
    }
    card.values.set(field.path, value);
    if (field.kind === 'rows') this.#rows(card, field, value);
  }

  #rows(card: ParsedCard, field: Field, value: unknown) {
    if (!Array.isArray(value)) return;
    const known = new Set(['id', ...(field.rows ?? []).map(part => part.path)]);
    for (const [index, row] of value.entries())
      for (const name of isBody(row) ? Object.keys(row) : [])
        if (!known.has(name)) unknownField(card, `${field.path}.${index}.${name}`);
  }

  #person(card: ParsedCard, rights: Rights, value: unknown) {
    if (!isBody(value)) {
      problem(card, 'person', 'TYPE', 'Ожидались данные человека');
      return;
    }
    const { id, isNew, changedOn, changeDocument, correction, ...fields } = value;
    card.person = { isNew: isNew === true };
    if (changedOn !== undefined || changeDocument !== undefined || correction !== undefined)
      card.person.rename = this.#rename(card, { changedOn, changeDocument, correction });
    if (id !== undefined)
      if (typeof id === 'string' && UUID.test(id)) card.person.id = id;
      else problem(card, 'person.id', 'FORMAT', 'Ожидался номер человека');
    for (const [name, one] of Object.entries(fields)) this.#member(card, rights, `person.${name}`, one);
  }

  #rename(card: ParsedCard, sent: Record<string, unknown>): Rename {
    const { changedOn, changeDocument, correction } = sent;
    const rename: Rename = { correction: correction === true };
    if (typeof changedOn === 'string' && isPastDay(changedOn, this.#actor.today))
      rename.changedOn = changedOn;
    else if (changedOn !== undefined)
      problem(card, 'person.changedOn', 'FORMAT', 'Дата смены имени: день не позже сегодняшнего');
    if (typeof changeDocument === 'string' && changeDocument.trim().length <= 300)
      rename.document = changeDocument.trim();
    else if (changeDocument !== undefined)
      problem(card, 'person.changeDocument', 'LENGTH', 'Документ о смене имени: не длиннее 300 знаков');
    if (correction !== undefined && typeof correction !== 'boolean')
      problem(card, 'person.correction', 'TYPE', 'Ожидалось да или нет');
    return rename;
  }

  #absent(card: ParsedCard, rights: Rights, value: unknown) {
    if (!Array.isArray(value) || value.length > 500)
      return problem(card, 'absent', 'TYPE', 'Ожидался перечень полей');
    for (const path of value)
      if (typeof path !== 'string' || !rights.readable(path)) return unknownField(card, 'absent');
      else if (!isAbsentable(card.entity, path))
        problem(
          card,
          'absent',
          'NOT_ABSENTABLE',
          `«${card.entity.fields.get(path)?.title ?? path}» нельзя отметить «нет»`,
        );
    card.absent = [...new Set(value as string[])].sort();
  }

  #children(card: ParsedCard, relation: Relation, value: unknown) {
    const target = findRights(this.#catalogue, this.#actor, relation.entity);
    if (!target?.can('read') && !target?.can('create')) return unknownField(card, relation.name);
    if (!Array.isArray(value) || value.length > 500)
      return problem(
        card,
        relation.name,
        'TYPE',
        `«${relation.title}»: ожидался перечень не больше чем из 500 записей`,
      );
    const items = value.flatMap((body, index) => {
      const at = pointerOf(card.at, `${relation.name}.${index}`);
      if (isBody(body)) return [{ body, at }];
      card.problems.push({ path: at, code: 'TYPE', message: 'Ожидалась запись' });
      return [];
    });
    card.children.push({ relation, items });
  }
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Ids are made here: in order of time, so that new rows stand together. */
export const newId = (): string => randomUUIDv7();

function problem(card: ParsedCard, path: string, code: string, message: string): void {
  card.problems.push({ path: pointerOf(card.at, path), code, message });
}

export function unknownField(card: ParsedCard, path: string): void {
  problem(card, path, 'FIELD_UNKNOWN', `Поля «${path.slice(0, 100)}» нет`);
}

const isPastDay = (day: string, today: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(day) &&
  day >= '1900-01-01' &&
  day <= today &&
  !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) &&
  new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
