/** The extract as a paper: a table for each card, then who saw them and where lists went. */
import type { Catalogue } from '../catalogue/types.ts';
import type { Block, DocumentTree, TableBlock } from '../documents/types.ts';
import { showInstant } from '../documents/values.ts';
import type { AccessEntry } from './access-log.ts';
import type { Extract, ExtractedCard, ExtractedField } from './extract.ts';

const BASIS = { law: 'закон', consent: 'согласие', contract: 'договор' } as const;
/** The rest is in the JSON. */
const MOST_LINES = 100;

const ACTIONS: Record<string, string> = {
  view: 'открытие карточки', create: 'создание', update: 'изменение', delete: 'удаление', history: 'просмотр истории',
  export: 'выгрузка', 'export-file': 'выгрузка', report: 'отчёт', print: 'печать', extract: 'выписка',
  'access-log': 'просмотр журнала доступа', 'file-read': 'чтение файла', 'file-add': 'добавление файла',
  'file-delete': 'удаление файла', 'access-refused': 'отказ в доступе',
}; // biome-ignore format: a table of words

export function extractDocument(catalogue: Catalogue, extract: Extract, timeZone: string): DocumentTree {
  const title = `Сведения о персональных данных: ${extract.person}`;
  return {
    title,
    layout: 'report',
    orientation: 'portrait',
    blocks: [
      { type: 'heading', level: 1, content: title },
      {
        type: 'paragraph',
        content: `${extract.organisation}. Перечень того, что хранится о человеке: основание, цель и срок, кто и когда внёс, кто видел, куда выгружались списки.`,
      },
      ...extract.cards.flatMap(card => cardBlocks(card, timeZone)),
      ...linesBlocks('Кто обращался к карточкам', catalogue, extract.seen, timeZone),
      ...linesBlocks('Выгрузки и отчёты, в которые карточка могла войти', catalogue, extract.given, timeZone),
    ],
  };
}

function cardBlocks(card: ExtractedCard, timeZone: string): Block[] {
  const blocked = card.blocked.join(', ');
  return [
    { type: 'heading', level: 2, content: card.label ? `${card.title}: ${card.label}` : card.title },
    tableOf(
      ['Сведение', 'Значение', 'Основание, цель, срок', 'Внесено'],
      card.fields.map(field => [field.title, field.text, groundOf(field), enteredBy(field, timeZone)]),
      [3, 4, 4, 3],
    ),
    ...(blocked
      ? [
          {
            type: 'paragraph' as const,
            content: `Закрыто, потому что нет действующего согласия: ${blocked}.`,
          },
        ]
      : []),
  ];
}

const groundOf = (field: ExtractedField): string =>
  [BASIS[field.basis], field.purpose, field.until && `до ${field.until.split('-').reverse().join('.')}`]
    .filter(Boolean)
    .join('; ');

const enteredBy = ({ by, at }: ExtractedField, timeZone: string): string =>
  by && at ? `${by}, ${showInstant(at, timeZone)}` : 'при загрузке данных';

function linesBlocks(
  title: string,
  catalogue: Catalogue,
  entries: readonly AccessEntry[],
  timeZone: string,
): Block[] {
  const rows = entries
    .slice(0, MOST_LINES)
    .map(entry => [
      showInstant(entry.at, timeZone),
      [entry.by, entry.role && (catalogue.roles.get(entry.role)?.title ?? entry.role)]
        .filter(Boolean)
        .join(', '),
      entry.organisation ?? '',
      ACTIONS[entry.action] ?? entry.action,
    ]);
  const shown = entries.length > MOST_LINES ? ` (последние ${MOST_LINES})` : '';
  return [
    { type: 'heading', level: 2, content: `${title}${shown}` },
    rows.length > 0
      ? tableOf(['Когда', 'Кто', 'Организация', 'Что'], rows, [2, 4, 4, 3])
      : { type: 'paragraph', content: 'Записей нет.' },
  ];
}

const tableOf = (head: string[], body: string[][], widths: number[]): TableBlock => ({
  type: 'table',
  columns: widths.map(width => ({ width, align: 'left' as const })),
  head: [{ cells: head }],
  body: body.map(cells => ({ cells })),
  borders: true,
});
