/** Cards of staff: what they hold, what follows from orders, and how full they are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

interface Card {
  id: string;
  version: string;
  status?: string;
  completeness: { filled: number; total: number };
  allowed: { update: boolean; write: string[] };
  [field: string]: unknown;
}

let app: TestApp;
let hr: TestClient;

beforeAll(async () => {
  app = await anApp({ demo: true });
  hr = await app.signIn('hr');
});
afterAll(() => app.close());

const open = async (client: TestClient, id: string, include = '') => {
  const answer = await client.get<Card>(`/api/records/staff-member/${id}${include && `?include=${include}`}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};

const order = (more: object) => ({
  kind: 'hire',
  number: '17-к',
  orderedOn: '2026-08-20',
  effectiveOn: '2026-09-01',
  position: 'uchitel',
  employment: 'main',
  ...more,
});

let born = 10;
/** Somebody new, hired by an order. */
async function hired(more: object = {}): Promise<Card> {
  born += 1;
  const { status, body, text } = await hr.post<Card>('/api/records/staff-member', {
    person: {
      lastName: `Новикова${'абвгдежзик'[born % 10]}`,
      firstName: 'Ольга',
      birthDate: `1985-03-${born}`,
      sex: 'f',
    },
    staffOrders: [order({})],
    ...more,
  });
  expect(status, text).toBe(201);
  return body;
}

const add = async (entity: string, body: object, client = hr) => {
  const { status, body: made, text } = await client.post<Card>(`/api/records/${entity}`, body);
  expect(status, text).toBe(201);
  return made;
};

describe('the personal card', () => {
  const address = { region: 'Приозёрский край', city: 'Яснополь', street: 'ул. Садовая', house: '4' };
  const consents = [{ purpose: 'staff-hr', form: 'paper', signedOn: '2026-08-20', signedBy: 'self' }];
  const twentySix = {
    document: { type: '21', series: '0210', number: '123456', issuedOn: '2010-05-20', issuedBy: 'ОВМ МВД' },
    residence: address,
    registration: address,
    homePhone: '+73992123456',
    email: 'novikova@example.ru',
    subjects: ['rus', 'lit'],
    teachingActivity: ['lessons', 'class'],
    additionalPositions: ['metodist'],
    service: { totalFrom: '2008-09-01', pedagogicalFrom: '2009-09-01' },
    maritalStatus: '2',
    inn: '230112345600',
    awards: [{ kind: 'municipal-award', awardedOn: '2020-10-05', document: 'Приказ № 4' }],
    educationRecords: [
      {
        level: 'he-specialist',
        institution: 'Приозёрский педагогический университет',
        graduatedIn: 2007,
        diplomaNumber: '102345 1234567',
        diplomaIssuedOn: '2007-06-28',
        speciality: 'Русский язык и литература',
      },
    ],
    trainingCourses: [{ kind: 'kpk', topic: 'Смысловое чтение', hours: 36, finishedOn: '2025-11-20' }],
    certifications: [
      { category: 'first', position: 'uchitel', givenOn: '2024-02-15', absent: ['validUntil'] },
    ],
  };

  test('S001-П1-1.1-ПР S000-cards takes all 26 facts, with post and hiring from the order', async () => {
    const person = {
      lastName: 'Всесторонняя',
      firstName: 'Ольга',
      middleName: 'Петровна',
      birthDate: '1985-02-03',
      sex: 'f',
      snils: '11223344595',
    };
    const made = await add('staff-member', { person, staffOrders: [order({})], consents, ...twentySix });
    const card = await open(
      hr,
      made.id,
      'awards,educationRecords,trainingCourses,certifications,staffOrders',
    );
    const { awards, educationRecords, trainingCourses, certifications, ...own } = twentySix;
    expect(card).toMatchObject({ ...own, person });
    expect(card).toMatchObject({
      mainPosition: 'uchitel',
      employment: 'main',
      status: 'active',
      hiredOn: '2026-09-01',
      hireOrderNumber: '17-к',
      hireOrderDate: '2026-08-20',
    });
    for (const [name, rows] of Object.entries({
      awards,
      educationRecords,
      trainingCourses,
      certifications,
    })) {
      const { absent: _, ...facts } = rows[0] as Record<string, unknown>;
      expect(card[name], name).toMatchObject([facts]);
    }
  });

  test('S001-П1-1.1-ПР refuses numbers that cannot be', async () => {
    const card = await hired();
    const wrong = { inn: '230112345601', homePhone: '12', service: { totalFrom: '2030-01-01' } };
    const { status, body } = await hr.patch<{ errors: { path: string }[] }>(
      `/api/records/staff-member/${card.id}`,
      wrong,
      card.version,
    );
    expect(status).toBe(422);
    expect(body.errors.map(one => one.path).sort()).toEqual(['/homePhone', '/inn', '/service/totalFrom']);
  });
});

describe('orders', () => {
  test('S003-5.6 post, status and dates follow from the orders and from nothing else', async () => {
    const card = await hired();
    const refused = await hr.patch(
      `/api/records/staff-member/${card.id}`,
      { status: 'dismissed' },
      card.version,
    );
    expect(refused.status).toBe(422);

    const staff = card.id;
    await add(
      'staff-order',
      order({
        staff,
        kind: 'transfer',
        number: '18-к',
        effectiveOn: '2026-10-01',
        position: 'dep-uvr',
        employment: undefined,
      }),
    );
    expect(await open(hr, staff)).toMatchObject({
      mainPosition: 'dep-uvr',
      employment: 'main',
      status: 'active',
      hireOrderNumber: '17-к',
    });

    await add('staff-order', {
      staff,
      kind: 'leave',
      number: '19-к',
      orderedOn: '2026-10-10',
      effectiveOn: '2026-10-12',
      statusAfter: 'maternity',
    });
    expect((await open(hr, staff)).status).toBe('maternity');
    await add('staff-order', {
      staff,
      kind: 'leave',
      number: '20-к',
      orderedOn: '2026-10-20',
      effectiveOn: '2026-10-21',
    });
    expect((await open(hr, staff)).status).toBe('maternity');

    const last = await add('staff-order', {
      staff,
      kind: 'dismissal',
      number: '21-к',
      orderedOn: '2026-11-10',
      effectiveOn: '2026-11-11',
    });
    expect(await open(hr, staff)).toMatchObject({
      status: 'dismissed',
      dismissedOn: '2026-11-11',
      mainPosition: 'dep-uvr',
    });
    await hr.delete(`/api/records/staff-order/${last.id}`, last.version);
    const back = await open(hr, staff);
    expect(back.status).toBe('maternity');
    expect(back.dismissedOn).toBeUndefined();
  });

  test('S003-5.6 a hiring order names the post; an order of a day to come is refused', async () => {
    const card = await hired();
    for (const [more, path] of [
      [{ position: undefined }, '/position'],
      [{ effectiveOn: '2027-01-11' }, '/effectiveOn'],
      [{ until: '2026-08-01' }, '/until'],
    ] as const) {
      const { status, body } = await hr.post<{ errors: { path: string }[] }>(
        '/api/records/staff-order',
        order({ staff: card.id, ...more }),
      );
      expect(status, path).toBe(422);
      expect(body.errors.map(one => one.path)).toContain(path);
    }
  });
});

describe('completeness', () => {
  test('C13 child cards count, «нет» counts as filled, and goes by being filled', async () => {
    const card = await hired();
    const before = (await open(hr, card.id)).completeness;
    const marked = await hr.patch<Card>(
      `/api/records/staff-member/${card.id}`,
      { absent: ['awards', 'certifications'] },
      (await open(hr, card.id)).version,
    );
    expect(marked.status, marked.text).toBe(200);
    expect(marked.body.completeness).toEqual({ filled: before.filled + 2, total: before.total });
    await add('training-course', {
      staff: card.id,
      kind: 'kpk',
      topic: 'Первая помощь',
      finishedOn: '2026-03-01',
    });
    const now = await open(hr, card.id);
    expect(now.completeness.filled).toBe(before.filled + 3);
    expect(now.absent).toEqual(['awards', 'certifications']);
    const unmarked = await hr.patch<Card>(
      `/api/records/staff-member/${card.id}`,
      { absent: [] },
      now.version,
    );
    expect(unmarked.body.completeness.filled).toBe(before.filled + 1);
  });

  test('C13 education cannot be marked «нет», nor can what does not count', async () => {
    const card = await hired();
    for (const path of ['educationRecords', 'staffOrders', 'inn']) {
      const { status } = await hr.patch(
        `/api/records/staff-member/${card.id}`,
        { absent: [path] },
        card.version,
      );
      expect(status, path).not.toBe(200);
    }
  });

  test('conformity with the post has a term; a term does not end before it begins', async () => {
    const card = await hired();
    const given = { staff: card.id, category: 'sootv', position: 'uchitel', givenOn: '2024-05-20' };
    expect((await hr.post('/api/records/certification', given)).status).toBe(422);
    expect((await hr.post('/api/records/certification', { ...given, validUntil: '2024-01-01' })).status).toBe(
      422,
    );
    await add('certification', { ...given, validUntil: '2029-05-20' });
  });
});
