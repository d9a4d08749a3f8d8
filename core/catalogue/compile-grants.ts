import { catalogueScope } from '../expressions/catalogue-scope.ts';
import { checkExpression } from '../expressions/check.ts';
import { refuseIn } from './fault.ts';
import type { JsonFile } from './files.ts';
import { hasPeriod } from './period.ts';
import type { Catalogue, Entity, Grant } from './types.ts';

type RawGrant = Omit<Grant, 'fields'> & { fields: '*' | { read: string[]; write?: string[] } };

/**
 * Grants of one plugin, each name checked: role, card, fields, paths of the row scope.
 *
 * @param reachable  ids of cards of the plugin and of those it requires
 * @throws CatalogueFault naming the place
 */
export function compileGrants(file: JsonFile, catalogue: Catalogue, reachable: ReadonlySet<string>): Grant[] {
  const refuse = refuseIn(file.file);
  return (file.json.grants as RawGrant[]).map((raw, index) => {
    const pointer = `/grants/${index}`;
    if (!catalogue.roles.has(raw.role)) refuse(`${pointer}/role`, `Роли «${raw.role}» нет`);
    const entity = reachable.has(raw.entity) ? catalogue.entities.get(raw.entity) : undefined;
    if (!entity)
      return refuse(`${pointer}/entity`, `Карточки «${raw.entity}» нет в модуле и в тех, что он требует`);
    if (typeof raw.rows === 'object' && raw.rows !== null) {
      const { type, problems } = checkExpression(raw.rows, catalogueScope(catalogue, entity.id));
      if (problems[0]) refuse(`${pointer}/rows${problems[0].pointer}`, problems[0].message);
      if (type !== 'boolean') refuse(`${pointer}/rows`, 'Условие должно давать «да» или «нет»');
    }
    if (raw.period === 'closed' && !hasPeriod(entity))
      refuse(`${pointer}/period`, `Карточки «${entity.id}» не относятся к периоду, который закрывают`);
    for (const [place, action] of raw.actions.entries())
      if (/^transition:(close|reopen)$/.test(action) && !entity.closes)
        refuse(`${pointer}/actions/${place}`, `Карточка «${entity.id}» не период: её не закрывают`);
    if (raw.rows === 'self' && !entity.person)
      refuse(`${pointer}/rows`, `«self» возможно только у карточки человека, а «${entity.id}» не такая`);
    if (raw.fields !== '*')
      for (const key of ['read', 'write'] as const)
        for (const [place, path] of (raw.fields[key] ?? []).entries())
          if (!hasField(entity, path))
            refuse(`${pointer}/fields/${key}/${place}`, `В карточке «${entity.id}» нет поля «${path}»`);
    return {
      ...raw,
      fields: raw.fields === '*' ? '*' : { read: raw.fields.read, write: raw.fields.write ?? [] },
    };
  });
}

/** A field, a group of fields, or child cards that the card counts as its own; other relations are no fields. */
const hasField = (entity: Entity, path: string): boolean =>
  entity.fields.has(path) || entity.groups.has(path) || entity.relations.get(path)?.counts === true;

/**
 * Rights on the cards of a plugin that gives none: the administrator of the organisation does everything there,
 * the director reads. Cards of the whole region are kept by the region and read by organisations.
 */
export function defaultGrants(entities: readonly Entity[]): Grant[] {
  const everything = ['read', 'create', 'update', 'delete', 'export'];
  return entities.flatMap((entity): Grant[] => {
    const common = { entity: entity.id, fields: '*' } as const;
    return entity.scope === 'region'
      ? [
          { ...common, role: 'region-admin', actions: everything, rows: 'region' },
          { ...common, role: 'org-admin', actions: ['read'], rows: 'region' },
          { ...common, role: 'director', actions: ['read'], rows: 'region' },
        ]
      : [
          { ...common, role: 'org-admin', actions: everything, rows: 'organisation' },
          { ...common, role: 'director', actions: ['read', 'export'], rows: 'organisation' },
        ];
  });
}
