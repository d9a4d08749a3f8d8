import type { FormEnvironment } from '../environment.ts';
import { nameOfNew, rowsOf } from '../rows/row-values.ts';
import type { Leaf } from '../schema/leaves.ts';
import { plainText } from '../widgets/plain-value.tsx';
import { isObject } from './paths.ts';

/** Any value of a form in a line of text, rows included: for comparing two versions of a card. */
export function describeValue(
  leaf: Leaf,
  value: unknown,
  environment: FormEnvironment,
  t: (key: string) => string,
): string {
  if (!leaf.row) return plainText(leaf, value, environment, t);
  return rowsOf(value)
    .map(row =>
      (leaf.row ?? [])
        .map(column => {
          const cell = row[column.path];
          return isObject(cell)
            ? nameOfNew(cell, environment.references)
            : plainText(column, cell, environment, t);
        })
        .filter(Boolean)
        .join(', '),
    )
    .join('; ');
}
