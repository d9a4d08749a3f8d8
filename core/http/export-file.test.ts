import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Problem } from '../problems.ts';
import type { ExportedRow } from '../storage/gateway.types.ts';
import { cellOf } from '../storage/list-rows.ts';
import { attachment, csvFile, type ExportColumn, XLSX_ROWS, xlsxFile } from './export-file.ts';

const stamp = {
  system: 'Картотека',
  subsystem: 'Проба',
  composedAt: '02.09.2026 10:15',
  executor: 'Иванова М. П.',
  parameters: [],
};
const columns: ExportColumn[] = [
  { path: 'person', title: 'ФИО', kind: 'text' },
  { path: 'person.snils', title: 'СНИЛС', kind: 'text', textFormat: 'snils' },
  { path: 'person.birthDate', title: 'Дата рождения', kind: 'date' },
  { path: 'note', title: 'Примечание', kind: 'text' },
];
const row = { id: '1', cells: ['Иванов Иван', '11223344595', '2015-02-03', '=1+1'] };
const empty = { id: '2', cells: [null, null, null, null] };
async function* batches(...all: ExportedRow[][]) {
  yield* all;
}

describe('a file of a list', () => {
  it('IE3 shows captions, identifiers and days as people write them, formulas as text', async () => {
    const file = await text(await csvFile('Список', columns, stamp, batches([row], [empty])));
    const lines = file.split('\r\n');
    expect(lines.at(-3)).toBe(`Иванов Иван;112-233-445 95;03.02.2015;'=1+1`);
    expect(lines.at(-2)).toBe(';;;');
    expect(file).toContain('Дата составления: 02.09.2026 10:15');
    expect(file).toContain('Исполнитель: Иванова М. П.');
  });

  it('answers a refusal before a byte of the file is sent', async () => {
    const refused: AsyncIterable<ExportedRow[]> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Problem('FORBIDDEN', 403, 'Нет права', 'Нет права')),
      }),
    };
    await expect(csvFile('Список', columns, stamp, refused)).rejects.toMatchObject({ status: 403 });
  });

  it('is refused as XLSX when it would not open', async () => {
    const many = Array.from({ length: XLSX_ROWS + 1 }, () => empty);
    await expect(xlsxFile('Список', columns, stamp, batches(many))).rejects.toMatchObject({
      code: 'EXPORT_TOO_LARGE',
    });
  });

  it('joins several values into one cell and leaves objects out', () => {
    expect(cellOf(['a', 'b'])).toBe('a, b');
    expect(cellOf([{ id: 1 }])).toBeNull();
    expect(cellOf({ id: 1 })).toBeNull();
    expect(cellOf(undefined)).toBeNull();
    expect(cellOf(false)).toBe(false);
  });

  it('names the file in Russian for new programs and plainly for old ones', () => {
    expect(attachment('Обучающиеся 2026-09-02.csv', 'student-2026-09-02.csv')).toMatch(
      /^attachment; filename="student-2026-09-02\.csv"; filename\*=UTF-8''%D0%9E.*%202026-09-02\.csv$/,
    );
    expect(attachment(`a"b'(c)\r\n.csv`, 'a.csv')).toBe(
      `attachment; filename="a.csv"; filename*=UTF-8''a%22b%27%28c%29%0D%0A.csv`,
    );
  });
});
