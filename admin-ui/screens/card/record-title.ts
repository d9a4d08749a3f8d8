import type { EntityDescription } from '../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import { getAt, isObject } from '../../forms/values/paths.ts';

/** What the card is called: the server's caption, the person's name, or the first filled column of the list. */
export function recordTitle(record: RecordAnswer, description: EntityDescription): string {
  const caption = record.labels[''];
  if (caption) return caption;
  if (isObject(record.person)) {
    const name = [record.person.lastName, record.person.firstName, record.person.middleName].filter(Boolean);
    if (name.length > 0) return name.join(' ');
  }
  for (const path of description.list.columns) {
    const value = record.labels[path] ?? getAt(record, path);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return description.title;
}
