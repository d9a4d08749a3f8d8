/** The search box of a list: every word must be found in one of the fields the card names for it. */
import { fold } from '../formats/text.ts';
import { captionOf } from './captions.ts';
import { locate } from './compile.ts';
import type { Frame } from './frame.ts';
import { and, column, or, type Sql, sql } from './sql.ts';

const MAX_WORDS = 8;

/** Words without ё/е, case and soft hyphens; NFC, so that a composed й is found (SC5). */
export function searchWords(text: string): string[] {
  return fold(text)
    .split(/\s+/)
    .filter(word => word !== '')
    .slice(0, MAX_WORDS);
}

export const likePattern = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`;

/** Fields closed to the actor are not searched; with nothing to search nothing is found. */
export function searchCondition(frame: Frame, text: string): Sql {
  const texts = frame.entity.search.flatMap(path => searchable(frame, path));
  if (texts.length === 0) return sql`false`;
  return and(
    searchWords(text).map(word => {
      const digits = word.replace(/[-–()]/g, '');
      // A number is stored without the hyphens it is written with.
      const patterns = /^\d{3,}$/.test(digits) && digits !== word ? [word, digits] : [word];
      return or(
        texts.flatMap(source => patterns.map(pattern => sql`${source} like ${likePattern(pattern)}::text`)),
      );
    }),
  );
}

function searchable(frame: Frame, path: string): Sql[] {
  const found = locate(frame, path);
  if (!found || found.kind === 'many' || found.kind === 'id') return [];
  if (found.kind === 'person') return personText(found.frame);
  if (found.field.kind === 'rows') return [];
  return [sql`fold(${captionOf(frame, path)})`];
}

/** The stored, folded name and the former ones; only when the whole name may be read in every row. */
function personText(frame: Frame): Sql[] {
  const names = ['person.lastName', 'person.firstName', 'person.middleName'];
  const whole = names.every(
    name => frame.entity.fields.has(name) && frame.readable(name) && frame.mask(name) === undefined,
  );
  if (whole) return [column(frame.person(), 'search'), column(frame.person(), 'former')];
  return names.flatMap(name => {
    const field = frame.entity.fields.get(name);
    return field && frame.readable(name) ? [sql`fold(${frame.value(field)})`] : [];
  });
}
