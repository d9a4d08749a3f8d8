/** The card of an organisation: the 27 regulated facts, with heads chosen from the staff and typed nowhere twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

interface Card {
  id: string;
  version: string;
  labels: Record<string, string>;
  [field: string]: unknown;
}

let app: TestApp;
let director: TestClient;
let url: string;

beforeAll(async () => {
  app = await anApp({ demo: true });
  director = await app.signIn('director');
  const { body } = await director.post<{ items: Card[] }>('/api/records/organisation-card/query', {
    fields: [],
  });
  url = `/api/records/organisation-card/${body.items[0]?.id}`;
});
afterAll(() => app.close());

const held = async (post: string) => {
  const { body } = await director.post<{ items: Card[] }>('/api/records/staff-member/query', {
    filter: { op: '=', args: [{ property: 'mainPosition' }, post] },
    fields: ['person'],
    limit: 1,
  });
  return { id: body.items[0]?.id ?? '', name: String(body.items[0]?.label) };
};

test('S001-П1-1.1-ОО S000-cards takes all 27 facts; the head and deputies are cards of the staff', async () => {
  const [head, studies, facilities, informatics] = await Promise.all(
    ['director', 'dep-uvr', 'dep-ahr', 'dep-it'].map(held),
  );
  const facts = {
    fullName: 'Муниципальное общеобразовательное учреждение «Средняя школа № 5»',
    shortName: 'Школа № 5',
    type: 'general',
    number: '5',
    authority: 'Управление образования города Яснополя',
    settlement: 'urban',
    director: head?.id,
    deputyStudies: studies?.id,
    deputyFacilities: facilities?.id,
    deputyInformatics: informatics?.id,
    city: 'Яснополь',
    legalAddress: {
      postcode: '659010',
      region: 'Приозёрский край',
      city: 'Яснополь',
      street: 'ул. Садовая',
      house: '4',
    },
    phones: ['+73992123456', '+73992123457'],
    email: 'school5@example.ru',
    website: 'https://school5.example.ru',
    inn: '7012345676',
    kpp: '701201001',
    ogrn: '1157024000110',
    okpo: '55123497',
    okato: '02401000000',
    okogu: '4210007',
    charter: 'Утверждён постановлением от 12.10.2020 № 77',
    videoSurveillance: true,
    internetComputers: 120,
    contentFilter: 'Фильтр оператора связи',
    internetSpeed: 300,
  };
  const { body: before } = await director.get<Card>(url);
  const saved = await director.patch<Card>(url, facts, before.version);
  expect(saved.status, saved.text).toBe(200);
  expect(saved.body).toMatchObject({ ...facts, legalForm: before.legalForm });
  expect(before.legalForm).toBeDefined();
  expect(saved.body.labels.director).toBe(head?.name);
  expect(saved.body.completeness).toMatchObject({
    filled: (saved.body.completeness as { total: number }).total,
  });
});

test.each([
  ['inn', '7012345677'],
  ['kpp', '7012-1001'],
  ['ogrn', '1157024000111'],
  ['ogrnip', '1157024000110'],
  ['okpo', '55123498'],
  ['okato', '0240100'],
  ['okogu', '42'],
  ['website', 'school5'],
  ['internetComputers', -1],
  ['director', 'Иванов Иван Иванович'],
])('S001-П1-1.1-ОО refuses %s %s at its place', async (field, value) => {
  const { body: card } = await director.get<Card>(url);
  const { status, body } = await director.patch<{ errors: { path: string }[] }>(
    url,
    { [field]: value },
    card.version,
  );
  expect(status).toBe(422);
  expect([...new Set(body.errors.map(one => one.path))]).toEqual([`/${field}`]);
});
