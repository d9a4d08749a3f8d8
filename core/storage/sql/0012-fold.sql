-- Search forgets soft hyphens too, on both sides alike (core/formats/text.ts). No index is built on it.
create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  return replace(replace(lower(value), 'ё', 'е'), U&'\00AD', '');
