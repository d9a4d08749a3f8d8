/**
 * Shapes of every installed kind of card, made from its schema: as answered, as an item of a list, as sent to
 * create, as sent to change. Which fields a reader meets depends on rights, so answers require none of them.
 */
import type { Catalogue, Entity, JsonSchema } from '../../catalogue/types.ts';
import { captions } from '../../forms/captions.ts';
import { ref } from './note.ts';
import { day, instant, list, map, shape, text, uuid, whole } from './shapes.ts';

/** Names of the shapes of one kind of card. */
export const cardShapes = (id: string) => ({
  card: id,
  cardItem: `${id}.item`,
  cardList: `${id}.list`,
  cardNew: `${id}.new`,
  cardPatch: `${id}.patch`,
});

/** Longer lists of codes are given by `GET /api/dictionaries/{id}` alone. */
const MAX_CODES = 100;
/** What of a value's schema other programs understand. */
const KEPT = [
  ...['type', 'enum', 'const', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems', 'default'],
];

type Purpose = 'answer' | 'create' | 'patch';

export function shapesOfCards(catalogue: Catalogue): Record<string, JsonSchema> {
  return Object.assign({}, ...[...catalogue.entities.values()].map(entity => shapesOf(catalogue, entity)));
}

function shapesOf(catalogue: Catalogue, entity: Entity): Record<string, JsonSchema> {
  const names = cardShapes(entity.id);
  const maker = new CardShapes(catalogue, entity);
  const shapes: Record<string, JsonSchema> = {
    [names.card]: maker.answer(),
    [names.cardItem]: maker.item(),
    [names.cardList]: shape({ items: list(ref(names.cardItem)) }, { next: text, count: whole }),
  };
  if (entity.builtin) return shapes;
  return { ...shapes, [names.cardNew]: maker.create(), [names.cardPatch]: maker.patch() };
}

/** Fields added by the levels, which differ from organisation to organisation. */
const CUSTOM: JsonSchema = { type: 'object', description: 'Custom fields by id.' };

class CardShapes {
  readonly #catalogue: Catalogue;
  readonly #entity: Entity;
  readonly #caption: (key: string, otherwise: string) => string;

  constructor(catalogue: Catalogue, entity: Entity) {
    this.#catalogue = catalogue;
    this.#entity = entity;
    this.#caption = captions(catalogue, entity.plugin, 'en');
  }

  answer(): JsonSchema {
    return this.#described(
      shape(
        { id: text, version: text, allowed: ref('Allowed'), labels: map(text) },
        {
          ...this.#fields('answer'),
          ...this.#many(relation => list(ref(relation))),
          related: shape(
            {},
            this.#related(relation => ref(relation)),
          ),
          absent: list(text),
          blocked: map(text),
          ext: CUSTOM,
          completeness: ref('Completeness'),
        },
      ),
    );
  }

  /** Only the fields that were asked for; those of other cards stand under `related`. */
  item(): JsonSchema {
    const related = this.#related(relation => ref(cardShapes(relation).cardItem));
    const fields = { ...this.#fields('answer'), related: shape({}, related) };
    // An item reached by a relation has neither caption nor labels of its own.
    const moments = this.#entity.builtin ? {} : { createdAt: instant, updatedAt: instant };
    return this.#described(
      shape({}, { ...moments, ...fields, ext: CUSTOM, id: text, label: text, labels: map(text) }),
    );
  }

  create(): JsonSchema {
    const { required } = this.#entity.schema as { required?: string[] };
    const needed = (required ?? []).filter(name => !this.#entity.fields.get(name)?.computed);
    return this.#described({ ...this.#sent('create'), ...(needed.length > 0 ? { required: needed } : {}) });
  }

  /** A merge patch: null clears. */
  patch(): JsonSchema {
    return this.#described(this.#sent('patch'));
  }

  #sent(purpose: 'create' | 'patch'): JsonSchema {
    const many = this.#many(relation => list({ type: 'object', description: `A card: ${relation}.` }));
    const absent = list(text);
    return shape({}, { ...this.#fields(purpose), ext: CUSTOM, ...many, absent });
  }

  #described(schema: JsonSchema): JsonSchema {
    const { id, title, description } = this.#entity;
    return { title: this.#caption(`entity.${id}`, title), description, ...schema };
  }

  #fields(purpose: Purpose): Record<string, JsonSchema> {
    return this.#properties(this.#entity.schema, '', purpose);
  }

  #properties(schema: JsonSchema, prefix: string, purpose: Purpose): Record<string, JsonSchema> {
    const found: Record<string, JsonSchema> = {};
    for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
      const path = `${prefix}${name}`;
      if (purpose !== 'answer' && this.#entity.fields.get(path)?.computed) continue;
      const made = this.#property(property, path, purpose);
      found[name] = purpose === 'patch' ? { anyOf: [made, { type: 'null' }] } : made;
    }
    return found;
  }

  #property(property: JsonSchema, path: string, purpose: Purpose): JsonSchema {
    const title = this.#titleOf(property, path);
    if (property.type === 'object') return { ...title, ...this.#group(property, path, purpose) };
    if (property['x-rows']) return { ...title, ...this.#rows(property, path, purpose) };
    if (property['x-ref']) return { ...title, ...this.#reference(property, purpose) };
    return { ...title, ...this.#value(property) };
  }

  #titleOf(property: JsonSchema, path: string): JsonSchema {
    if (typeof property.title !== 'string') return {};
    return { title: this.#caption(`field.${this.#entity.id}.${path}`, property.title) };
  }

  #group(group: JsonSchema, path: string, purpose: Purpose): JsonSchema {
    const properties = this.#properties(group, `${path}.`, purpose);
    const person = group['x-from'] === 'person';
    if (person) properties.id = uuid;
    if (person && purpose === 'create') properties.isNew = { type: 'boolean' };
    if (person && purpose === 'patch')
      Object.assign(properties, { changedOn: day, changeDocument: text, correction: { type: 'boolean' } });
    return shape({}, properties);
  }

  #rows(rows: JsonSchema, path: string, purpose: Purpose): JsonSchema {
    const items = rows.items as JsonSchema;
    const properties = this.#properties(items, `${path}.`, purpose === 'patch' ? 'create' : purpose);
    return { type: 'array', maxItems: rows.maxItems, items: shape({}, { ...properties, id: uuid }) };
  }

  /** An id; what is sent may hold a new card in its place. */
  #reference(property: JsonSchema, purpose: Purpose): JsonSchema {
    const target = String(property['x-ref']);
    const builtin = this.#catalogue.entities.get(target)?.builtin === true;
    const id = { ...(builtin ? whole : uuid), description: `Id of a card: ${target}.` };
    return purpose === 'answer' || builtin ? id : { anyOf: [id, { type: 'object' }] };
  }

  #value(property: JsonSchema): JsonSchema {
    const { items } = property as { items?: JsonSchema };
    const dictionary = property['x-dictionary'] ?? items?.['x-dictionary'];
    const made: JsonSchema = Object.fromEntries(
      KEPT.filter(key => property[key] !== undefined).map(key => [key, property[key]]),
    );
    if (items) made.items = this.#value(items);
    if (Array.isArray(made.enum) && made.enum.length > MAX_CODES) delete made.enum;
    if (dictionary !== undefined) made.description = `Codes of the dictionary ${String(dictionary)}.`;
    return made;
  }

  #many(shapeOf: (entity: string) => JsonSchema): Record<string, JsonSchema> {
    return this.#relations('many', shapeOf);
  }

  #related(shapeOf: (entity: string) => JsonSchema): Record<string, JsonSchema> {
    return this.#relations('one', shapeOf);
  }

  #relations(kind: 'one' | 'many', shapeOf: (entity: string) => JsonSchema): Record<string, JsonSchema> {
    return Object.fromEntries(
      [...this.#entity.relations.values()]
        .filter(relation => relation.kind === kind)
        .map(relation => [relation.name, shapeOf(relation.entity)]),
    );
  }
}
