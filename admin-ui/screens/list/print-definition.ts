import type { Expression } from '../../../core/expressions/types.ts';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import type { ListQuery } from '../../../core/storage/gateway.types.ts';

/** The list as a report definition: the same columns, conditions and order, printed with the usual stamp. */
export function printDefinition(
  description: EntityDescription,
  query: ListQuery,
  columns: ColumnDescription[],
) {
  const parts = [query.filter, searchExpression(description, query.q)].filter(part => part !== undefined);
  return {
    $schema: 'kartoteka/report/1',
    id: 'list',
    version: 1,
    title: description.plural,
    source: description.id,
    unit: description.title,
    asOf: 'today',
    ...(parts.length > 0 ? { where: parts.length > 1 ? { op: 'and', args: parts } : parts[0] } : {}),
    columns: columns.map((column, index) => ({
      key: `c${index}`,
      title: column.title,
      ...columnSource(column),
    })),
    sort: sortKeys(query.sort ?? '', columns),
    print: { orientation: 'landscape', layout: 'table' },
  };
}

function columnSource(column: ColumnDescription) {
  return column.path === 'person'
    ? { formula: { op: 'caption', args: [{ property: 'person' }] } }
    : { property: column.path };
}

/** A report has no search box: the typed letters become a condition on the caption. */
function searchExpression(description: EntityDescription, q: string | undefined): Expression | undefined {
  if (!q) return undefined;
  const caption: Expression = description.facet
    ? { op: 'caption', args: [{ property: 'person' }] }
    : { property: description.list.columns[0] ?? 'id' };
  return { op: 'contains', args: [caption, q] };
}

function sortKeys(sort: string, columns: ColumnDescription[]) {
  return sort
    .split(',')
    .filter(Boolean)
    .flatMap(part => {
      const path = part.replace(/^-/, '');
      const index = columns.findIndex(
        column => column.path === path || (column.path === 'person' && path.startsWith('person.lastName')),
      );
      return index < 0 ? [] : [{ key: `c${index}`, ...(part.startsWith('-') ? { descending: true } : {}) }];
    });
}
