/** Fields that no level may hide: without them a card cannot be saved. */
import { isObject } from '../catalogue/json.ts';
import type { Entity, JsonSchema } from '../catalogue/types.ts';

/** Paths that are required always or under some condition, by the card or by a level above. */
export function fixedNames(entity: Entity): Set<string> {
  const fixed = new Set<string>();
  for (const field of entity.fields.values()) if (field.required && !field.computed) fixed.add(field.path);
  collect(entity.schema, '', fixed);
  for (const rule of entity.form.rules)
    for (const name of rule.require ?? []) if (entity.fields.has(name)) fixed.add(name);
  return fixed;
}

/** `required` of the object itself and of its conditions; within repeating groups nothing stands in the form alone. */
function collect(schema: JsonSchema, prefix: string, fixed: Set<string>): void {
  for (const name of namesRequired(schema)) fixed.add(`${prefix}${name}`);
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>))
    if (property.type === 'object') collect(property, `${prefix}${name}.`, fixed);
}

function namesRequired(schema: JsonSchema): string[] {
  const parts = Array.isArray(schema.allOf) ? schema.allOf.filter(isObject) : [];
  const nested = parts.flatMap(part =>
    [part.then, part.else].filter(isObject).flatMap(branch => namesRequired(branch as JsonSchema)),
  );
  return [...((schema.required as string[] | undefined) ?? []), ...nested];
}
