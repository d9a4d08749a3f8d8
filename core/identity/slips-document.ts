/** Slips with one-time passwords: two in a row, cut along the lines of the table. */
import type { Cell, DocumentTree, Run, TableRow } from '../documents/types.ts';
import type { SlipsAnswer } from './account-office.ts';

const IN_ROW = 2;

/** @param address where one signs in, as it is to be typed */
export function slipsDocument(slips: SlipsAnswer, organisation: string, address: string): DocumentTree {
  const title = slips.group ? `Пароли для входа: ${slips.group}` : 'Пароли для входа';
  const cells = slips.items.map(item => slipCell(item, organisation, address));
  const body: TableRow[] = [];
  for (let at = 0; at < cells.length; at += IN_ROW) {
    const row = cells.slice(at, at + IN_ROW);
    body.push({ cells: row.length < IN_ROW ? [...row, ''] : row });
  }
  return {
    title,
    layout: 'report',
    orientation: 'portrait',
    blocks: [
      { type: 'heading', level: 1, content: title },
      {
        type: 'paragraph',
        content:
          'Разрежьте по линиям и отдайте каждому лично. При первом входе система попросит придумать свой пароль.',
      },
      {
        type: 'table',
        columns: Array.from({ length: IN_ROW }, () => ({ width: 1, align: 'left' as const })),
        head: [],
        body,
        borders: true,
      },
    ],
  };
}

function slipCell(item: SlipsAnswer['items'][number], organisation: string, address: string): Cell {
  const content: Run[] = [
    { text: `${item.name}\n`, bold: true },
    { text: `${organisation}\n${address}\n`, small: true },
    { text: 'Логин: ' },
    { text: `${item.login}\n`, bold: true },
    { text: 'Пароль на один раз: ' },
    { text: item.password, bold: true },
  ];
  return { content };
}
