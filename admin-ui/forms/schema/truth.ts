import { holds } from '../../../core/expressions/evaluate.ts';
import { localToday } from '../../../core/formats/dates.ts';
import type { Truth } from './rules.ts';

/** A rule's condition over the values being typed, with the same null rules as on the server: unknown is no. */
export const isTrue: Truth = (expression, values) => holds(expression, values, { today: localToday() });
