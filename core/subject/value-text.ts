/** A stored value as people read it, without asking the database: dictionaries are in memory, captions came before. */

import { isObject } from '../catalogue/json.ts';
import type { Catalogue, Field } from '../catalogue/types.ts';
import { showFormat } from '../formats/formats.ts';
import { captionOfValue } from '../storage/labels.ts';

export function textOf(catalogue: Catalogue, field: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field.kind === 'rows' && Array.isArray(value))
    return value
      .map(row =>
        (field.rows ?? [])
          .flatMap(part => (isObject(row) ? textOf(catalogue, part, row[part.path]) || [] : []))
          .join(', '),
      )
      .join('; ');
  const caption = captionOfValue(catalogue, field, value as never);
  if (caption !== undefined) return caption;
  if (field.kind === 'boolean') return value ? 'да' : 'нет';
  if (field.kind === 'date') return String(value).split('-').reverse().join('.');
  if (field.format && typeof value === 'string') return showFormat(field.format, value);
  return Array.isArray(value) ? value.join(', ') : String(value);
}
