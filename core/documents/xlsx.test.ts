import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { writeTableCsv } from './csv.ts';
import type { TableSheet } from './types.ts';
import { writeTableXlsx } from './xlsx.ts';

const table: TableSheet = {
  title: 'Список: 7/А',
  columns: [
    { title: 'ФИО', kind: 'text' },
    { title: 'Дата рождения', kind: 'date' },
    { title: 'Заполнено', kind: 'decimal', format: 'percent1' },
    { title: 'Полей', kind: 'integer' },
    { title: 'СНИЛС', kind: 'text' },
  ],
  rows: [
    { cells: ['7 «А»', null, 0.949, 29, null], role: 'group' },
    { cells: ['=HYPERLINK("http://x")', '2013-05-12', 0.9, 26, '00112233445'], level: 1 },
    { cells: [' +7 900', null, 1, -3, '@sum'], level: 1 },
  ],
  stamp: {
    system: 'Картотека',
    subsystem: 'Личные карточки',
    composedAt: '02.09.2026 10:15',
    executor: 'Иванова М. П.',
    parameters: ['Класс: 7 «А»'],
  },
};

describe('sheets', () => {
  it('are typed: days, numbers and percents; formula-like text stays text (IE3)', async () => {
    const book = await readXlsx(await writeTableXlsx(table));
    const rows = book.sheets[0]!.rows;
    const head = rows.findIndex(row => row[0] === 'ФИО');
    const [, second, third] = rows.slice(head + 1);
    expect(second![0]).toBe('=HYPERLINK("http://x")');
    expect(second![1]).toBeInstanceOf(Date);
    expect((second![1] as Date).toISOString().slice(0, 10)).toBe('2013-05-12');
    expect(second![2]).toBe(0.9);
    expect(second![4]).toBe('00112233445');
    expect(third![3]).toBe(-3);
    expect(third![4]).toBe('@sum');
  });

  it('carry the stamp above the table and freeze the head (S001-4.5)', async () => {
    const sheet = (await readXlsx(await writeTableXlsx(table))).sheets[0]!;
    const text = sheet.rows.slice(0, 6).flat().join('\n');
    for (const part of ['Картотека', 'Личные карточки', '02.09.2026', 'Иванова М. П.', 'Класс: 7 «А»']) {
      expect(text).toContain(part);
    }
    expect(sheet.freezePane?.rows).toBe(sheet.rows.findIndex(row => row[0] === 'ФИО') + 1);
  });
});

describe('CSV', () => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(writeTableCsv(table));

  it('begins with a BOM and the stamp, ends lines with CRLF', () => {
    expect(text.startsWith('\ufeffСписок: 7/А\r\n')).toBe(true);
    expect(text).toContain('Исполнитель: Иванова М. П.\r\n');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('neutralises formulas and leaves true numbers alone (IE3)', () => {
    expect(text).toContain(`"'=HYPERLINK(""http://x"")";12.05.2013;90,0%;26;00112233445`);
    expect(text).toContain(`' +7 900;;100,0%;-3;'@sum`);
  });
});
