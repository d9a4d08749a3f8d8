/** Captions: of records by their label template, of dictionary codes, of plain values as people read them. */
import { labelParts } from '../catalogue/labels.ts';
import type { Field } from '../catalogue/types.ts';
import { fieldUnknown } from '../problems.ts';
import { locate } from './compile.ts';
import type { Frame } from './frame.ts';
import { bound, column, type Sql, sql } from './sql.ts';

/** A label may name a record whose label names a record; deeper is left out. */
const MAX_NESTED_LABELS = 3;

/** Label of the frame's record; empty where there is none or nothing of it may be seen. */
export function labelOf(frame: Frame, depth = 0): Sql {
  const parts = labelParts(frame.entity).map(part => {
    if ('text' in part) return bound(part.text, 'text');
    const caption = depth < MAX_NESTED_LABELS ? findCaption(frame, part.path, depth + 1) : undefined;
    return caption ?? bound('', 'text');
  });
  if (parts.length === 0) parts.push(bound('', 'text'));
  const label = sql`nullif(btrim(concat(${sql.join(parts)})), '')`;
  return frame.first ? label : sql`case when ${column(frame.alias, 'id')} is not null then ${label} end`;
}

/**
 * Text that people read in place of the value: label of a reference, caption of a code, дд.мм.гггг of a day;
 * with an empty path the record's own label.
 *
 * @throws FIELD_UNKNOWN
 */
export function captionOf(frame: Frame, path: string): Sql {
  if (path === '') return labelOf(frame);
  const caption = findCaption(frame, path, 0);
  if (!caption) throw fieldUnknown(path);
  return caption;
}

function findCaption(frame: Frame, path: string, depth: number): Sql | undefined {
  const found = locate(frame, path);
  if (!found || found.kind === 'many') return undefined;
  if (found.kind === 'id') return labelOf(found.frame, depth);
  if (found.kind === 'person') return personName(found.frame);
  return captionOfField(found.frame, found.field, depth);
}

function captionOfField(frame: Frame, field: Field, depth: number): Sql | undefined {
  const value = frame.value(field);
  switch (field.kind) {
    case 'dictionary':
      return dictionaryCaption(frame, field, value);
    case 'dictionaries': {
      const item = sql.raw('code');
      return sql`(select string_agg(${dictionaryCaption(frame, field, sql`item.${item}`)}, ', ' order by item.place) from unnest(${value}) with ordinality item(${item}, place))`;
    }
    case 'ref': {
      const relation = frame.entity.relations.get(field.path);
      if (relation?.kind !== 'one') return undefined;
      const target = frame.to(relation);
      return target.trusted || target.rights?.can('read') ? labelOf(target, depth) : sql`null::text`;
    }
    case 'texts':
      return sql`array_to_string(${value}, ', ')`;
    case 'date':
      return sql`to_char(${value}, 'DD.MM.YYYY')`;
    case 'instant':
      return sql`to_char(${value}, 'DD.MM.YYYY HH24:MI')`;
    case 'boolean':
      return frame.context.language === 'en'
        ? sql`case when ${value} then 'yes' when not ${value} then 'no' end`
        : sql`case when ${value} then 'да' when not ${value} then 'нет' end`;
    case 'decimal':
      return sql`replace(trim_scale(${value})::text, '.', ',')`;
    case 'rows':
      return undefined;
    default:
      return sql`(${value})::text`;
  }
}

function dictionaryCaption(frame: Frame, field: Field, code: Sql): Sql {
  const language = frame.context.language === 'en' ? 'en' : 'ru';
  const text = language === 'en' ? sql`coalesce(nullif(i.en, ''), i.ru)` : sql`i.ru`;
  const id = field.dictionary ?? '';
  const installed = sql`(select ${text} from dictionary_item i where i.dictionary = ${bound(id, 'text')} and i.code = ${code})`;
  const own = frame.context.catalogue.dictionaries.get(id)?.own;
  if (!own || own.size === 0) return sql`coalesce(${installed}, ${code})`;
  // Captions of the levels stand in the catalogue of who asks, not in the table that all share.
  const captions = Object.fromEntries([...own].map(([key, item]) => [key, item[language]]));
  return sql`coalesce(${JSON.stringify(captions)}::jsonb ->> ${code}, ${installed}, ${code})`;
}

/** Фамилия Имя Отчество of a facet, as far as each part may be read. */
export function personName(frame: Frame): Sql {
  const parts = ['lastName', 'firstName', 'middleName'].flatMap(name => {
    const field = frame.entity.fields.get(`person.${name}`);
    return field && frame.readable(field.path) ? [frame.value(field)] : [];
  });
  return parts.length === 0 ? sql`null::text` : sql`nullif(concat_ws(' ', ${sql.join(parts)}), '')`;
}
