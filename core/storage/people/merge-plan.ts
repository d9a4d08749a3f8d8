/** What joining two entries of a person would do, whether it can be done, and who has to agree. */
import type { Actor } from '../../access/actor.ts';
import { findRights } from '../../access/rights.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Language } from '../../forms/captions.ts';
import { forbidden, notFound, Problem } from '../../problems.ts';
import type { Tx } from '../database.ts';
import { type KnownPerson, readPerson } from '../person.ts';
import { requireMerging } from './duplicates.ts';
import { staleMerge } from './merge-people.ts';
import type { IdentityName, MergeField, MergePreview, MergeWish, Side } from './people.types.ts';
import { IDENTITY, identityTitle, isSingle, organisationNames, personView, titleOf } from './person-view.ts';

export interface MergePlan {
  keep: KnownPerson;
  drop: KnownPerson;
  /** The identity of the kept entry afterwards. */
  identity: KnownPerson['identity'];
  fields: MergeField[];
  /** Cards of one kind that both have in one organisation. */
  doubled: KnownPerson['facets'];
  /** Organisations out of the actor's scope that know one of the two. */
  others: number[];
}

/**
 * @throws NOT_FOUND where one of the two is not there or neither is known to the actor, MERGED_ALREADY, FORBIDDEN
 *         naming the kinds of cards whose keeper has to do it
 */
export async function planMerge(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  wish: MergeWish,
  language: Language,
): Promise<MergePlan> {
  requireMerging(catalogue, actor);
  const [keep, drop] = [await readPerson(tx, wish.keep), await readPerson(tx, wish.drop)];
  if (!keep || !drop) throw notFound('Такого человека нет');
  // An entry that was given up answers with the one it leads to.
  if (keep.id !== wish.keep || drop.id !== wish.drop || keep.id === drop.id)
    throw new Problem(
      'MERGED_ALREADY',
      409,
      'Уже объединены',
      'Одну из этих записей уже объединили с другой',
    );
  assertMerging(catalogue, actor, keep, drop, language);
  const fields = fieldsOf(catalogue, keep, drop, wish.values ?? {}, language);
  const identity = { ...keep.identity };
  for (const { name, taken } of fields) {
    const value = (taken === 'keep' ? keep : drop).identity[name];
    if (value !== undefined) identity[name] = value;
  }
  return {
    keep,
    drop,
    identity,
    fields,
    doubled: doubledOf(catalogue, keep, drop),
    others: othersOf(actor, keep, drop),
  };
}

/** The actor keeps all cards in scope that come over, and at least one card of the two. */
export function assertMerging(
  catalogue: Catalogue,
  actor: Actor,
  keep: Pick<KnownPerson, 'facets'>,
  drop: Pick<KnownPerson, 'facets'>,
  language: Language,
): void {
  const inScope = (id: number) => actor.everywhere || actor.organisationIds.includes(id);
  const own = [...keep.facets, ...drop.facets].filter(
    facet => inScope(facet.organisationId) && isSingle(catalogue.entities.get(facet.entity)),
  );
  if (own.length === 0) throw notFound('Такого человека нет');
  const may = (entity: string) => findRights(catalogue, actor, entity)?.can('merge') === true;
  const closed = [
    ...new Set(
      drop.facets
        .filter(facet => own.includes(facet) && !may(facet.entity))
        .map(facet => titleOf(catalogue, facet.entity, language)),
    ),
  ];
  if (closed.length === 0 && own.some(facet => may(facet.entity))) return;
  const titles = closed.map(title => `«${title}»`).join(', ');
  throw forbidden(
    titles
      ? `Карточки ${titles} объединяет тот, кто их ведёт`
      : 'Этих людей объединяет тот, кто ведёт их карточки',
  );
}

function fieldsOf(
  catalogue: Catalogue,
  keep: KnownPerson,
  drop: KnownPerson,
  values: Partial<Record<IdentityName, Side>>,
  language: Language,
): MergeField[] {
  return IDENTITY.filter(name => keep.identity[name] !== drop.identity[name]).map(name => {
    const [kept, dropped] = [keep.identity[name], drop.identity[name]];
    const both = kept !== undefined && dropped !== undefined;
    const taken: Side = both ? (values[name] ?? 'keep') : kept === undefined ? 'drop' : 'keep';
    const shown = (value: string | undefined) =>
      value !== undefined && name === 'snils' ? `***-***-*** ${value.slice(-2)}` : value;
    const [a, b] = [shown(kept), shown(dropped)];
    return {
      name,
      title: identityTitle(catalogue, name, language),
      ...(a === undefined ? {} : { keep: a }),
      ...(b === undefined ? {} : { drop: b }),
      taken,
      // Two numbers of one insurance are the strongest sign of two people.
      ...(both && name === 'snils' && values.snils === undefined ? { needed: true } : {}),
    };
  });
}

const doubledOf = (catalogue: Catalogue, keep: KnownPerson, drop: KnownPerson) =>
  drop.facets.filter(
    facet =>
      isSingle(catalogue.entities.get(facet.entity)) &&
      keep.facets.some(one => one.entity === facet.entity && one.organisationId === facet.organisationId),
  );

export const othersOf = (
  actor: Actor,
  keep: Pick<KnownPerson, 'facets'>,
  drop: Pick<KnownPerson, 'facets'>,
): number[] =>
  actor.everywhere
    ? []
    : [...new Set([...keep.facets, ...drop.facets].map(facet => facet.organisationId))].filter(
        id => !actor.organisationIds.includes(id),
      );

export async function previewOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  plan: MergePlan,
  language: Language,
): Promise<MergePreview> {
  const { keep, drop } = plan;
  const names = await organisationNames(
    tx,
    [...keep.facets, ...drop.facets].map(facet => facet.organisationId),
  );
  const [keepView, dropView] = [keep, drop].map(person =>
    personView(catalogue, actor, person, names, language),
  ) as [MergePreview['keep'], MergePreview['drop']];
  const [accounts] = await tx.query<{ count: number }>({
    text: 'select accounts_of($1) as count',
    values: [drop.id],
  });
  return {
    keep: keepView,
    drop: dropView,
    fields: plan.fields,
    cards: dropView.facets,
    accounts: accounts?.count ?? 0,
    conflicts: conflictsOf(catalogue, plan, names, language),
    asks: plan.others.map(id => names.get(id) ?? '').sort(),
  };
}

export function conflictsOf(
  catalogue: Catalogue,
  plan: Pick<MergePlan, 'doubled'>,
  organisations: ReadonlyMap<number, string>,
  language: Language,
): MergePreview['conflicts'] {
  return plan.doubled.map(facet => {
    const place = `«${titleOf(catalogue, facet.entity, language)}», ${organisations.get(facet.organisationId) ?? ''}`;
    const message =
      language === 'ru'
        ? `${place}: карточки есть у обеих записей. Перенесите нужное в одну, удалите вторую и повторите`
        : `${place}: both entries have a card. Move what is needed to one, delete the other, and repeat`;
    return { code: 'CARDS_DOUBLED', message };
  });
}

/** @throws STALE, MERGE_CHOICE, MERGE_CONFLICT */
export function assertPossible(
  catalogue: Catalogue,
  plan: MergePlan,
  wish: MergeWish,
  organisations: ReadonlyMap<number, string>,
  language: Language,
): void {
  const { versions } = wish;
  if (versions && (versions.keep !== plan.keep.version || versions.drop !== plan.drop.version))
    throw staleMerge();
  const conflicts = conflictsOf(catalogue, plan, organisations, language);
  if (conflicts.length > 0)
    throw new Problem(
      'MERGE_CONFLICT',
      409,
      'Объединить нельзя',
      conflicts.map(one => one.message).join('. '),
      {
        members: { conflicts },
      },
    );
  const needed = plan.fields.filter(field => field.needed);
  if (needed.length > 0)
    throw new Problem(
      'MERGE_CHOICE',
      409,
      'Выберите значение',
      `У записей разные: ${needed.map(field => field.title).join(', ')}. Убедитесь, что это один человек, и выберите верное`,
      {
        errors: needed.map(field => ({
          path: `/values/${field.name}`,
          code: 'REQUIRED',
          message: 'Выберите верное',
        })),
      },
    );
}
