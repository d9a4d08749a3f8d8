/** What the reader may make reports of: readable kinds of cards with their readable fields and relations. */
import type { Actor } from '../access/actor.ts';
import { findRights, mayFollow, type Rights } from '../access/rights.ts';
import type { Catalogue, FieldKind } from '../catalogue/types.ts';
import { captions, type Language, relationTitle } from '../forms/captions.ts';

export interface ReportSource {
  id: string;
  title: string;
  plural: string;
  plugin: string;
  fields: {
    path: string;
    title: string;
    kind: FieldKind;
    dictionary?: string;
    ref?: string;
    format?: string;
  }[];
  relations: { name: string; kind: 'one' | 'many'; entity: string; title: string }[];
}

export function reportSources(catalogue: Catalogue, actor: Actor, language: Language): ReportSource[] {
  return [...catalogue.entities.keys()].flatMap(id => {
    const rights = findRights(catalogue, actor, id);
    return rights?.can('read') ? [sourceOf(catalogue, actor, rights, language)] : [];
  });
}

function sourceOf(catalogue: Catalogue, actor: Actor, rights: Rights, language: Language): ReportSource {
  const { entity } = rights;
  const text = captions(catalogue, entity.plugin, language);
  const fields = [...entity.fields.values()]
    .filter(field => field.kind !== 'rows' && rights.readable(field.path))
    .map(field => ({
      path: field.path,
      title: text(`field.${entity.id}.${field.path}`, field.fullTitle),
      kind: field.kind,
      ...(field.dictionary ? { dictionary: field.dictionary } : {}),
      ...(field.ref ? { ref: field.ref } : {}),
      ...(field.format ? { format: field.format } : {}),
    }));
  const relations = [...entity.relations.values()]
    .filter(relation => mayFollow(rights, relation, findRights(catalogue, actor, relation.entity)))
    .map(relation => ({
      name: relation.name,
      kind: relation.kind,
      entity: relation.entity,
      title: relationTitle(catalogue, entity, relation, language),
    }));
  return {
    id: entity.id,
    title: text(`entity.${entity.id}`, entity.title),
    plural: text(`plural.${entity.id}`, entity.plural),
    plugin: entity.plugin,
    fields,
    relations,
  };
}
