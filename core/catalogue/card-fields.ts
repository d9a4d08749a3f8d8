import { maskOf } from '../formats/formats.ts';
import { linearPattern } from './ajv.ts';
import {
  conditions,
  counts,
  INT_MAX,
  type LeafValue,
  LIST_LENGTH,
  leafSchema,
  numberValue,
  pick,
  TEXT_LENGTH,
  text,
  textValue,
} from './card-values.ts';
import type { Definitions } from './definitions.ts';
import { type Refuse, step } from './fault.ts';
import { CONSENT_PURPOSES, isPrototypeWord, joinTitles, RESERVED_MEMBERS, snake } from './naming.ts';
import type { Basis, Dictionary, Field, FieldClass, FieldKind, JsonSchema } from './types.ts';

/** What the properties of a card compile to. */
export interface CompiledProperties {
  /** JSON Schema of the properties: definitions inlined, dictionaries as `enum`, references as ids. */
  schema: Record<string, JsonSchema>;
  fields: Field[];
  /** `x-ref` fields by path, with what they say of the way back. */
  refs: {
    path: string;
    pointer: string;
    target: string;
    title: string;
    inverse?: string;
    inverseTitle?: string;
  }[];
  groups: Map<string, string>;
  person?: string[];
}

/** Where the walk through the properties stands. */
interface Place {
  pointer: string;
  /** Path before the name: empty, or `residence.` */
  prefix: string;
  titles: string[];
  class: FieldClass;
  basis: Basis;
  purpose?: string;
  source: string[];
  owner: Field['owner'];
  /** All groups above are required. */
  required: boolean;
  inRows: boolean;
}

const MAX_FIELDS = 500;

/** Compiles the properties of one card to fields and schema. One instance per card. */
export class PropertyCompiler {
  readonly #table: string;
  readonly #definitions: Definitions;
  readonly #dictionaries: ReadonlyMap<string, Dictionary>;
  readonly #refuse: Refuse;
  readonly #out: CompiledProperties = { schema: {}, fields: [], refs: [], groups: new Map() };

  constructor(
    table: string,
    definitions: Definitions,
    dictionaries: ReadonlyMap<string, Dictionary>,
    refuse: Refuse,
  ) {
    this.#table = table;
    this.#definitions = definitions;
    this.#dictionaries = dictionaries;
    this.#refuse = refuse;
  }

  compile(
    card: JsonSchema,
    defaults: { class: FieldClass; basis: Basis; purpose?: string; source: string[] },
  ): CompiledProperties {
    const place: Place = {
      pointer: '',
      prefix: '',
      titles: [],
      owner: 'record',
      required: true,
      inRows: false,
      ...defaults,
    };
    const { properties, fields } = this.#object(card, place);
    if (fields.length > MAX_FIELDS) this.#refuse('/properties', `Полей больше ${MAX_FIELDS}`);
    this.#out.schema = properties;
    this.#out.fields = fields;
    return this.#out;
  }

  #object(schema: JsonSchema, place: Place): { properties: Record<string, JsonSchema>; fields: Field[] } {
    const required = new Set((schema.required as string[] | undefined) ?? []);
    const given = schema.properties as Record<string, JsonSchema>;
    const properties: Record<string, JsonSchema> = {};
    const fields: Field[] = [];
    const folded = new Set<string>();
    for (const [name, property] of Object.entries(given)) {
      const pointer = `${place.pointer}/properties${step(name)}`;
      this.#checkName(name, folded, pointer, place);
      const inner = { ...place, pointer, required: place.required && required.has(name) };
      properties[name] = this.#property(name, property, inner, fields);
    }
    for (const name of required)
      if (!Object.hasOwn(given, name))
        this.#refuse(`${place.pointer}/required`, `Обязательного поля «${name}» нет среди properties`);
    this.#checkOrder(given, place);
    return { properties, fields };
  }

  #checkOrder(given: Record<string, JsonSchema>, place: Place): void {
    for (const [name, { 'x-not-before': earlier }] of Object.entries(given))
      if (typeof earlier === 'string' && !isDay(given[earlier]))
        this.#refuse(
          `${place.pointer}/properties${step(name)}/x-not-before`,
          `Рядом нет поля с днём «${earlier}»`,
        );
  }

  #checkName(name: string, folded: Set<string>, pointer: string, place: Place): void {
    if (isPrototypeWord(name)) this.#refuse(pointer, `Имя «${name}» запрещено`);
    if (place.prefix === '' && RESERVED_MEMBERS.has(name))
      this.#refuse(pointer, `Имя «${name}» занято системой`);
    if (folded.has(name.toLowerCase()))
      this.#refuse(pointer, `Имя «${name}» отличается от другого только регистром`);
    folded.add(name.toLowerCase());
  }

  #property(name: string, given: JsonSchema, place: Place, fields: Field[]): JsonSchema {
    if (given['x-from']) return this.#person(name, given, place, fields);
    if (given.$ref) {
      const base = this.#definitions.inline(String(given.$ref), `${place.pointer}/$ref`, this.#refuse);
      const { $ref: _, ...own } = given;
      return this.#group(name, { ...base, ...own, 'x-definition': given.$ref }, place, fields);
    }
    if (given.type === 'object') return this.#group(name, given, place, fields);
    if (given['x-rows']) return this.#rows(name, given, place, fields);
    return this.#leaf(name, given, place, fields);
  }

  #person(name: string, given: JsonSchema, place: Place, fields: Field[]): JsonSchema {
    if (name !== 'person' || place.prefix !== '')
      this.#refuse(place.pointer, 'Данные человека стоят только в поле person самой карточки');
    const names = given['x-fields'] as string[] | undefined;
    const base = this.#definitions.inline('kartoteka/person', place.pointer, this.#refuse);
    const all = base.properties as Record<string, JsonSchema>;
    const shown = names ?? Object.keys(all);
    const required = (given['x-required'] as string[] | undefined) ?? (base.required as string[]);
    const missing = ['lastName', 'firstName', ...required].find(field => !shown.includes(field));
    if (missing)
      this.#refuse(`${place.pointer}/x-fields`, `Поле человека «${missing}» обязательно, но не показано`);
    this.#out.person = shown;
    this.#out.groups.set('person', text(given.title) ?? 'Человек');
    const schema = {
      ...base,
      title: text(given.title) ?? 'Человек',
      properties: Object.fromEntries(shown.map(field => [field, all[field]!])),
      required,
    };
    const inner: Place = {
      ...place,
      ...this.#ground(given, place),
      prefix: 'person.',
      owner: 'person',
      required: true,
    };
    const compiled = this.#object(schema, inner);
    if (given['x-counts'] === false) for (const field of compiled.fields) field.counts = false;
    fields.push(...compiled.fields);
    return {
      type: 'object',
      title: schema.title,
      'x-from': 'person',
      'x-layout': base['x-layout'],
      required,
      properties: compiled.properties,
      additionalProperties: false,
    };
  }

  #group(name: string, given: JsonSchema, place: Place, fields: Field[]): JsonSchema {
    if (place.inRows)
      this.#refuse(place.pointer, 'В строке повторяющейся группы вложенные группы не хранятся');
    if (place.prefix.split('.').length > 2)
      this.#refuse(place.pointer, 'Групп в группах не больше двух уровней');
    const title = text(given.title) ?? name;
    this.#out.groups.set(`${place.prefix}${name}`, title);
    const inner: Place = {
      ...this.#inherit(given, place),
      prefix: `${place.prefix}${name}.`,
      titles: [...place.titles, title],
    };
    const compiled = this.#object(given, inner);
    for (const field of compiled.fields) {
      if (given['x-counts'] === false) field.counts = false;
      if (given['x-absent'] === true) field.absentable = true;
    }
    fields.push(...compiled.fields);
    return {
      type: 'object',
      title,
      ...pick(given, ['description', 'x-help', 'x-definition', 'x-layout', 'required']),
      properties: compiled.properties,
      additionalProperties: false,
      ...conditions(given),
    };
  }

  #inherit(given: JsonSchema, place: Place): Place {
    return {
      ...place,
      class: (given['x-class'] as FieldClass) ?? place.class,
      ...this.#ground(given, place),
      source: (given['x-source'] as string[]) ?? place.source,
    };
  }

  #ground(given: JsonSchema, place: Place): Pick<Place, 'basis' | 'purpose'> {
    const basis = (given['x-basis'] as Basis) ?? place.basis;
    const purpose = text(given['x-purpose']) ?? place.purpose;
    return { basis, ...(purpose === undefined ? {} : { purpose }) };
  }

  #rows(name: string, given: JsonSchema, place: Place, fields: Field[]): JsonSchema {
    if (place.inRows || place.prefix !== '')
      this.#refuse(place.pointer, 'Повторяющаяся группа стоит только в самой карточке');
    const items = given.items as JsonSchema;
    const field = this.#field(name, given, place, { kind: 'rows', sqlType: `${this.#table}_${snake(name)}` });
    const inner: Place = {
      ...this.#inherit(given, place),
      pointer: `${place.pointer}/items`,
      titles: [...place.titles, field.title],
      required: true,
      inRows: true,
    };
    const compiled = this.#object(items, inner);
    field.rows = compiled.fields;
    fields.push(field);
    return {
      type: 'array',
      title: field.title,
      'x-rows': true,
      'x-class': field.class,
      'x-counts': field.counts,
      ...pick(given, ['description', 'x-help', 'x-absent', 'minItems']),
      maxItems: given.maxItems ?? LIST_LENGTH,
      items: {
        type: 'object',
        ...pick(items, ['required']),
        properties: { id: { type: 'string', format: 'uuid', 'x-hidden': true }, ...compiled.properties },
        additionalProperties: false,
        ...conditions(items),
      },
    };
  }

  #leaf(name: string, given: JsonSchema, place: Place, fields: Field[]): JsonSchema {
    const path = `${place.prefix}${name}`;
    const target = text(given['x-ref']);
    const value = target ? this.#reference(given, target) : this.#value(given, place.pointer);
    // Columns of the shared table `person` have no prefix.
    const column = place.owner === 'person' ? snake(name) : target ? `${snake(path)}_id` : snake(path);
    const field = this.#field(name, given, place, { ...value, column });
    fields.push(field);
    if (target && !place.inRows) {
      const [inverse, inverseTitle] = [text(given['x-inverse']), text(given['x-inverse-title'])];
      this.#out.refs.push({
        path,
        pointer: place.pointer,
        target,
        title: field.title,
        ...(inverse ? { inverse } : {}),
        ...(inverseTitle ? { inverseTitle } : {}),
      });
    } else if (target && given['x-inverse'])
      this.#refuse(`${place.pointer}/x-inverse`, 'Обратная связь из строки повторяющейся группы не строится');
    return leafSchema(given, value, field);
  }

  #reference(given: JsonSchema, target: string): LeafValue {
    const organisation = target === 'organisation';
    return {
      kind: 'ref',
      sqlType: organisation ? 'int' : 'uuid',
      schema: organisation
        ? { type: 'integer', minimum: 1, maximum: INT_MAX }
        : { type: 'string', format: 'uuid' },
      extra: { ref: target, index: true, ...(given['x-unique'] ? { unique: true } : {}) },
    };
  }

  #value(given: JsonSchema, pointer: string): LeafValue {
    const dictionary = text(given['x-dictionary']);
    if (dictionary) return this.#dictionary(dictionary, `${pointer}/x-dictionary`, given.const);
    if (given.type === 'array') return this.#list(given, pointer);
    this.#checkPattern(given, pointer);
    if (given.type === 'string') return textValue(given);
    if (given.type === 'boolean')
      return { kind: 'boolean', sqlType: 'boolean', schema: { type: 'boolean' }, extra: {} };
    return numberValue(given);
  }

  #dictionary(id: string, pointer: string, only?: unknown): LeafValue {
    const known = this.#dictionaries.get(id);
    if (!known) return this.#refuse(pointer, `Справочника «${id}» нет`);
    const codes = known.items.map(item => item.code);
    if (only !== undefined && !codes.includes(String(only)))
      this.#refuse(pointer, `В справочнике «${id}» нет значения «${only}»`);
    return {
      kind: 'dictionary',
      sqlType: 'text',
      schema: { type: 'string', enum: codes, 'x-dictionary': id },
      extra: { dictionary: id },
    };
  }

  #list(given: JsonSchema, pointer: string): LeafValue {
    const items = given.items as JsonSchema;
    const maxItems = given.maxItems ?? LIST_LENGTH;
    const dictionary = text(items['x-dictionary']);
    if (dictionary) {
      const value = this.#dictionary(dictionary, `${pointer}/items/x-dictionary`);
      const schema = { type: 'array', items: value.schema, uniqueItems: true, maxItems };
      return { kind: 'dictionaries', sqlType: 'text[]', schema, extra: { dictionary } };
    }
    this.#checkPattern(items, `${pointer}/items`);
    const item = { ...items, maxLength: items.maxLength ?? TEXT_LENGTH };
    const format = text(items.format);
    return {
      kind: 'texts',
      sqlType: 'text[]',
      schema: { type: 'array', items: item, maxItems, ...pick(given, ['minItems', 'uniqueItems']) },
      extra: format ? { format } : {},
    };
  }

  #checkPattern(given: JsonSchema, pointer: string): void {
    if (typeof given.pattern !== 'string') return;
    try {
      linearPattern(given.pattern);
    } catch {
      this.#refuse(
        `${pointer}/pattern`,
        'Образец не разбирается; просмотр вперёд и обратные ссылки запрещены',
      );
    }
  }

  /** A ground is said once for a person's card and once for a group of rows, whose rows are shown or hidden together. */
  #checkGround(given: JsonSchema, place: Place, own: Place): void {
    const purposes = this.#dictionaries.get(CONSENT_PURPOSES)?.items ?? [];
    const at = given['x-purpose'] ? `${place.pointer}/x-purpose` : place.pointer;
    if (own.purpose !== undefined && !purposes.some(item => item.code === own.purpose))
      this.#refuse(at, `В справочнике «${CONSENT_PURPOSES}» нет цели «${own.purpose}»`);
    if (own.basis !== 'consent') return;
    if (own.purpose === undefined)
      this.#refuse(
        given['x-basis'] ? `${place.pointer}/x-basis` : place.pointer,
        'Основание «согласие» названо без цели: нужен x-purpose у поля, группы или карточки',
      );
    if (place.owner === 'person')
      this.#refuse(
        '/properties/person',
        'Кто этот человек, известно и без согласия: основание person — law или contract',
      );
    if (place.inRows && (place.basis !== 'consent' || place.purpose !== own.purpose))
      this.#refuse(place.pointer, 'Основание и цель называются у повторяющейся группы целиком');
  }

  #field(
    name: string,
    given: JsonSchema,
    place: Place,
    value: { kind: FieldKind; sqlType: string; column?: string; extra?: Partial<Field> },
  ): Field {
    const own = this.#inherit(given, place);
    this.#checkGround(given, place, own);
    const title = text(given.title) ?? name;
    const computed = given['x-computed'] === true;
    if (computed && place.required && !place.inRows)
      this.#refuse(place.pointer, 'Поле, которое ведёт система, не может быть обязательным');
    const format = text(given.format);
    const mask = text(given['x-mask']) ?? (format ? maskOf(format) : undefined);
    const help = text(given['x-help']);
    return {
      path: place.inRows ? name : `${place.prefix}${name}`,
      owner: place.owner,
      column: value.column ?? snake(`${place.inRows ? '' : place.prefix}${name}`),
      kind: value.kind,
      sqlType: value.sqlType,
      title,
      fullTitle: joinTitles([...place.titles, title]),
      class: own.class,
      basis: own.basis,
      ...(own.purpose === undefined ? {} : { purpose: own.purpose }),
      source: own.source,
      required: place.required,
      computed,
      absentable: given['x-absent'] === true,
      counts: counts(given, value.kind, computed),
      index: given['x-index'] === true,
      unique: given['x-unique'] === true,
      ...(format ? { format } : {}),
      ...(mask ? { mask } : {}),
      ...(help ? { help } : {}),
      ...(given.default === undefined ? {} : { default: given.default }),
      ...value.extra,
    };
  }
}

const isDay = (schema: JsonSchema | undefined): boolean =>
  schema?.format === 'date' || schema?.format === 'past-date';
