/**
 * Dictionaries by levels: codes of one's own, other captions, codes no longer offered. A change counts at once; a code
 * that was once offered is never deleted, because cards hold it.
 */
import type { Actor } from '../access/actor.ts';
import { auditStatement } from '../audit/audit-log.ts';
import { metaSchemas } from '../catalogue/meta.ts';
import type { Catalogue, Dictionary } from '../catalogue/types.ts';
import { textFlaw } from '../formats/text.ts';
import { type FieldProblem, forbidden, invalid, notFound, Problem } from '../problems.ts';
import type { Database, Tx } from '../storage/database.ts';
import { catalogueOf } from './catalogue-of.ts';
import { deriveCatalogue } from './derive.ts';
import { requireDesign } from './design-rights.ts';
import { dictionaryDifferences } from './differences.ts';
import { addVersion, assertMatch, readVersions, staleBy } from './drafts.ts';
import { newCode, newDictionaryId } from './ids.ts';
import { type DictionaryLayer, emptyDictionary, type PublishedLayer } from './layers.ts';
import { dictionaryLayer, publishedDictionary, withoutOwnDictionary } from './level.ts';

/** Items of one dictionary, those of all levels together. */
const MAX_ITEMS = 2_000;

export interface DictionaryView {
  dictionary: Dictionary;
  /** As the levels above leave it; none for a dictionary of one's own. */
  above: Dictionary | undefined;
  own: DictionaryLayer;
  version: number;
  /** Of the whole chain, the own one among them. */
  layers: readonly PublishedLayer[];
}

export class DictionaryConstructor {
  readonly #database: Database;
  readonly #installed: Catalogue;

  constructor(database: Database, installed: Catalogue) {
    this.#database = database;
    this.#installed = installed;
  }

  /** @throws FORBIDDEN, NOT_FOUND */
  async open(actor: Actor, id: string): Promise<DictionaryView> {
    requireDesign(actor, 'dictionary');
    if (!catalogueOf(this.#installed, actor).dictionaries.has(id)) throw notFound('Такого справочника нет');
    const last = await this.#database.system(tx => this.#last(tx, actor, id));
    return this.#view(actor, id, publishedDictionary(actor, id), last?.number ?? 0);
  }

  #view(actor: Actor, id: string, own: DictionaryLayer, version: number): DictionaryView {
    const layers = [...withoutOwnDictionary(actor, id), dictionaryLayer(actor, id, own)];
    const dictionary = deriveCatalogue(this.#installed, layers).dictionaries.get(id);
    if (!dictionary) throw notFound('Такого справочника нет');
    return { dictionary, above: this.#above(actor, id), own, version, layers };
  }

  /** A dictionary of one's own, for custom fields. @returns its id */
  async create(actor: Actor, json: unknown): Promise<string> {
    requireDesign(actor, 'dictionary');
    const given = parse(json);
    if (!given.title)
      throw invalid([{ path: '/title', code: 'REQUIRED', message: 'У справочника должно быть название' }]);
    const id = newDictionaryId();
    const layer = { ...emptyDictionary(), ...given, add: given.add.map(withCode) };
    refuse(problemsOf(undefined, layer));
    await this.#database.system(tx => this.#write(tx, actor, id, 0, emptyDictionary(), layer));
    return id;
  }

  /** @throws PRECONDITION_REQUIRED, STALE, INVALID, CODE_KEPT, FORBIDDEN for codes the system goes by */
  async change(
    actor: Actor,
    id: string,
    ifMatch: string | undefined,
    json: unknown,
  ): Promise<DictionaryView> {
    requireDesign(actor, 'dictionary');
    const given = parse(json);
    if (!catalogueOf(this.#installed, actor).dictionaries.has(id)) throw notFound('Такого справочника нет');
    const above = this.#above(actor, id);
    return await this.#database.system(async tx => {
      const last = await this.#last(tx, actor, id);
      const number = last?.number ?? 0;
      assertMatch(ifMatch, number, () =>
        staleBy({ version: String(number), changedBy: last?.by, changedAt: last?.at }),
      );
      const before = last?.definition ?? emptyDictionary();
      const layer: DictionaryLayer = {
        ...(before.title
          ? { title: before.title, ...(before.titleEn ? { titleEn: before.titleEn } : {}) }
          : {}),
        ...given,
        add: given.add.map(withCode),
      };
      if (above && given.title)
        throw invalid([{ path: '/title', code: 'KIND', message: 'Название справочника не меняется' }]);
      if (above?.closed && layer.add.length > 0)
        throw forbidden('По значениям этого справочника работает система: добавить к ним нельзя');
      refuse(problemsOf(above, layer));
      assertKept(before, layer);
      await this.#write(tx, actor, id, number, before, layer);
      return this.#view(actor, id, layer, number + 1);
    });
  }

  #above(actor: Actor, id: string): Dictionary | undefined {
    return deriveCatalogue(this.#installed, withoutOwnDictionary(actor, id)).dictionaries.get(id);
  }

  async #last(tx: Tx, actor: Actor, id: string) {
    const [last] = await readVersions<DictionaryLayer>(tx, actor.organisationId, 'dictionary', id, {
      limit: 1,
    });
    return last;
  }

  async #write(
    tx: Tx,
    actor: Actor,
    id: string,
    last: number,
    before: DictionaryLayer,
    layer: DictionaryLayer,
  ) {
    await addVersion(tx, actor, {
      kind: 'dictionary',
      subject: id,
      number: last + 1,
      definition: layer,
      note: '',
    });
    await tx.query(
      auditStatement({
        action: 'dictionary-change',
        actor,
        address: actor.address,
        details: { dictionary: id, number: last + 1, changes: dictionaryDifferences(before, layer) },
      }),
    );
  }
}

type Given = Omit<DictionaryLayer, 'add'> & {
  add: (Omit<DictionaryLayer['add'][number], 'code'> & { code?: string })[];
};

function parse(json: unknown): Given {
  const flaws = metaSchemas().check('dictionary-layer', json);
  refuse(flaws.map(({ pointer, reason }) => ({ path: pointer, code: 'SHAPE', message: reason })));
  return { ...emptyDictionary(), ...(json as Partial<Given>) };
}

const withCode = (item: Given['add'][number]) => ({ ...item, code: item.code ?? newCode() });

function problemsOf(above: Dictionary | undefined, layer: DictionaryLayer): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const refuseAt = (path: string, code: string, message: string) => problems.push({ path, code, message });
  const known = new Set(above?.items.map(item => item.code));
  const added = new Set<string>();
  for (const [index, item] of layer.add.entries()) {
    if (known.has(item.code) || added.has(item.code))
      refuseAt(`/add/${index}/code`, 'DUPLICATE', `Значение «${item.code}» уже есть`);
    added.add(item.code);
  }
  for (const [index, item] of layer.relabel.entries())
    if (!known.has(item.code)) refuseAt(`/relabel/${index}/code`, 'CHOICE', 'Такого значения нет');
  for (const [index, code] of layer.hide.entries())
    if (!known.has(code)) refuseAt(`/hide/${index}`, 'CHOICE', 'Такого значения нет');
  for (const list of ['add', 'relabel'] as const)
    for (const [index, item] of layer[list].entries())
      for (const member of ['ru', 'en'] as const) {
        const found = item[member] === undefined ? undefined : textFlaw(item[member]);
        if (found) refuseAt(`/${list}/${index}/${member}`, found.code, `Текст: ${found.reason}`);
      }
  if (known.size + added.size > MAX_ITEMS) refuseAt('/add', 'TOO_MANY', `Значений больше ${MAX_ITEMS}`);
  return problems;
}

/** @throws CODE_KEPT */
function assertKept(before: DictionaryLayer, layer: DictionaryLayer): void {
  const lost = before.add.find(item => !layer.add.some(one => one.code === item.code));
  if (lost)
    throw new Problem(
      'CODE_KEPT',
      409,
      'Значение не удаляется',
      `Значение «${lost.ru}» может стоять в карточках: снимите его с выбора`,
      { members: { lost: lost.code } },
    );
}

function refuse(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw invalid(problems.slice(0, 100));
}
