/** Titles and helps that a level has changed: in fields, schema and, for the English interface, in the captions. */
import { propertyAt } from '../catalogue/json.ts';
import { joinTitles } from '../catalogue/naming.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import type { Relabel } from './layers.ts';

export function relabelEntity(catalogue: Catalogue, entity: Entity, changes: readonly Relabel[]): void {
  const words: Record<string, string> = {};
  for (const change of changes) {
    const { field: path } = change;
    if (path === undefined) continue;
    if (entity.groups.has(path) && change.title) entity.groups.set(path, change.title);
    const property = propertyAt(entity.schema, path);
    if (property && change.title) property.title = change.title;
    if (property && change.help) property['x-help'] = change.help;
    const key = `field.${entity.id}.${path}`;
    if (change.title) words[key] = change.titleEn ?? change.title;
    if (change.help) words[`${key}.help`] = change.help;
    const field = entity.fields.get(path);
    if (field)
      entity.fields.set(path, {
        ...field,
        ...(change.title ? { title: change.title } : {}),
        ...(change.help ? { help: change.help } : {}),
      });
  }
  for (const change of changes)
    if (change.section !== undefined && change.title)
      words[`section.${entity.id}.${change.section}`] = change.titleEn ?? change.title;
  if (changes.length === 0) return;
  for (const [path, field] of entity.fields) {
    const fullTitle = fullTitleOf(entity, path, field.title);
    if (fullTitle !== field.fullTitle && field.owner === 'record' && !field.custom)
      entity.fields.set(path, { ...entity.fields.get(path)!, fullTitle });
    else if (field.custom || field.owner === 'person')
      entity.fields.set(path, { ...entity.fields.get(path)!, fullTitle: field.title });
  }
  catalogue.locales.set(entity.plugin, { ...catalogue.locales.get(entity.plugin), ...words });
}

/** Groups on the way, then the field: «Место жительства: улица». */
function fullTitleOf(entity: Entity, path: string, title: string): string {
  const names = path.split('.').slice(0, -1);
  const groups = names.map((_, index) => entity.groups.get(names.slice(0, index + 1).join('.')) ?? '');
  return joinTitles([...groups.filter(group => group !== ''), title]);
}
