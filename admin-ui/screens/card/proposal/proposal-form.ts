import type { JsonSchema } from '../../../../core/catalogue/types.ts';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import { isObject } from '../../../forms/values/paths.ts';

/**
 * The same card as a form in which just the fields open for a proposal may be typed into. Marks «нет» belong to
 * whoever keeps the card.
 */
export function proposalOf(description: EntityDescription, paths: readonly string[]): EntityDescription {
  return { ...description, schema: opened(description.schema, '', new Set(paths)) };
}

function opened(schema: JsonSchema, prefix: string, paths: ReadonlySet<string>): JsonSchema {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const made = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const path = `${prefix}${name}`;
      if (!isObject(property)) return [name, property];
      if (property.type === 'object') return [name, opened(property, `${path}.`, paths)];
      const { 'x-absent': _, ...rest } = property;
      return [name, { ...rest, readOnly: !paths.has(path) }];
    }),
  );
  return { ...schema, properties: made };
}

/** Pointers of the server stand in what was sent, and the patch is one member of it. */
export const withoutPatch = (pointer: string): string => pointer.replace(/^\/patch(?=\/|$)/, '');
