/** What the constructor's screen is told: fields with their state, what a field may be, what stands above. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, Entity, Field, FormDefinition } from '../catalogue/types.ts';
import { sameJson } from '../storage/merge.ts';
import { captions, type Language, relationTitle } from './captions.ts';
import { MAX_LIVE, mayBeListed, readsClass, TEXT_FORMATS } from './check-field.ts';
import { customPath } from './custom-fields.ts';
import { OUTSIDE_ROLES } from './design-rights.ts';
import { fixedNames } from './fixed-names.ts';
import type { CustomField, FormLayer } from './layers.ts';
import { closedFields } from './level.ts';

export const ownerOf = (actor: Actor) => ({
  id: actor.organisationId,
  name: actor.organisationName,
  level: actor.level,
});

/** State of a draft's field beside the one in force. */
export function stateOf(actor: Actor, field: CustomField, inForce: FormLayer) {
  const known = inForce.fields.find(one => one.id === field.id);
  const live = known ? (sameJson(known, field) ? 'live' : 'changed') : 'draft';
  return {
    path: customPath(field.id),
    state:
      field.retired && known?.retired !== false
        ? ('retired' as const)
        : (live as 'draft' | 'changed' | 'live'),
    owner: ownerOf(actor),
  };
}

/** Fields of levels above, and everything a new field may be, for this designer. */
export function fieldsOf(catalogue: Catalogue, entity: Entity, actor: Actor, language: Language) {
  const rights = findRights(catalogue, actor, entity.id);
  const closed = closedFields(catalogue, actor, entity.id);
  const text = captions(catalogue, entity.plugin, language);
  const roles = [...catalogue.roles.values()]
    .map(role => ({
      role: role.id,
      title: language === 'en' ? role.titleEn : role.title,
      read: mayBeListed(catalogue, entity.id, role.id, 'read'),
      write: mayBeListed(catalogue, entity.id, role.id, 'write'),
      outside: OUTSIDE_ROLES.has(role.id),
    }))
    .filter(role => role.read || role.write);
  const refs = [...catalogue.entities.values()]
    .filter(one => !one.builtin && findRights(catalogue, actor, one.id)?.can('read'))
    .map(one => ({
      entity: one.id,
      title: captions(catalogue, one.plugin, language)(`entity.${one.id}`, one.title),
    }));
  return {
    inherited: [...entity.fields.values()]
      .filter(field => field.custom && !closed.has(field.path))
      .map(field => inherited(field, text(`field.${entity.id}.${field.path}`, field.title))),
    roles,
    refs,
    formats: TEXT_FORMATS,
    classes: ['open', 'service', 'personal', ...(readsClass(rights, 'special') ? ['special'] : [])],
    limit: MAX_LIVE,
  };
}

const inherited = (field: Field, title: string) => ({
  id: field.custom?.id ?? '',
  path: field.path,
  kind: field.kind,
  title,
  class: field.class,
  required: field.required,
  ...(field.dictionary ? { dictionary: field.dictionary } : {}),
  ...(field.ref ? { ref: field.ref } : {}),
  ...(field.help ? { help: field.help } : {}),
  organisationId: field.custom?.organisationId ?? 0,
});

/** The form as the levels above leave it, whoever may see its fields, and every name that may stand in it. */
export function formBase(catalogue: Catalogue, entity: Entity, actor: Actor, language: Language) {
  const closed = closedFields(catalogue, actor, entity.id);
  const text = captions(catalogue, entity.plugin, language);
  const fixed = fixedNames(entity);
  const named = new Set(placesOf(entity.form));
  const relations = [...entity.relations.values()].filter(
    relation => relation.kind === 'many' && named.has(relation.name),
  );
  return {
    form: titled(entity, text, closed),
    fields: [
      ...[...entity.fields.values()]
        .filter(field => !closed.has(field.path))
        .map(field => ({
          path: field.path,
          title: language === 'en' ? text(`field.${entity.id}.${field.path}`, field.title) : field.fullTitle,
          kind: field.kind as string,
          class: field.class as string,
          required: field.required,
          fixed: fixed.has(field.path),
          computed: field.computed,
        })),
      ...relations.map(relation => ({
        path: relation.name,
        title: relationTitle(catalogue, entity, relation, language),
        kind: 'relation',
        class: 'open',
        required: false,
        fixed: false,
        computed: false,
      })),
    ],
  };
}

const placesOf = (form: FormDefinition): string[] =>
  form.tabs.flatMap(tab => tab.sections.flatMap(section => section.rows.flat().map(cell => cell.field)));

function titled(
  entity: Entity,
  text: (key: string, russian: string) => string,
  closed: ReadonlySet<string>,
): FormDefinition {
  return {
    entity: entity.id,
    tabs: entity.form.tabs.map(tab => ({
      ...tab,
      title: text(`tab.${entity.id}.${tab.id}`, tab.title),
      sections: tab.sections.map(({ plugin: _, ...section }) => ({
        ...section,
        title: text(`section.${entity.id}.${section.id}`, section.title),
        rows: section.rows
          .map(row => row.filter(cell => !closed.has(cell.field)))
          .filter(row => row.length > 0),
      })),
    })),
    rules: entity.form.rules.filter(
      rule => ![...closed].some(path => JSON.stringify(rule).includes(`"${path}"`)),
    ),
  };
}
