import { expect, test } from 'vitest';
import type { Catalogue, Field } from '../catalogue/types.ts';
import { textOf } from './value-text.ts';

const nothing = {} as Catalogue;
const field = (more: Partial<Field>) => ({ path: 'x', title: 'X', kind: 'text', ...more }) as Field;

test('AU5 an extract shows numbers and days as papers write them', () => {
  expect(textOf(nothing, field({ format: 'snils' }), '99420930541')).toBe('994-209-305 41');
  expect(textOf(nothing, field({ format: 'phone-ru' }), '+79447974461')).toBe('+7 944 797-44-61');
  expect(textOf(nothing, field({ kind: 'date' }), '2026-09-01')).toBe('01.09.2026');
  expect(textOf(nothing, field({}), 'просто текст')).toBe('просто текст');
});
