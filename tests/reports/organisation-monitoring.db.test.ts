/** «Мониторинг карточек ОО» against SQL written by hand, run as the database's owner, who sees every row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

interface Answer {
  report: object;
  levels: object[];
  measures: object[];
  columns: { key: string; kind: string; title: string }[];
  rows: { id: string; cells: (string | number | null)[]; group: (string | null)[] }[];
  groups: { value: string | null; count: number; measures: (number | string | null)[] }[];
  total: { count: number; measures: (number | string | null)[] };
}
interface Card {
  id: string;
  municipality: string;
  organisation: string;
  facts: boolean[];
  changed: string;
}

/** The facts that count, in the order of the paper; `or` is the mark «нет» that answers as well. */
const FACTS: [sql: string, title: string, or?: string][] = [
  ['full_name is not null', 'Полное наименование'],
  ['short_name is not null', 'Краткое наименование'],
  ['type is not null', 'Тип организации'],
  ['legal_form is not null', 'Вид организационно-правовой формы'],
  ['number is not null', 'Номер', 'number'],
  ['authority is not null', 'Орган управления (учредитель)'],
  ['settlement is not null', 'Городская или сельская местность'],
  ['director_id is not null', 'Директор (руководитель)'],
  ['deputy_studies_id is not null', 'Заместитель по учебно-воспитательной работе', 'deputyStudies'],
  [
    'deputy_facilities_id is not null',
    'Заместитель по административно-хозяйственной части',
    'deputyFacilities',
  ],
  ['deputy_informatics_id is not null', 'Заместитель по информационным технологиям', 'deputyInformatics'],
  ['city is not null', 'Населённый пункт'],
  ['legal_address_region is not null', 'Регион'],
  ['legal_address_city is not null', 'Населённый пункт'],
  ['legal_address_street is not null', 'Улица'],
  ['legal_address_house is not null', 'Дом'],
  ['phones is not null', 'Телефоны'],
  ['email is not null', 'Адрес электронной почты'],
  ['website is not null', 'Веб-сайт', 'website'],
  ['inn is not null', 'ИНН'],
  ['kpp is not null', 'КПП'],
  ['ogrn is not null', 'ОГРН'],
  ['okpo is not null', 'ОКПО'],
  ['okato is not null', 'ОКАТО'],
  ['okogu is not null', 'ОКОГУ'],
  ['charter is not null', 'Устав'],
  ['video_surveillance is not null', 'Есть видеонаблюдение'],
  ['internet_computers is not null', 'Компьютеров, подключённых к Интернету'],
  ['content_filter is not null', 'Средство контентной фильтрации', 'contentFilter'],
  ['internet_speed is not null', 'Скорость подключения по факту, Мбит/с'],
];

let app: TestApp;
let cards: Card[];

beforeAll(async () => {
  app = await anApp({ demo: true });
  // Cards of different fullness, one of them changed on a day of its own.
  await app.db.owner(`update organisation_card set inn = null, kpp = null, ogrn = null, phones = null
    where organisation_id % 3 = 0`);
  await app.db.owner(`update organisation_card set updated_at = '2026-03-04T05:06:07Z'
    where organisation_id = (select min(organisation_id) from organisation_card)`);
  const facts = FACTS.map(([sql, , or]) => (or ? `(c.${sql} or '${or}' = any(c.absent))` : `(c.${sql})`));
  cards = await app.db.owner<Card & Record<string, unknown>>(`
    select c.id, m.name as municipality, o.name as organisation, array[${facts.join(', ')}] as facts,
      to_char(c.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') as changed
    from organisation_card c join organisation o on o.id = c.organisation_id
      join organisation m on m.id = o.parent_id`);
});
afterAll(() => app.close());

const report = 'organisation-monitoring';
const run = async (client: TestClient, more: object = {}): Promise<Answer> => {
  const { status, body, text } = await client.post<Answer>('/api/report-runs', { report, ...more });
  expect(status, text).toBe(200);
  return body;
};
const filledOf = (card: Card) => card.facts.filter(Boolean).length;
const sum = (of: Card[]) => of.reduce((total, card) => total + filledOf(card), 0);

function expectFigures(answer: Answer, expected: Card[]): void {
  const place = (key: string) => answer.columns.findIndex(column => column.key === key);
  expect(answer.rows.map(row => row.id).sort()).toEqual(expected.map(card => card.id).sort());
  for (const row of answer.rows) {
    const card = expected.find(one => one.id === row.id)!;
    const empty = FACTS.flatMap(([, title], index) => (card.facts[index] ? [] : [title]));
    expect(row.group).toEqual([card.municipality]);
    expect(row.cells[place('organisation')]).toBe(card.organisation);
    expect(row.cells[place('filled')]).toBe(filledOf(card));
    expect(row.cells[place('required')]).toBe(FACTS.length);
    expect(row.cells[place('share')]).toBeCloseTo(filledOf(card) / FACTS.length, 10);
    expect(String(row.cells[place('changed')])).toContain(card.changed);
    expect(row.cells[place('missing')] ?? '').toBe(empty.join(', '));
  }
  for (const group of answer.groups)
    expectTotal(
      group,
      expected.filter(card => card.municipality === group.value),
    );
  expectTotal(answer.total, expected);
}

/** A ratio of sums, and the latest of all changes. */
function expectTotal({ count, measures }: Answer['total'], of: Card[]): void {
  const required = of.length * FACTS.length;
  expect([count, ...measures.slice(0, 3)]).toEqual([of.length, of.length, sum(of), required]);
  expect(measures[3]).toBeCloseTo(sum(of) / required, 10);
  expect(String(measures[4])).toContain(
    of
      .map(card => card.changed)
      .sort()
      .at(-1),
  );
}

describe('Мониторинг карточек ОО', () => {
  test('S001-3.3b the region sees every organisation by municipality, with weighted totals', async () => {
    const answer = await run(await app.signIn('region-admin'));
    expect(answer.groups.length).toBeGreaterThan(1);
    expectFigures(answer, cards);
    const shares = cards.map(card => filledOf(card) / FACTS.length);
    expect(new Set(shares).size).toBeGreaterThan(2);
  });

  test('the municipality sees its own organisations, the director the own one', async () => {
    const operator = await app.signIn('municipal-operator');
    const own = cards.filter(card => card.municipality === operator.session.active.organisation.name);
    expect(own.length).toBeGreaterThan(1);
    expectFigures(await run(operator), own);
    const director = await app.signIn('director');
    const [school] = cards.filter(card => card.organisation === director.session.active.organisation.name);
    expectFigures(await run(director), [school!]);
  });

  test('opens the organisations behind a figure, and leaves out the complete ones', async () => {
    const client = await app.signIn('region-admin');
    const gaps = cards.filter(card => card.facts.includes(false));
    expect(gaps.length).toBeLessThan(cards.length);
    expectFigures(await run(client, { parameters: { incomplete: true } }), gaps);
    const [{ municipality }] = cards as [Card];
    const drill = { group: { municipality }, measure: 'organisations' };
    const { body } = await client.post<{ count: number }>('/api/report-runs', { report, drill });
    expect(body.count).toBe(cards.filter(card => card.municipality === municipality).length);
  });

  test('speaks English to whoever asks for it, but for names and papers', async () => {
    const client = await app.signIn('region-admin');
    const headers = { 'accept-language': 'en' };
    const { body } = await client.post<Answer & { parameters: object }>(
      '/api/report-runs',
      { report, parameters: { type: ['general'], incomplete: true } },
      { headers },
    );
    const place = (key: string) => body.columns.findIndex(column => column.key === key);
    const told = [
      ...body.rows.flatMap(row => [row.cells[place('type')], row.cells[place('missing')]]),
      JSON.stringify([body.columns, body.measures, body.parameters, body.report, body.levels]),
    ];
    expect(body.rows.length).toBeGreaterThan(1);
    expect(told.filter(text => /[А-Яа-яЁё]/.test(String(text)))).toEqual([]);
    const paper = await client.post('/api/report-runs', { report, format: 'html' }, { headers });
    expect(paper.text).toContain('Мониторинг карточек ОО');
  });

  test.each(['xlsx', 'csv', 'pdf', 'html'])('leaves as %s', async format => {
    const client = await app.signIn('municipal-operator');
    const answer = await client.post('/api/report-runs', { report, format });
    expect(answer.status).toBe(200);
    expect(answer.bytes.length).toBeGreaterThan(500);
  });

  test('is not offered to whom it does not concern', async () => {
    for (const login of ['teacher', 'student']) {
      const client = await app.signIn(login);
      expect((await client.post('/api/report-runs', { report })).status).toBe(404);
    }
  });
});

test('the moment of the last change may be asked for in a list by whoever reads the whole card', async () => {
  const asked = { fields: ['updatedAt', 'createdAt'], sort: '-updatedAt', limit: 1 };
  const ask = async (login: string, entity: string) =>
    (await app.signIn(login)).post<{ items?: Record<string, unknown>[] }>(
      `/api/records/${entity}/query`,
      asked,
    );
  const { body } = await ask('director', 'organisation-card');
  expect(body.items?.[0]?.updatedAt).toMatch(/^20\d\d-.*Z$/);
  expect(body.items?.[0]?.createdAt).toMatch(/^20\d\d-.*Z$/);
  expect(await ask('region-admin', 'student')).toMatchObject({
    status: 400,
    body: { code: 'FIELD_UNKNOWN' },
  });
});
