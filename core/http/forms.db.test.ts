/** The form constructor through HTTP, with two servers over one database: what one publishes the other knows at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestAnswer, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { EntityDescription } from '../forms/description.types.ts';
import type { CustomField, Overlay } from '../forms/layers.ts';
import type { HistoryEntry, ListAnswer, RecordAnswer } from '../storage/gateway.types.ts';
import type { ProblemBody } from './problem.ts';

type Shown = CustomField & { path: string; state: string };
interface Draft {
  version: string;
  overlay: Overlay;
  fields: Shown[];
  changed: boolean;
  published?: { number: number; by: string; note: string };
  base: { form: EntityDescription['form']; fields: { path: string; fixed: boolean; required: boolean }[] };
}

let home: TestApp;
/** Another process over the same database. */
let next: TestApp;
let admin: TestClient;
let secretary: TestClient;
let secretaryElsewhere: TestClient;
let municipal: TestClient;

const students = '/api/records/student';
const fieldsOf = '/api/custom-fields/student';
const overlayOf = '/api/forms/student/overlay';

beforeAll(async () => {
  home = await anApp({ demo: true });
  next = await anApp({ demo: true, db: home.db });
  admin = await home.signIn('org-admin');
  secretary = await next.signIn('secretary');
  secretaryElsewhere = await next.signIn('secretary-2');
  municipal = await home.signIn('municipal-operator');
});
afterAll(async () => {
  await next.close();
  await home.close();
});

async function addField(client: TestClient, field: object, at = fieldsOf): Promise<Shown> {
  const answer = await client.post<Shown>(at, { read: ['secretary'], write: ['secretary'], ...field });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

const draftOf = async (client: TestClient, at = overlayOf) => (await client.get<Draft>(at)).body;

async function publish(
  client: TestClient,
  note = 'Проверка',
  at = overlayOf,
): Promise<TestAnswer<ProblemBody & { number: number }>> {
  const { version } = await draftOf(client, at);
  return await client.post(`${at}/publish`, { note }, { headers: { 'if-match': `"${version}"` } });
}

async function putOverlay(
  client: TestClient,
  overlay: Partial<Overlay>,
): Promise<TestAnswer<Draft & ProblemBody>> {
  const { version } = await draftOf(client);
  return await client.put(overlayOf, overlay, { headers: { 'if-match': `"${version}"` } });
}

async function aStudent(client: TestClient, more: object = {}): Promise<RecordAnswer> {
  const { body } = await client.post<ListAnswer>(`${students}/query`, { limit: 1, ...more });
  const { body: record } = await client.get<RecordAnswer>(`${students}/${String(body.items[0]?.id)}`);
  return record;
}

const describeStudent = async (client: TestClient) =>
  (await client.get<EntityDescription>('/api/entities/student')).body;

describe('a custom field', () => {
  test('is a draft that nobody sees until it is published, and then counts in another process at the very next request', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Номер ящика', maxLength: 20 });
    expect(field.id).toMatch(/^cf_[a-z0-9]{10}$/);
    expect(field).toMatchObject({ path: `ext.${field.id}`, state: 'draft' });
    expect(JSON.stringify(await describeStudent(secretary))).not.toContain(field.id);
    const before = await aStudent(secretary);
    const early = await secretary.patch(
      `${students}/${before.id}`,
      { ext: { [field.id]: '12' } },
      before.version,
    );
    expect(early).toMatchObject({ status: 400, body: { code: 'FIELD_UNKNOWN' } });

    expect((await publish(admin)).status).toBe(200);
    const described = await describeStudent(secretary);
    expect(described.columns).toContainEqual(
      expect.objectContaining({ path: field.path, title: 'Номер ящика', kind: 'text', sortable: true }),
    );
    expect(JSON.stringify(described.form)).toContain(field.path);
    expect(described.schema).toHaveProperty(['properties', 'ext', 'properties', field.id, 'maxLength'], 20);
    const saved = await secretary.patch<RecordAnswer>(
      `${students}/${before.id}`,
      { ext: { [field.id]: '  12  ' } },
      before.version,
    );
    expect(saved).toMatchObject({ status: 200, body: { ext: { [field.id]: '12' } } });
  });

  test('stands in the list: as a column, in filter, sort and search, ё as е', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Кружок' });
    await publish(admin);
    const one = await aStudent(secretary);
    await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: 'Приёмная' } }, one.version);
    const query = (body: object) => secretary.post<ListAnswer>(`${students}/query`, body);
    const filter = { op: 'contains', args: [{ property: field.path }, 'приемн'] };
    const found = await query({
      filter,
      fields: ['person.lastName', field.path],
      sort: `-${field.path}`,
      count: 'exact',
    });
    expect(found.body).toMatchObject({ count: 1, items: [{ id: one.id, ext: { [field.id]: 'Приёмная' } }] });
    expect((await query({ q: 'приемная' })).body.items.map(item => item.id)).toEqual([one.id]);
    const sorted = await query({ sort: field.path, fields: [field.path], limit: 2 });
    expect(sorted.body.items[0]?.id).toBe(one.id);
    const further = await query({
      sort: field.path,
      fields: [field.path],
      limit: 2,
      after: sorted.body.next,
    });
    expect(further.status, further.text).toBe(200);
  });

  test.each([
    [{ kind: 'integer', minimum: 0, maximum: 10 }, 7, 11],
    [{ kind: 'decimal' }, 0.07, 'много'],
    [{ kind: 'boolean' }, false, 'да'],
    [{ kind: 'date' }, '2026-09-01', '2026-02-30'],
    [{ kind: 'multiline' }, 'одна\nдве', 12],
    [{ kind: 'text', format: 'phone-ru' }, '+79990001122', '12'],
    [{ kind: 'dictionary', dictionary: 'shifts' }, '1', 'no-such'],
    [{ kind: 'dictionaries', dictionary: 'foreign-languages' }, ['en', 'de'], ['xx']],
  ] as [object, unknown, unknown][])(
    'of kind %j keeps its value and refuses a wrong one with its place',
    async (kind, good, bad) => {
      const field = await addField(admin, { title: `Проба ${JSON.stringify(kind)}`.slice(0, 60), ...kind });
      expect((await publish(admin)).status).toBe(200);
      const one = await aStudent(secretary);
      const patch = (value: unknown) =>
        secretary.patch<RecordAnswer & ProblemBody>(
          `${students}/${one.id}`,
          { ext: { [field.id]: value } },
          one.version,
        );
      const refused = await patch(bad);
      expect(refused.status, refused.text).toBe(422);
      expect(refused.body.errors?.[0]?.path).toContain(`/ext/${field.id}`);
      const saved = await patch(good);
      expect(saved.status, saved.text).toBe(200);
      expect(saved.body.ext?.[field.id]).toEqual(good);
      const listed = await secretary.post<ListAnswer>(`${students}/query`, {
        filter: { op: 'not', args: [{ op: 'isNull', args: [{ property: field.path }] }] },
        fields: [field.path],
      });
      expect(listed.body.items).toMatchObject([{ id: one.id, ext: { [field.id]: good } }]);
    },
  );

  test('that refers to a card brings its caption, and nothing that is not there is taken', async () => {
    const field = await addField(admin, { kind: 'ref', ref: 'staff-member', title: 'Наставник' });
    await publish(admin);
    const { body: staff } = await secretary.post<ListAnswer>('/api/records/staff-member/query', { limit: 1 });
    const [mentor] = staff.items;
    const one = await aStudent(secretary);
    const unknown = '00000000-0000-7000-8000-000000000000';
    const refused = await secretary.patch<ProblemBody>(
      `${students}/${one.id}`,
      { ext: { [field.id]: unknown } },
      one.version,
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ path: `/ext/${field.id}`, code: 'REFERENCE' }] },
    });
    const saved = await secretary.patch<RecordAnswer>(
      `${students}/${one.id}`,
      { ext: { [field.id]: mentor?.id } },
      one.version,
    );
    expect(saved.status, saved.text).toBe(200);
    expect(saved.body.labels[field.path]).toBe(mentor?.label);
    const along = {
      op: '=',
      args: [{ property: `${field.path}.person` }, { property: `${field.path}.person` }],
    };
    const listed = await secretary.post<ListAnswer>(`${students}/query`, {
      filter: along,
      fields: [field.path, `${field.path}.person.lastName`],
    });
    expect(listed.body.items.map(item => item.id)).toEqual([one.id]);
  });

  test('G3 closed to a role answers like one that does not exist, wherever it is named', async () => {
    const field = await addField(admin, {
      kind: 'text',
      title: 'Только директору',
      read: ['director'],
      write: ['director'],
    });
    await publish(admin);
    const director = await home.signIn('director');
    const one = await aStudent(director);
    await director.patch(`${students}/${one.id}`, { ext: { [field.id]: 'тайна' } }, one.version);

    const opened = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    const history = await secretary.get<{ items: HistoryEntry[] }>(`${students}/${one.id}/history`);
    for (const answer of [
      opened,
      history,
      await secretary.get('/api/entities/student'),
      await secretary.get('/api/report-sources'),
    ])
      for (const word of [field.id, 'тайна', 'Только директору']) expect(answer.text).not.toContain(word);
    const unknown = 'cf_0000000000';
    const asked = async (id: string) => {
      const property = { property: `ext.${id}` };
      const answers = await Promise.all([
        secretary.patch(`${students}/${one.id}`, { ext: { [id]: 'x' } }, opened.body.version),
        secretary.post(`${students}/query`, { filter: { op: '=', args: [property, 'тайна'] } }),
        secretary.post(`${students}/query`, { sort: `ext.${id}` }),
        secretary.post(`${students}/query`, { fields: [`ext.${id}`] }),
        secretary.post(`${students}/export`, { format: 'csv', fields: [`ext.${id}`] }),
        secretary.post('/api/report-runs', {
          definition: {
            $schema: 'kartoteka/report/1',
            id: 'own',
            version: 1,
            title: 'Свой',
            audience: [],
            source: 'student',
            columns: [property],
          },
        }),
      ]);
      return answers.map(answer => ({ status: answer.status, text: answer.text.replaceAll(id, 'ID') }));
    };
    const [closed, none] = [await asked(field.id), await asked(unknown)];
    expect(closed).toEqual(none);
    for (const answer of closed) expect(answer.text).toContain('Поля «ext.ID» нет');
    expect((await secretary.post<ListAnswer>(`${students}/query`, { q: 'тайна' })).body.items).toEqual([]);
  });

  test('of one school is not there in another, and one of a municipality is in all of its schools', async () => {
    const own = await addField(admin, { kind: 'text', title: 'Своё поле школы' });
    const common = await addField(municipal, {
      kind: 'text',
      title: 'Поле муниципалитета',
      read: ['municipal-operator', 'secretary'],
      write: ['secretary'],
    });
    await publish(admin);
    await publish(municipal);
    const [here, there, above] = await Promise.all(
      [secretary, secretaryElsewhere, municipal].map(describeStudent),
    );
    const has = (description: EntityDescription | undefined, path: string) =>
      description?.columns.some(column => column.path === path);
    expect([has(here, own.path), has(there, own.path), has(above, own.path)]).toEqual([true, false, false]);
    expect(has(here, common.path)).toBe(true);
    expect(has(above, common.path)).toBe(true);
    const { body } = await admin.get<{ inherited: { path: string }[] }>(fieldsOf);
    // Closed to the administrator of the school, it is not even told of.
    expect(body.inherited.map(field => field.path)).not.toContain(common.path);
  });

  test('renamed keeps its values; history and export call it by its present title', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Прежнее имя' });
    await publish(admin);
    const one = await aStudent(secretary);
    await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: 'значение' } }, one.version);
    const { version } = await draftOf(admin);
    const renamed = await admin.patch<Shown>(`${fieldsOf}/${field.id}`, { title: 'Новое имя' }, version);
    expect(renamed).toMatchObject({ status: 200, body: { title: 'Новое имя', state: 'changed' } });
    await publish(admin);
    const { body: history } = await secretary.get<{ items: HistoryEntry[] }>(`${students}/${one.id}/history`);
    expect(history.items[0]?.fields).toContainEqual({ path: field.path, title: 'Новое имя', to: 'значение' });
    const exported = await secretary.post(`${students}/export`, { format: 'csv', fields: [field.path] });
    expect(exported.text).toContain('Новое имя');
    expect(exported.text).toContain('значение');
  });

  test('retired is seen nowhere and keeps its values, which come back with it', async () => {
    const field = await addField(admin, { kind: 'text', title: 'На время' });
    await publish(admin);
    const one = await aStudent(secretary);
    await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: 'останется' } }, one.version);
    const retire = async (retired: boolean) => {
      const { version } = await draftOf(admin);
      const answer = await admin.patch(`${fieldsOf}/${field.id}`, { retired }, version);
      expect(answer.status, answer.text).toBe(200);
      await publish(admin);
    };
    await retire(true);
    const hidden = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    expect(hidden.text).not.toContain(field.id);
    // A save while the field is away must not lose what it holds.
    const other = await secretary.patch<RecordAnswer>(
      `${students}/${one.id}`,
      { email: 'away@example.ru' },
      hidden.body.version,
    );
    expect(other.status).toBe(200);
    await retire(false);
    const back = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    expect(back.body.ext?.[field.id]).toBe('останется');
  });

  test('asOf shows the value that was there', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Во времени' });
    await publish(admin);
    const one = await aStudent(secretary);
    const first = await secretary.patch<RecordAnswer>(
      `${students}/${one.id}`,
      { ext: { [field.id]: 'было' } },
      one.version,
    );
    const moment = new Date(Date.now() + 1).toISOString();
    await new Promise(resolve => setTimeout(resolve, 5));
    await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: null } }, first.body.version);
    const now = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    expect(now.body.ext?.[field.id]).toBeUndefined();
    const then = await secretary.get<RecordAnswer>(`${students}/${one.id}?asOf=${moment}`);
    expect(then.body.ext?.[field.id]).toBe('было');
  });

  test('is a source of reports: columns, groups and conditions, on the screen and in a file', async () => {
    const field = await addField(admin, { kind: 'dictionary', dictionary: 'shifts', title: 'Смена кружка' });
    await publish(admin);
    const { body: page } = await secretary.post<ListAnswer>(`${students}/query`, { limit: 3 });
    for (const { id } of page.items) {
      const { body: one } = await secretary.get<RecordAnswer>(`${students}/${String(id)}`);
      await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: '2' } }, one.version);
    }
    const { body: sources } = await secretary.get<{
      items: { id: string; fields: { path: string; title: string }[] }[];
    }>('/api/report-sources');
    expect(sources.items.find(source => source.id === 'student')?.fields).toContainEqual(
      expect.objectContaining({ path: field.path, title: 'Смена кружка', dictionary: 'shifts' }),
    );
    const base = {
      $schema: 'kartoteka/report/1',
      id: 'own',
      version: 1,
      title: 'Свой',
      audience: [],
      source: 'student',
    };
    const where = { op: '=', args: [{ property: field.path }, '2'] };
    const listed = { ...base, where, columns: [{ property: 'person.lastName' }, { property: field.path }] };
    const run = (definition: object, format = 'json') =>
      secretary.post<{
        total: { count: number };
        rows: { cells: unknown[] }[];
        groups: { caption: string; count: number }[];
      }>('/api/report-runs', { definition, format });
    const rows = await run(listed);
    expect(rows.status, rows.text).toBe(200);
    expect(rows.body.total.count).toBe(3);
    const file = await run(listed, 'csv');
    expect(file.text).toContain('Смена кружка');
    const grouped = await run({
      ...base,
      groups: [
        { key: 'shift', title: 'Смена', expression: { op: 'caption', args: [{ property: field.path }] } },
      ],
      measures: [{ key: 'people', fn: 'count', title: 'Чел.' }],
    });
    expect(grouped.status, grouped.text).toBe(200);
    expect(grouped.body.groups.map(group => group.count)).toContain(3);
  });

  test('counts in the completeness at once', async () => {
    const before = await aStudent(secretary);
    await addField(admin, { kind: 'text', title: 'Ещё одно для полноты' });
    await publish(admin);
    const after = await secretary.get<RecordAnswer>(`${students}/${before.id}`);
    expect(after.body.completeness?.total).toBe((before.completeness?.total ?? 0) + 1);
  });
});

describe('the overlay of a level', () => {
  test('adds a section, moves, hides, requires and renames; the preview shows it before anybody else sees it', async () => {
    const field = await addField(admin, {
      kind: 'boolean',
      title: 'Ездит на автобусе',
      read: ['secretary'],
      write: ['secretary'],
    });
    const stop = await addField(admin, { kind: 'text', title: 'Остановка', titleEn: 'Bus stop' });
    const saved = await putOverlay(admin, {
      sections: [
        {
          id: 's_ride',
          title: 'Поездки',
          tab: 'main',
          rows: [
            [
              { field: field.path, span: 4 },
              { field: stop.path, span: 8 },
            ],
          ],
        },
      ],
      move: [{ field: 'email', section: 's_ride', position: 0, span: 6 }],
      hide: ['homePhone'],
      require: ['mobilePhone'],
      relabel: [{ field: 'email', title: 'Почта семьи', help: 'Для писем' }],
      rules: [
        {
          when: { op: '=', args: [{ property: field.path }, true] },
          show: [stop.path],
          require: [stop.path],
        },
      ],
    });
    expect(saved.status, saved.text).toBe(200);
    expect(saved.body).toMatchObject({ changed: true, overlay: { hide: ['homePhone'] } });
    expect(JSON.stringify(await describeStudent(secretary))).not.toContain('s_ride');

    const seen = await admin.post<EntityDescription>(`${overlayOf}/preview`, { role: 'secretary' });
    expect(seen.status, seen.text).toBe(200);
    await publish(admin);
    const described = await describeStudent(secretary);
    expect(described).toEqual(seen.body);
    const sections = described.form.tabs.flatMap(tab => tab.sections);
    expect(sections.find(section => section.id === 's_ride')).toMatchObject({
      title: 'Поездки',
      rows: [
        [
          { field: 'email', span: 6 },
          { field: field.path, span: 4 },
        ],
        [{ field: stop.path, span: 8 }],
      ],
    });
    expect(sections.flatMap(section => section.rows.flat()).map(cell => cell.field)).not.toContain(
      'homePhone',
    );
    expect(described.schema.properties).toMatchObject({
      email: { title: 'Почта семьи', 'x-help': 'Для писем' },
    });
    expect(described.schema.required).toContain('mobilePhone');
    const english = await secretary.get<EntityDescription>('/api/entities/student', {
      headers: { 'accept-language': 'en' },
    });
    expect(english.body.columns).toContainEqual(
      expect.objectContaining({ path: stop.path, title: 'Bus stop' }),
    );

    // The rule holds on the server too.
    const one = await aStudent(secretary);
    const refused = await secretary.patch<ProblemBody>(
      `${students}/${one.id}`,
      { ext: { [field.id]: true } },
      one.version,
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ path: `/ext/${stop.id}`, code: 'REQUIRED' }] },
    });
    const both = { ext: { [field.id]: true, [stop.id]: 'Лесная' } };
    expect((await secretary.patch(`${students}/${one.id}`, both, one.version)).status).toBe(200);
  });

  test('does not stop work on cards that lack what it requires: only a change that empties it is refused', async () => {
    await putOverlay(admin, { require: ['email'] });
    await publish(admin);
    const filter = { op: 'isNull', args: [{ property: 'email' }] };
    const debtor = await aStudent(secretary, { filter });
    const saved = await secretary.patch<RecordAnswer>(
      `${students}/${debtor.id}`,
      { mobilePhone: '+79990001133' },
      debtor.version,
    );
    expect(saved.status, saved.text).toBe(200);
    const paid = await secretary.patch<RecordAnswer>(
      `${students}/${debtor.id}`,
      { email: 'paid@example.ru' },
      saved.body.version,
    );
    expect(paid.status).toBe(200);
    const emptied = await secretary.patch<ProblemBody>(
      `${students}/${debtor.id}`,
      { email: null },
      paid.body.version,
    );
    expect(emptied).toMatchObject({ status: 422, body: { errors: [{ path: '/email', code: 'REQUIRED' }] } });
    const fresh = {
      person: { lastName: 'Новиков', firstName: 'Пётр', birthDate: '2016-05-04', sex: 'm', isNew: true },
    };
    const without = await secretary.post<ProblemBody>(students, fresh);
    expect(without.status).toBe(422);
    expect(without.body.errors?.map(error => error.path)).toContain('/email');
  });

  test('counts the cards that would become incomplete, and names what they lack', async () => {
    const draft = { require: ['email', 'residence.house'] };
    const answer = await admin.post<{
      count: number;
      items: { id: string; missing: { path: string }[] }[];
      fields: string[];
    }>(`${overlayOf}/impact`, { draft });
    expect(answer.status, answer.text).toBe(200);
    // What is required already is nothing new.
    expect(answer.body.fields).toEqual(['residence.house']);
    const filter = { op: 'isNull', args: [{ property: 'residence.house' }] };
    const counted = await admin.post<ListAnswer>(`${students}/query`, { filter, count: 'exact', limit: 1 });
    expect(answer.body.count).toBe(counted.body.count);
    for (const item of answer.body.items)
      expect(item.missing.map(one => one.path)).toEqual(['residence.house']);
  });

  test.each([
    ['hides what the card needs', { hide: ['person.lastName'] }, '/hide/0', 'REQUIRED_BY_LAW'],
    ['hides a group with something needed', { hide: ['person'] }, '/hide/0', 'REQUIRED_BY_LAW'],
    ['hides what it requires', { hide: ['homePhone'], require: ['homePhone'] }, '/hide/0', 'CONFLICT'],
    ['requires what the system keeps', { require: ['status'] }, '/require/0', 'COMPUTED'],
    ['requires a group', { require: ['residence'] }, '/require/0', 'KIND'],
    [
      'names an unknown field',
      { relabel: [{ field: 'nothing', title: 'Нет' }] },
      '/relabel/0/field',
      'FIELD_UNKNOWN',
    ],
    [
      'names an unknown section',
      { move: [{ field: 'email', section: 'nowhere' }] },
      '/move/0/section',
      'CHOICE',
    ],
    [
      'looks at other cards',
      { rules: [{ when: { op: '=', args: [{ property: 'currentGroup.grade' }, 1] }, hide: ['email'] }] },
      '/rules/0/when/args/0/property',
      'FIELD_UNKNOWN',
    ],
    [
      'asks who is looking',
      { rules: [{ when: { op: '=', args: [{ actor: 'role' }, 'x'] }, hide: ['homePhone'] }] },
      '/rules/0/when',
      'EXPRESSION_INVALID',
    ],
    ['has a member that there is not', { colour: 'red' }, '/colour', 'SHAPE'],
  ] as [string, object, string, string][])('is refused when it %s', async (_, overlay, path, code) => {
    const answer = await putOverlay(admin, overlay as Partial<Overlay>);
    expect(answer.status, answer.text).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ path, code }));
  });

  test('of a level below cannot loosen what a level above requires or hides', async () => {
    const { version } = await draftOf(municipal);
    const above = await municipal.put(
      overlayOf,
      { require: ['homePhone'], hide: ['additionalInformation'] },
      { headers: { 'if-match': `"${version}"` } },
    );
    expect(above.status, above.text).toBe(200);
    expect((await publish(municipal)).status).toBe(200);
    const answer = await putOverlay(admin, { hide: ['homePhone'] });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/hide/0', code: 'REQUIRED_BY_LAW' }] },
    });
    const described = await describeStudent(secretaryElsewhere);
    expect(described.schema.required).toContain('homePhone');
    const back = await draftOf(municipal);
    await municipal.put(overlayOf, {}, { headers: { 'if-match': `"${back.version}"` } });
    await publish(municipal);
  });

  test('is saved against its version only, and says who was faster', async () => {
    expect(await admin.put(overlayOf, {})).toMatchObject({
      status: 428,
      body: { code: 'PRECONDITION_REQUIRED' },
    });
    const { version } = await draftOf(admin);
    const coordinator = await home.signIn('coordinator');
    expect((await coordinator.put(overlayOf, {}, { headers: { 'if-match': `"${version}"` } })).status).toBe(
      200,
    );
    expect(await admin.put(overlayOf, {}, { headers: { 'if-match': `"${version}"` } })).toMatchObject({
      status: 412,
      body: { code: 'STALE', changedBy: coordinator.session.user.name },
    });
  });

  test('returns to an older version as a new one; fields made since are retired, with their values', async () => {
    await putOverlay(admin, { relabel: [{ field: 'email', title: 'Почта первая' }] });
    const first = (await publish(admin, 'первая')).body;
    const field = await addField(admin, { kind: 'text', title: 'Появилось позже' });
    await putOverlay(admin, { relabel: [{ field: 'email', title: 'Почта вторая' }] });
    await publish(admin, 'вторая');
    const one = await aStudent(secretary);
    await secretary.patch(`${students}/${one.id}`, { ext: { [field.id]: 'цело' } }, one.version);

    const { version } = await draftOf(admin);
    const restored = await admin.post<{ number: number; restored: number }>(
      `${overlayOf}/versions/${first.number}/restore`,
      { note: 'назад' },
      { headers: { 'if-match': `"${version}"` } },
    );
    expect(restored).toMatchObject({
      status: 200,
      body: { number: first.number + 2, restored: first.number },
    });
    const described = await describeStudent(secretary);
    expect(described.schema.properties).toMatchObject({ email: { title: 'Почта первая' } });
    expect(JSON.stringify(described)).not.toContain(field.id);
    const { body } = await admin.get<{ items: { number: number; note: string; current: boolean }[] }>(
      `${overlayOf}/versions`,
    );
    expect(body.items.slice(0, 3).map(item => [item.number, item.note, item.current])).toEqual([
      [first.number + 2, 'назад', true],
      [first.number + 1, 'вторая', false],
      [first.number, 'первая', false],
    ]);
    const draft = await draftOf(admin);
    expect(draft.fields.find(one => one.id === field.id)).toMatchObject({ retired: true, state: 'retired' });
    await admin.patch(`${fieldsOf}/${field.id}`, { retired: false }, draft.version);
    await publish(admin);
    const opened = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    expect(opened.body.ext?.[field.id]).toBe('цело');
  });
});

describe('the right to design', () => {
  test('C18 is held by coordinator and administrators at their level, and by nobody else', async () => {
    for (const login of ['secretary', 'director', 'teacher', 'student']) {
      const client = await home.signIn(login);
      for (const answer of [
        await client.get('/api/forms'),
        await client.get(overlayOf),
        await client.post(fieldsOf, { kind: 'text', title: 'Нельзя' }),
        await client.post(`${overlayOf}/preview`, { role: 'secretary' }),
        await client.get('/api/dictionaries/shifts/items'),
      ])
        expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect((await client.get<{ can: object }>('/api/session')).body.can).toMatchObject({ forms: false });
    }
    expect((await admin.get<{ can: object }>('/api/session')).body.can).toMatchObject({ forms: true });
    const region = await home.signIn('region-admin');
    expect((await region.get('/api/forms')).status).toBe(200);
  });

  test('AZ5 gives no special data to the hands of who does not see them, and no field to a role without the card', async () => {
    const region = await home.signIn('region-admin');
    const special = await region.post<ProblemBody>(fieldsOf, {
      kind: 'text',
      title: 'Аллергия',
      class: 'special',
    });
    expect(special).toMatchObject({ status: 422, body: { errors: [{ path: '/class', code: 'RIGHT' }] } });
    const parents = await admin.post<ProblemBody>('/api/custom-fields/movement-line', {
      kind: 'text',
      title: 'Поле',
      read: ['parents-committee'],
    });
    expect(parents).toMatchObject({ status: 422, body: { errors: [{ path: '/read/0', code: 'RIGHT' }] } });
    const writers = await admin.post<ProblemBody>(fieldsOf, {
      kind: 'text',
      title: 'Поле',
      write: ['teacher', 'no-such'],
    });
    expect(writers.body.errors?.map(error => error.path)).toEqual(['/write/0', '/write/1']);
  });

  test('УКФ every publication stands in the audit with author, before and after', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Для журнала' });
    await publish(admin, 'ради проверки');
    const [row] = await home.db.owner<{
      user_name: string;
      details: { note: string; changes: { what: string; before?: unknown; after?: unknown }[] };
    }>(`select user_name, details from audit where action = 'form-publish' order by id desc limit 1`);
    expect(row).toMatchObject({ user_name: admin.session.user.name, details: { note: 'ради проверки' } });
    expect(row?.details.changes).toContainEqual({
      what: `fields/${field.id}`,
      after: expect.objectContaining({ title: 'Для журнала' }),
    });
  });

  test.each([
    [{ kind: 'text' }, '/title'],
    [{ kind: 'dictionary', title: 'Поле' }, '/dictionary'],
    [{ kind: 'ref', title: 'Поле', ref: 'no-such' }, '/ref'],
    [{ kind: 'text', title: 'Поле', format: 'no-such' }, '/format'],
    [{ kind: 'integer', title: 'Поле', minimum: 5, maximum: 1 }, '/maximum'],
    [{ kind: 'text', title: 'Поле', maxLength: 1000 }, '/maxLength'],
    [{ kind: 'date', title: 'Поле', maxLength: 10 }, '/maxLength'],
    [{ kind: 'text', title: 'Поле', basis: 'consent' }, '/purpose'],
    [{ kind: 'text', title: '\u202eПоле' }, '/title'],
    [{ kind: 'text', title: 'Поле', id: 'cf_aaaaaaaaaa' }, '/id'],
  ])('SC3 a field described wrongly is refused with its place: %j', async (field, path) => {
    const answer = await admin.post<ProblemBody>(fieldsOf, field);
    expect(answer.status, answer.text).toBe(422);
    expect(JSON.stringify(answer.body.errors)).toContain(path === '/title' ? '' : path);
  });

  test('a published field keeps its kind and cannot be deleted; one that never was goes without a trace', async () => {
    const field = await addField(admin, { kind: 'text', title: 'Навсегда' });
    const mistake = await addField(admin, { kind: 'date', title: 'По ошибке' });
    const drop = async (id: string) => admin.delete(`${fieldsOf}/${id}`, (await draftOf(admin)).version);
    expect((await drop(mistake.id)).status).toBe(204);
    await publish(admin);
    expect(await drop(field.id)).toMatchObject({ status: 409, body: { code: 'FIELD_PUBLISHED' } });
    const { version } = await draftOf(admin);
    const other = await admin.patch<ProblemBody>(`${fieldsOf}/${field.id}`, { kind: 'integer' }, version);
    expect(other).toMatchObject({ status: 422, body: { errors: [{ path: '/kind', code: 'READONLY' }] } });
    expect((await draftOf(admin)).fields.map(one => one.id)).not.toContain(mistake.id);
  });
});

describe('a dictionary by levels', () => {
  interface Items {
    version: string;
    items: { code: string; ru: string; level: string; state: string; own: boolean }[];
    own: { add: { code: string; ru: string; retired?: boolean }[] };
  }
  const change = async (client: TestClient, id: string, own: object) => {
    const { body } = await client.get<Items>(`/api/dictionaries/${id}/items`);
    return await client.put<Items & ProblemBody>(`/api/dictionaries/${id}/items`, own, {
      headers: { 'if-match': `"${body.version}"` },
    });
  };

  test('takes codes of a level, other captions and codes no longer offered, at once and in every process', async () => {
    const changed = await change(admin, 'health-groups', {
      add: [{ ru: 'Особая', en: 'Special' }],
      relabel: [{ code: '1', ru: 'Первая группа' }],
      hide: ['5'],
    });
    expect(changed.status, changed.text).toBe(200);
    const [own] = changed.body.own.add;
    expect(changed.body.items).toContainEqual(
      expect.objectContaining({ code: own?.code, level: 'organisation', own: true, state: 'active' }),
    );
    const { body } = await secretary.get<{ items: { code: string; text: string; retired?: boolean }[] }>(
      '/api/dictionaries/health-groups',
    );
    expect(body.items.find(item => item.code === '1')?.text).toBe('Первая группа');
    expect(body.items.find(item => item.code === '5')?.retired).toBe(true);
    expect(body.items.find(item => item.code === own?.code)?.text).toBe('Особая');
    const elsewhere = await secretaryElsewhere.get<{ items: { code: string }[] }>(
      '/api/dictionaries/health-groups',
    );
    expect(elsewhere.body.items.map(item => item.code)).not.toContain(own?.code);
  });

  test('lets a card keep a code that is no longer offered, and lets nobody choose it', async () => {
    const filter = { op: '=', args: [{ property: 'shift' }, '1'] };
    const keeper = await aStudent(secretary, { filter });
    const { body: pair } = await secretary.post<ListAnswer>(`${students}/query`, { filter, limit: 2 });
    const chooser = await aStudent(secretary, {
      filter: { op: '=', args: [{ property: 'id' }, pair.items[1]?.id] },
    });
    await secretary.patch(`${students}/${chooser.id}`, { shift: '2' }, chooser.version);
    expect(
      (await change(admin, 'shifts', { hide: ['1'], relabel: [{ code: '1', ru: 'Утренняя смена' }] })).status,
    ).toBe(200);
    const opened = await secretary.get<RecordAnswer>(`${students}/${keeper.id}`);
    expect(opened.body.labels.shift).toBe('Утренняя смена');
    const saved = await secretary.patch(
      `${students}/${keeper.id}`,
      { email: 'keeper@example.ru' },
      opened.body.version,
    );
    expect(saved.status, saved.text).toBe(200);
    const { body: now } = await secretary.get<RecordAnswer>(`${students}/${chooser.id}`);
    const refused = await secretary.patch<ProblemBody>(
      `${students}/${chooser.id}`,
      { shift: '1' },
      now.version,
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/shift', code: 'CODE_RETIRED' }] },
    });
    // The list sorts and the report speaks by the caption of the level.
    const sorted = await secretary.post<ListAnswer>(`${students}/query`, {
      sort: '-shift',
      fields: ['shift'],
      limit: 1,
    });
    expect(sorted.body.items[0]?.labels).toMatchObject({ shift: 'Утренняя смена' });
    const exported = await secretary.post(`${students}/export`, { format: 'csv', fields: ['shift'], filter });
    expect(exported.text).toContain('Утренняя смена');
  });

  test("of one's own serves a custom field; a code that was offered is retired and not deleted", async () => {
    const made = await admin.post<{ id: string }>('/api/dictionaries', {
      title: 'Маршруты',
      items: [{ ru: 'Северный' }, { ru: 'Южный' }],
    });
    expect(made.status, made.text).toBe(201);
    const { body: offered } = await admin.get<Items>(`/api/dictionaries/${made.body.id}/items`);
    const [north, south] = offered.own.add;
    const field = await addField(admin, { kind: 'dictionary', dictionary: made.body.id, title: 'Маршрут' });
    await publish(admin);
    const one = await aStudent(secretary);
    const saved = await secretary.patch<RecordAnswer>(
      `${students}/${one.id}`,
      { ext: { [field.id]: north?.code } },
      one.version,
    );
    expect(saved.body.labels[field.path]).toBe('Северный');
    const lost = await change(admin, made.body.id, { add: [south] });
    expect(lost).toMatchObject({ status: 409, body: { code: 'CODE_KEPT' } });
    expect((await change(admin, made.body.id, { add: [{ ...north, retired: true }, south] })).status).toBe(
      200,
    );
    const opened = await secretary.get<RecordAnswer>(`${students}/${one.id}`);
    expect(opened.body.labels[field.path]).toBe('Северный');
  });

  test('whose codes the system goes by takes no new ones', async () => {
    const answer = await change(admin, 'student-statuses', { add: [{ ru: 'Своё' }] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });
});
