/**
 * `x-not-before`: a day that may not lie before another day of the same object, `"until": { "x-not-before": "from" }`.
 * JSON Schema cannot compare two values, so the server and the form ask here; pure.
 */
interface Schema {
  [keyword: string]: unknown;
}

export interface OrderFault {
  /** JSON pointer of the later day. */
  path: string;
  code: 'RANGE';
  message: string;
}

/** Days out of order anywhere in the value: in the object itself, in its groups and in rows. */
export function dateOrderFaults(
  schema: Schema,
  value: unknown,
  language: 'ru' | 'en' = 'ru',
  path = '',
): OrderFault[] {
  if (!isObject(value) || !isObject(schema.properties)) return [];
  const properties = schema.properties as Record<string, Schema>;
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = `${path}/${name}`;
    const member = value[name];
    if (Array.isArray(member) && isObject(property.items))
      return member.flatMap((row, index) =>
        dateOrderFaults(property.items as Schema, row, language, `${at}/${index}`),
      );
    if (property.type === 'object') return dateOrderFaults(property, member, language, at);
    const earlier = property['x-not-before'];
    if (typeof earlier !== 'string') return [];
    const first = value[earlier];
    if (typeof member !== 'string' || typeof first !== 'string' || member >= first) return [];
    return [{ path: at, code: 'RANGE' as const, message: sentence(property, properties[earlier], language) }];
  });
}

function sentence(later: Schema, earlier: Schema | undefined, language: 'ru' | 'en'): string {
  const than = String(earlier?.title ?? '');
  return language === 'en'
    ? `${later.title}: must not be before “${than}”`
    : `${later.title}: не может быть раньше, чем «${than}»`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
