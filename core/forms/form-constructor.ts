/**
 * The form constructor: what one level of management adds to a kind of card, as a draft and as published versions.
 *
 * Order of a publication: the draft is locked -> checked against what stands above it today -> the version is written,
 * and with it the number by which every server learns of it -> audit with what was and what is (УКФ), in one
 * transaction. Nothing here touches a card: values stay where they are.
 */
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { type FieldProblem, forbidden, invalid, notFound, Problem } from '../problems.ts';
import type { Database, Tx } from '../storage/database.ts';
import { sameJson } from '../storage/merge.ts';
import {
  completeField,
  type FieldSetting,
  fieldProblems,
  MAX_FIELDS,
  MAX_LIVE,
  shapeProblems,
} from './check-field.ts';
import { overlayProblems, overlayShapeProblems } from './check-overlay.ts';
import { customPath } from './custom-fields.ts';
import { requireDesign } from './design-rights.ts';
import { differences } from './differences.ts';
import {
  addVersion,
  assertDraft,
  type Draft,
  headOf,
  publishedNumbers,
  readDraft,
  readDrafts,
  readVersions,
  type Version,
  type VersionHead,
  writeDraft,
} from './drafts.ts';
import { newFieldId } from './ids.ts';
import { type CustomField, emptyForm, emptyOverlay, type FormLayer, type Overlay } from './layers.ts';
import { aboveOf, closedFields, publishedForm, withLayer } from './level.ts';

/** SC3, in characters. */
const MAX_DEFINITION = 256 * 1_024;

/** Members that a custom field keeps for ever: values are read by them. */
const FIXED = ['kind', 'dictionary', 'ref'] as const;

export interface OpenedDraft {
  draft: Draft;
  published: VersionHead | undefined;
  /** The own layer in force. */
  inForce: FormLayer;
}

export class FormConstructor {
  readonly #database: Database;
  readonly #installed: Catalogue;

  constructor(database: Database, installed: Catalogue) {
    this.#database = database;
    this.#installed = installed;
  }

  /**
   * The catalogue that the actor's levels above leave, with the own dictionaries, and the card in it.
   *
   * @throws FORBIDDEN without the right to design, NOT_FOUND for a card that the actor does not read
   */
  above(actor: Actor, entityId: string): { catalogue: Catalogue; entity: Entity } {
    requireDesign(actor, 'form');
    return aboveOf(this.#installed, actor, entityId);
  }

  async open(actor: Actor, entityId: string): Promise<OpenedDraft> {
    this.above(actor, entityId);
    const inForce = publishedForm(actor, entityId);
    return await this.#database.system(async tx => {
      const draft = await readDraft(tx, actor.organisationId, entityId, inForce);
      const [last] = await readVersions<FormLayer>(tx, actor.organisationId, 'form', entityId, { limit: 1 });
      return { draft, published: last && headOf(last), inForce };
    });
  }

  /** Which cards the own level has published, with the last number, and whose draft differs from that. */
  async heads(actor: Actor): Promise<{ published: Map<string, number>; changed: Set<string> }> {
    const [published, drafts] = await this.#database.system(tx =>
      Promise.all([publishedNumbers(tx, actor.organisationId), readDrafts(tx, actor.organisationId)]),
    );
    const changed = drafts.filter(one => !sameJson(one.definition, publishedForm(actor, one.entity)));
    return { published, changed: new Set(changed.map(one => one.entity)) };
  }

  /** @throws INVALID, FIELD_LIMIT */
  async addField(
    actor: Actor,
    entityId: string,
    json: unknown,
  ): Promise<{ field: CustomField; version: number }> {
    const { catalogue, entity } = this.above(actor, entityId);
    refuse(shapeProblems(json));
    const field = completeField(newFieldId(), json as CustomField);
    if (entity.scope === 'region' && actor.level !== 'region')
      throw forbidden(`Карточки «${entity.plural}» общие для региона: поля к ним добавляет регион`);
    refuse(fieldProblems({ catalogue, entity, actor }, field));
    return await this.#change(actor, entityId, null, async (draft, tx) => {
      const fields = [...draft.definition.fields, field];
      checkTogether(entity, fields);
      await tx.query({
        text: `insert into custom_field (id, organisation_id, entity, kind, created_by) values ($1, $2, $3, $4, $5)`,
        values: [field.id, actor.organisationId, entityId, field.kind, actor.userId],
      });
      return { definition: { ...draft.definition, fields }, field };
    });
  }

  /** Merge patch; null clears. @throws NOT_FOUND, PRECONDITION_REQUIRED, STALE, INVALID, FIELD_LIMIT */
  async changeField(
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string | undefined,
    patch: Record<string, unknown>,
  ): Promise<{ field: CustomField; version: number }> {
    const { catalogue, entity } = this.above(actor, entityId);
    return await this.#change(actor, entityId, ifMatch, async draft => {
      const known = fieldOf(draft, id);
      const { id: _, ...merged } = applyPatch(known, patch);
      refuse(shapeProblems(merged));
      const field = completeField(id, merged as unknown as CustomField);
      refuse([
        ...FIXED.filter(member => field[member] !== known[member]).map(member => ({
          path: `/${member}`,
          code: 'READONLY',
          message: 'Вид поля не меняется: добавьте новое поле',
        })),
        ...classProblems({ catalogue, entity, actor }, known, field),
        ...fieldProblems({ catalogue, entity, actor }, field),
      ]);
      const fields = draft.definition.fields.map(one => (one.id === id ? field : one));
      checkTogether(entity, fields);
      return { definition: { ...draft.definition, fields }, field };
    });
  }

  /** @throws FIELD_PUBLISHED for a field that cards may hold values of */
  async dropField(actor: Actor, entityId: string, id: string, ifMatch: string | undefined): Promise<number> {
    this.above(actor, entityId);
    const { version } = await this.#change(actor, entityId, ifMatch, async draft => {
      fieldOf(draft, id);
      if (publishedForm(actor, entityId).fields.some(field => field.id === id))
        throw new Problem(
          'FIELD_PUBLISHED',
          409,
          'Поле не удаляется',
          'Поле уже публиковалось, в карточках могут быть его значения: снимите его с формы',
        );
      const fields = draft.definition.fields.filter(field => field.id !== id);
      return { definition: { fields, overlay: forget(draft.definition.overlay, customPath(id)) } };
    });
    return version;
  }

  /** @throws PRECONDITION_REQUIRED, STALE, INVALID */
  async putOverlay(
    actor: Actor,
    entityId: string,
    ifMatch: string | undefined,
    json: unknown,
  ): Promise<void> {
    this.above(actor, entityId);
    const overlay = parseOverlay(json);
    await this.#change(actor, entityId, ifMatch, async draft => {
      const definition = { ...draft.definition, overlay };
      refuse(this.#overlayProblems(actor, entityId, definition));
      return { definition };
    });
  }

  /** The draft, with the overlay that was sent if there is one, checked. */
  async tried(actor: Actor, entityId: string, json: unknown): Promise<FormLayer> {
    const { draft } = await this.open(actor, entityId);
    if (json === undefined) return draft.definition;
    const definition = { ...draft.definition, overlay: parseOverlay(json, '/draft') };
    refuse(this.#overlayProblems(actor, entityId, definition, '/draft'));
    return definition;
  }

  /** The catalogue of the actor's level as if the layer were published. */
  catalogueWith(actor: Actor, entityId: string, layer: FormLayer): Catalogue {
    return withLayer(this.#installed, actor, entityId, layer);
  }

  /** @throws PRECONDITION_REQUIRED, STALE, INVALID, FORM_UNCHANGED */
  async publish(
    actor: Actor,
    entityId: string,
    ifMatch: string | undefined,
    note: string,
  ): Promise<VersionHead> {
    this.above(actor, entityId);
    return await this.#database.system(async tx => {
      const inForce = publishedForm(actor, entityId);
      const draft = await readDraft(tx, actor.organisationId, entityId, inForce, true);
      assertDraft(draft, ifMatch);
      const [last] = await readVersions<FormLayer>(tx, actor.organisationId, 'form', entityId, { limit: 1 });
      if (sameJson(draft.definition, last?.definition ?? emptyForm())) throw unchanged();
      const head = await this.#put(tx, actor, entityId, last, draft.definition, note);
      await writeDraft(tx, actor, entityId, draft, draft.definition);
      return head;
    });
  }

  async versions(actor: Actor, entityId: string): Promise<Version<FormLayer>[]> {
    this.above(actor, entityId);
    return await this.#database.system(tx =>
      readVersions<FormLayer>(tx, actor.organisationId, 'form', entityId),
    );
  }

  /** @throws NOT_FOUND */
  async version(actor: Actor, entityId: string, number: number): Promise<Version<FormLayer>> {
    this.above(actor, entityId);
    return await this.#database.system(tx => this.#find(tx, actor, entityId, number));
  }

  /**
   * A new version like an older one. Fields made since are retired: their values stay, and they can be taken back.
   *
   * @throws NOT_FOUND, PRECONDITION_REQUIRED, STALE, INVALID, FORM_UNCHANGED
   */
  async restore(
    actor: Actor,
    entityId: string,
    number: number,
    ifMatch: string | undefined,
    note: string,
  ): Promise<VersionHead> {
    this.above(actor, entityId);
    return await this.#database.system(async tx => {
      const draft = await readDraft(tx, actor.organisationId, entityId, publishedForm(actor, entityId), true);
      assertDraft(draft, ifMatch);
      const old = await this.#find(tx, actor, entityId, number);
      const [last] = await readVersions<FormLayer>(tx, actor.organisationId, 'form', entityId, { limit: 1 });
      const then = new Set(old.definition.fields.map(field => field.id));
      const since = (last?.definition.fields ?? []).filter(field => !then.has(field.id));
      const definition: FormLayer = {
        ...old.definition,
        fields: [...old.definition.fields, ...since.map(field => ({ ...field, retired: true }))],
      };
      if (sameJson(definition, last?.definition)) throw unchanged();
      const head = await this.#put(tx, actor, entityId, last, definition, note, number);
      await writeDraft(tx, actor, entityId, draft, definition);
      return head;
    });
  }

  async #find(tx: Tx, actor: Actor, entityId: string, number: number): Promise<Version<FormLayer>> {
    const [found] = await readVersions<FormLayer>(tx, actor.organisationId, 'form', entityId, { number });
    if (!found) throw notFound('Такой версии формы нет');
    return found;
  }

  /** Checks everything once more: levels above and modules may have changed since the draft was written. */
  async #put(
    tx: Tx,
    actor: Actor,
    entityId: string,
    last: Version<FormLayer> | undefined,
    definition: FormLayer,
    note: string,
    restored?: number,
  ): Promise<VersionHead> {
    const { catalogue, entity } = this.above(actor, entityId);
    checkTogether(entity, definition.fields);
    refuse([
      ...definition.fields.flatMap((field, index) =>
        field.retired ? [] : fieldProblems({ catalogue, entity, actor }, field, `/fields/${index}`),
      ),
      ...this.#overlayProblems(actor, entityId, definition, '/overlay'),
    ]);
    const number = (last?.number ?? 0) + 1;
    const head = await addVersion(tx, actor, {
      kind: 'form',
      subject: entityId,
      number,
      definition,
      note,
      ...(restored === undefined ? {} : { restored }),
    });
    await tx.query(
      auditStatement({
        action: 'form-publish',
        actor,
        address: actor.address,
        entity: entityId,
        details: {
          number,
          note,
          ...(restored === undefined ? {} : { restored }),
          changes: differences(last?.definition ?? emptyForm(), definition),
        },
      }),
    );
    return head;
  }

  #overlayProblems(actor: Actor, entityId: string, layer: FormLayer, at = ''): FieldProblem[] {
    const catalogue = this.catalogueWith(actor, entityId, { fields: layer.fields, overlay: emptyOverlay() });
    const entity = catalogue.entities.get(entityId) as Entity;
    const retired = new Set(layer.fields.filter(field => field.retired).map(({ id }) => `ext.${id}`));
    return overlayProblems(
      { catalogue, entity, closed: closedFields(catalogue, actor, entityId), retired },
      layer.overlay,
      at,
    );
  }

  /** One change of the draft, in the version that was named; without one the last is taken. */
  async #change<T extends { definition: FormLayer }>(
    actor: Actor,
    entityId: string,
    ifMatch: string | undefined | null,
    work: (draft: Draft, tx: Tx) => Promise<T>,
  ): Promise<Omit<T, 'definition'> & { version: number }> {
    return await this.#database.system(async tx => {
      const draft = await readDraft(tx, actor.organisationId, entityId, publishedForm(actor, entityId), true);
      if (ifMatch !== null) assertDraft(draft, ifMatch);
      const { definition, ...rest } = await work(draft, tx);
      if (JSON.stringify(definition).length > MAX_DEFINITION)
        throw invalid([{ path: '', code: 'TOO_LONG', message: 'Описание формы слишком велико' }]);
      return { ...rest, version: await writeDraft(tx, actor, entityId, draft, definition) };
    });
  }
}

const unchanged = () =>
  new Problem(
    'FORM_UNCHANGED',
    409,
    'Публиковать нечего',
    'Черновик не отличается от того, что опубликовано',
  );

function refuse(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  const errors = problems.slice(0, 100);
  const unknown = errors.find(problem => problem.code === 'FIELD_UNKNOWN');
  throw invalid([...errors], unknown?.message);
}

export function parseOverlay(json: unknown, at = ''): Overlay {
  refuse(overlayShapeProblems(json, at));
  return { ...emptyOverlay(), ...(json as Partial<Overlay>) };
}

/** @throws NOT_FOUND */
function fieldOf(draft: Draft, id: string): CustomField {
  const found = draft.definition.fields.find(field => field.id === id);
  if (!found) throw notFound('Такого поля нет');
  return found;
}

function applyPatch(known: CustomField, patch: Record<string, unknown>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...known };
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) delete merged[member];
    else merged[member] = value;
  }
  return merged;
}

/** Data do not become less protected by the hand of who may not see them (AZ5). */
function classProblems(setting: FieldSetting, known: CustomField, next: CustomField): FieldProblem[] {
  if (known.class === next.class || known.class !== 'special') return [];
  return fieldProblems(setting, known)
    .filter(problem => problem.path === '/class')
    .map(problem => ({ ...problem, message: 'Эти данные особые: менять их класс вам нельзя' }));
}

/** What only all fields of the level together can do wrong. @throws FIELD_LIMIT, INVALID */
function checkTogether(entity: Entity, fields: readonly CustomField[]): void {
  const live = fields.filter(field => !field.retired);
  if (live.length > MAX_LIVE || entity.fields.size + live.length > MAX_FIELDS)
    throw new Problem(
      'FIELD_LIMIT',
      409,
      'Полей слишком много',
      `Своих полей у карточки не больше ${MAX_LIVE}: снимите ненужные с формы`,
    );
  const titles = live.map(field => field.title.toLowerCase());
  const twice = live.find((field, index) => titles.indexOf(field.title.toLowerCase()) < index);
  if (twice) refuse([{ path: '/title', code: 'DUPLICATE', message: `Поле «${twice.title}» уже есть` }]);
}

/** The overlay without a field that was dropped. */
function forget(overlay: Overlay, path: string): Overlay {
  const others = (names: readonly string[] | undefined) => (names ?? []).filter(name => name !== path);
  return {
    sections: overlay.sections.map(section => ({
      ...section,
      rows: section.rows.map(row => row.filter(cell => cell.field !== path)).filter(row => row.length > 0),
    })),
    move: overlay.move.filter(move => move.field !== path),
    hide: others(overlay.hide),
    require: others(overlay.require),
    relabel: overlay.relabel.filter(change => change.field !== path),
    rules: overlay.rules.filter(rule => !JSON.stringify(rule).includes(`"${path}"`)),
  };
}
