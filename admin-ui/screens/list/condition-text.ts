import type { TFunction } from 'i18next';
import type { Scalar } from '../../../core/expressions/types.ts';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import { type ValueWords, valueText } from '../../components/value-text.ts';
import type { Condition } from './conditions.ts';

/** What is chosen, in a few words: «7А, 7Б», «Первая и ещё 2», «с 01.09.2026». Empty when nothing is. */
export function conditionText(
  condition: Condition,
  column: ColumnDescription,
  description: EntityDescription,
  words: ValueWords,
  t: TFunction,
): string {
  const caption = (value: Scalar) =>
    condition.captions?.[String(value)] ??
    description.dictionaries[column.dictionary ?? '']?.find(item => item.code === value)?.text ??
    valueText(value, column, words);
  const { value } = condition;
  if (condition.op === 'between' && Array.isArray(value)) {
    const [from, to] = value;
    const start = from ? t('filter.since', { day: caption(from) }) : '';
    const end = to ? t('filter.until', { day: caption(to) }) : '';
    return [start, end].filter(Boolean).join(' ');
  }
  if (!Array.isArray(value)) return value === undefined || value === null ? '' : caption(value);
  const names = value.map(caption);
  return names.length > 2 ? t('filter.more', { first: names[0], count: names.length - 1 }) : names.join(', ');
}
