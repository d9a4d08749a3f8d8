/**
 * The document of the interface against the real answers: every route is called and each answer is validated
 * by the document, so that neither can say what the other does not.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  anApp,
  demoPassword,
  type TestAnswer,
  type TestApp,
  type TestClient,
} from '../../../tests/support/app.ts';
import { Authenticator } from '../../../tests/support/authenticator.ts';
import type { JsonSchema } from '../../catalogue/types.ts';
import { checkFormat, formatNames } from '../../formats/formats.ts';
import type { ListAnswer, RecordAnswer } from '../../storage/gateway.types.ts';
import { type ApiDocument, isApi } from './document.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Asked = { body?: unknown; headers?: Record<string, string> };

let home: TestApp;
let document: ApiDocument;
let ajv: Ajv2020;
const called = new Set<string>();

beforeAll(async () => {
  home = await anApp({ demo: true });
  const client = await home.signIn('secretary');
  ({ body: document } = await client.get<ApiDocument>('/api/openapi.json'));
  ajv = validatorOf(document);
});
afterAll(() => home.close());

/** Strict: a word that JSON Schema does not know, or a name that leads nowhere, fails. */
function validatorOf(given: ApiDocument): Ajv2020 {
  const made = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  for (const name of formatNames) made.addFormat(name, value => !checkFormat(name, value));
  made.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  made.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/);
  made.addVocabulary([...Object.keys(given), 'schemas']);
  made.addSchema({ ...given, $id: 'api' } as JsonSchema);
  return made;
}

const escaped = (step: string) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

function validator(...steps: string[]): ValidateFunction {
  const pointer = `api#/${steps.map(escaped).join('/')}`;
  const found = ajv.getSchema(pointer);
  if (!found) throw new Error(`the document has nothing at ${pointer}`);
  return found;
}

/** The path of the document that an address goes to; a written-out one wins over one with parameters. */
function pathOf(url: string): string {
  const [address = ''] = url.split('?');
  const fits = (path: string) =>
    new RegExp(`^${path.replace(/[.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`).test(address);
  const [best] = Object.keys(document.paths)
    .filter(fits)
    .sort((a, b) => a.split('{').length - b.split('{').length);
  if (!best) throw new Error(`${address} is not in the document`);
  return best;
}

interface Operation {
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { headers?: Record<string, object>; content?: Record<string, JsonSchema> }>;
}

/** Calls a route and validates what was sent and what was answered. */
async function ask<T = Record<string, unknown>>(
  client: TestClient,
  method: Method,
  url: string,
  asked: Asked = {},
  status?: number,
): Promise<TestAnswer<T>> {
  const path = pathOf(url);
  const verb = method.toLowerCase();
  const operation = document.paths[path]?.[verb] as unknown as Operation | undefined;
  if (!operation) throw new Error(`${method} ${path} is not in the document`);
  const answer = await client.request<T>(method, url, asked);
  const about = `${method} ${url} ${answer.status}`;
  if (status !== undefined) expect(answer.status, `${about} ${answer.text.slice(0, 300)}`).toBe(status);

  const named = String(answer.status) in operation.responses ? String(answer.status) : 'default';
  const response = operation.responses[named]!;
  expect(named !== 'default' || answer.status >= 400, `${about}: undescribed`).toBe(true);
  for (const header of Object.keys(response.headers ?? {}))
    expect(answer.headers[header.toLowerCase()], `${about}: header ${header}`).toBeDefined();

  const at = ['paths', path, verb, 'responses', named, 'content'];
  if (!response.content) expect(answer.text, about).toBe('');
  else validateBody(answer, response.content, at, about);
  if (answer.status < 300) {
    called.add(`${method} ${path}`);
    validateSent(operation, url, asked, path, verb);
  }
  return answer;
}

function validateBody<T>(
  answer: TestAnswer<T>,
  content: Record<string, JsonSchema>,
  at: string[],
  about: string,
): void {
  const plain = (type: string) => type.replace(/\s/g, '');
  const type = String(answer.headers['content-type']);
  const named = Object.keys(content).find(
    one => plain(one) === plain(type) || plain(one) === plain(type.split(';')[0] ?? ''),
  );
  expect(named, `${about}: ${type}`).toBeDefined();
  if (answer.body === undefined || !content[named!]?.schema) return;
  const validate = validator(...at, named!, 'schema');
  validate(answer.body);
  expect(validate.errors ?? [], about).toEqual([]);
}

function validateSent(
  { parameters = [], requestBody }: Operation,
  url: string,
  asked: Asked,
  path: string,
  verb: string,
) {
  const query = new Set(parameters.filter(one => one.in === 'query').map(one => one.name));
  for (const name of new URL(url, 'http://x').searchParams.keys()) expect(query).toContain(name);
  const sent = Object.keys(asked.headers ?? {}).map(name => name.toLowerCase());
  for (const { name } of parameters.filter(one => one.in === 'header' && one.required))
    expect(sent).toContain(name.toLowerCase());
  if (!requestBody) return expect(asked.body).toBeUndefined();
  const [media = ''] = Object.keys(requestBody.content);
  const validate = validator('paths', path, verb, 'requestBody', 'content', media, 'schema');
  if (media === 'multipart/form-data')
    return expect(asked.headers?.['content-type']?.startsWith(`${media};`)).toBe(true);
  validate(asked.body);
  expect(validate.errors ?? [], `${verb} ${url}: what was sent`).toEqual([]);
}

describe('the document', () => {
  test('is OpenAPI 3.1 whose every shape is strict JSON Schema', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const name of Object.keys(document.components.schemas))
      expect(validator('components', 'schemas', name), name).toBeTypeOf('function');
  });

  test('has every route of the interface, with what it does and answers', () => {
    const silent = home.app.apiRoutes().filter(({ note }) => !note || Object.keys(note.answers).length === 0);
    expect(silent.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
    const routes = home.app.apiRoutes().filter(({ note }) => !note?.perCard);
    for (const { method, url } of routes)
      expect(document.paths[url.replace(/:(\w+)/g, '{$1}')]).toHaveProperty(method.toLowerCase());
    const ids = Object.values(document.paths).flatMap(path =>
      Object.values(path).map(one => one.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('AZ4 says nothing to a stranger', async () => {
    for (const url of ['/api/openapi.json', '/api/docs', '/api/docs/page.js'])
      expect((await home.stranger.get(url)).status).toBe(401);
  });

  test('is English throughout, but for patterns and the codes of dictionaries', () => {
    const told: unknown[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (/^(summary|description|title|name)$/.test(key) && typeof value === 'string') told.push(value);
      return value;
    });
    expect(told.filter(one => /[А-Яа-яЁё]/.test(String(one)))).toEqual([]);
  });
});

describe('the page to try it', () => {
  test('HT1 runs under the strict policy, from files of our own', async () => {
    const client = await home.signIn('director');
    const page = await ask(client, 'GET', '/api/docs', {}, 200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(page.text).not.toMatch(/<script(?! (type="module" )?src="\/api\/docs\/)|style=|https?:/);
    for (const [, file = ''] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const answer = await ask(client, 'GET', file, {}, 200);
      expect(answer.bytes.length).toBeGreaterThan(100);
    }
    await ask(client, 'GET', '/api/docs/other.js', {}, 404);
  });
});

describe('the answers are as the document says', () => {
  test('of sessions', async () => {
    const { stranger } = home;
    await ask(stranger, 'GET', '/healthz', {}, 200);
    await ask(stranger, 'GET', '/readyz', {}, 200);
    await ask(stranger, 'GET', '/api/sign-in-hints', {}, 200);
    await ask(stranger, 'GET', '/api/session', {}, 401);
    const sign = { login: 'teacher', password: demoPassword };
    await ask(stranger, 'POST', '/api/session', { body: sign }, 200);
    await ask(stranger, 'POST', '/api/session', { body: { ...sign, password: 'wrong' } }, 401);
    let client = await home.signIn('teacher');
    const appointment = client.session.active.id;
    await ask(client, 'GET', '/api/session', {}, 200);
    await ask(client, 'PUT', '/api/session/active', { body: { appointment } }, 200);
    await ask(client, 'POST', '/api/session/confirm', { body: { password: 'wrong' } }, 422);
    await ask(client, 'POST', '/api/session/confirm', { body: { password: demoPassword } }, 204);
    await ask(client, 'GET', '/api/session/second-factor', {}, 200);
    const begun = await ask<{ secret: string }>(client, 'POST', '/api/session/second-factor', {}, 200);
    const device = new Authenticator(begun.body.secret, home.services.clock);
    const url = '/api/session/second-factor';
    await ask(client, 'POST', `${url}/confirm`, { body: { otp: '000 000 0' } }, 422);
    await ask(client, 'POST', `${url}/confirm`, { body: { otp: device.code() } }, 200);
    await ask(client, 'POST', `${url}/remove`, { body: { otp: device.code(1) } }, 204);
    const second = await home.signIn('teacher');
    const { body: logins } = await ask<{ items: { id: string; current: boolean }[] }>(
      second,
      'GET',
      '/api/session/logins',
      {},
      200,
    );
    const firstLogin = logins.items.find(one => !one.current)?.id;
    await ask(second, 'DELETE', `/api/session/logins/${firstLogin}`, {}, 204);
    client = second;
    const wanted = { present: demoPassword, wanted: 'кедр-и-тихая-вода-71' };
    await ask(client, 'PUT', '/api/session/password', { body: wanted }, 204);
    const again = await home.signIn('teacher', wanted.wanted);
    await ask(again, 'DELETE', '/api/session', {}, 204);
  });

  test.each(['director', 'secretary', 'municipal-operator', 'region-admin', 'class-teacher', 'student'])(
    'of screens to the role %s',
    async login => {
      const client = await home.signIn(login);
      for (const url of ['session', 'home', 'organisations', 'dictionaries', 'report-sources', 'reports'])
        await ask(client, 'GET', `/api/${url}`, {}, 200);
      const { body } = await ask<{ items: { id: string }[] }>(client, 'GET', '/api/entities', {}, 200);
      expect(body.items.length).toBeGreaterThan(0);
      for (const { id } of body.items) await ask(client, 'GET', `/api/entities/${id}`, {}, 200);
      await ask(client, 'POST', '/api/search', { body: { q: 'Иванов' } }, 200);
      await ask(client, 'POST', '/api/search', { body: { q: 'Bdfyjd' } }, 200);
      await ask(client, 'GET', '/api/modules');
    },
  );

  test('of dictionaries', async () => {
    const client = await home.signIn('secretary');
    const { body } = await ask<{ items: { id: string }[] }>(client, 'GET', '/api/dictionaries', {}, 200);
    for (const { id } of body.items) await ask(client, 'GET', `/api/dictionaries/${id}`, {}, 200);
    await ask(client, 'GET', '/api/dictionaries/no-such', {}, 404);
    await ask(client, 'GET', '/api/openapi.json', {}, 200);
  });

  test.each(['director', 'secretary', 'deputy-prevention', 'region-admin'])(
    'of every kind of card to the role %s',
    async login => {
      const client = await home.signIn(login);
      const { body } = await client.get<{ items: { id: string }[] }>('/api/entities');
      for (const { id } of body.items) await askCards(client, id);
    },
  );

  test('of reports, in every form', async () => {
    for (const login of ['director', 'region-admin']) {
      const client = await home.signIn(login);
      const { body } = await ask<{ items: { id: string }[] }>(client, 'GET', '/api/reports', {}, 200);
      for (const { id } of body.items) await askReport(client, id);
    }
  }, 120_000);
});

/** Lists, cards with everything they can include, histories and files of one kind. */
async function askCards(client: TestClient, entity: string): Promise<void> {
  const url = `/api/records/${entity}`;
  const { body: told } = await client.get<{
    columns: { path: string }[];
    relations: { name: string }[];
    can: { export: boolean };
  }>(`/api/entities/${entity}`);
  const fields = told.columns.map(column => column.path).slice(0, 100);
  await ask(client, 'GET', `${url}?limit=2&count=exact&fields=${fields.slice(0, 5).join(',')}`, {}, 200);
  const { body } = await ask<ListAnswer>(client, 'POST', `${url}/query`, { body: { limit: 3, fields } }, 200);
  const { builtin } = home.services.catalogue.entities.get(entity)!;
  const include = told.relations.map(relation => relation.name).join(',');
  for (const { id } of builtin ? [] : body.items) {
    await ask(client, 'GET', `${url}/${String(id)}?include=${include}`, {}, 200);
    await ask(client, 'GET', `${url}/${String(id)}/history`, {}, 200);
    await askOfSubject(client, url, String(id));
  }
  if (!told.can.export) return;
  await ask(client, 'GET', `${url}/export?format=csv&limit=5`, {}, 200);
  await ask(
    client,
    'POST',
    `${url}/export`,
    { body: { format: 'xlsx', limit: 5, purpose: 'Проверка' } },
    200,
  );
}

/** Who saw the card, and all that is held of the person, where the card says that it may be asked. */
async function askOfSubject(client: TestClient, url: string, id: string): Promise<void> {
  const { body } = await client.get<RecordAnswer>(`${url}/${id}`);
  const acts = body.allowed.acts ?? [];
  if (acts.includes('access-log')) await ask(client, 'GET', `${url}/${id}/access-log`, {}, 200);
  if (acts.includes('extract')) await ask(client, 'GET', `/api/people/${body.person?.id}/extract`, {}, 200);
}

async function askReport(client: TestClient, report: string): Promise<void> {
  const { body } = await ask<{ shape: string; source: string; formats: string[] }>(
    client,
    'GET',
    `/api/reports/${report}`,
    {},
    200,
  );
  const page = await client.post<ListAnswer>(`/api/records/${body.source}/query`, { limit: 1 });
  const parameters = body.shape === 'document' ? { record: page.body.items[0]?.id } : {};
  for (const format of body.formats)
    await ask(client, 'POST', '/api/report-runs', { body: { report, parameters, format } }, 200);
  if (body.shape !== 'document')
    await ask(client, 'POST', '/api/report-runs', { body: { report, drill: {} } });
}

describe('the writes are as the document says', () => {
  const students = '/api/records/student';
  const newcomer = {
    person: { lastName: 'Описанов', firstName: 'Олег', birthDate: '2016-05-04', sex: 'm', isNew: true },
    residence: { city: 'Озёрск', street: 'Лесная', house: '3' },
    absent: ['homePhone'],
    consents: [{ purpose: 'education-process', form: 'paper', signedOn: '2026-09-01' }],
  };

  test('of a card added, changed, refused and deleted', async () => {
    const client = await home.signIn('secretary');
    await ask(client, 'POST', '/api/people/search', { body: { lastName: 'Иванов' } }, 200);
    await ask(client, 'POST', students, { body: { person: { lastName: 'Один' } } }, 422);
    const headers = { 'idempotency-key': 'described-1' };
    const { body } = await ask<RecordAnswer>(client, 'POST', students, { body: newcomer, headers }, 201);
    const url = `${students}/${body.id}`;
    const patch = { email: 'opisanov@example.ru', residence: { house: null } };
    await ask(client, 'PATCH', url, { body: patch }, 428);
    const version = (of: RecordAnswer) => ({ headers: { 'if-match': `"${of.version}"` } });
    const changed = await ask<RecordAnswer>(client, 'PATCH', url, { body: patch, ...version(body) }, 200);
    await ask(client, 'PATCH', url, { body: patch, ...version(body) }, 412);
    await ask(client, 'GET', `${url}/history`, {}, 200);
    await ask(client, 'GET', `${url}/draft`, {}, 200);
    const typed = { version: '1', edits: [{ path: 'email', before: null, value: 'a@example.ru' }] };
    await ask(client, 'PUT', `${url}/draft`, { body: typed }, 204);
    await ask(client, 'GET', `${url}/draft`, {}, 200);
    await ask(client, 'DELETE', `${url}/draft`, {}, 204);
    const director = await home.signIn('org-admin');
    await ask(director, 'DELETE', url, version(changed.body), 204);
  });

  test('of a school year opened again and closed', async () => {
    const client = await home.signIn('director');
    const filter = { op: '=', args: [{ property: 'closed' }, true] };
    const { body: years } = await client.post<ListAnswer>('/api/records/school-year/query', { filter });
    const url = `/api/records/school-year/${years.items[0]?.id}`;
    const { body: year } = await ask<RecordAnswer>(client, 'GET', url, {}, 200);
    const turn = (act: string, version: string, body: object, status: number) =>
      ask<RecordAnswer>(
        client,
        'POST',
        `${url}/transitions/${act}`,
        { body, headers: { 'if-match': `"${version}"` } },
        status,
      );
    await turn('reopen', year.version, {}, 422);
    const open = await turn('reopen', year.version, { reason: 'Пропущена отметка' }, 200);
    await turn('close', year.version, {}, 412);
    await turn('close', open.body.version, {}, 200);
  });

  test('of a file added, given back, deleted', async () => {
    const client = await home.signIn('secretary');
    const { body } = await client.post<ListAnswer>(`${students}/query`, { limit: 1 });
    const url = `${students}/${body.items[0]?.id}/files`;
    const form = (content: string) => ({
      body: `--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${content}\r\n--b--\r\n`,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    const added = await ask<{ id: string }>(client, 'POST', url, form('текст'), 201);
    await ask(client, 'POST', url, form('\u0000'), 415);
    await ask(client, 'GET', url, {}, 200);
    await ask(client, 'GET', `${url}/${added.body.id}`, {}, 200);
    await ask(client, 'DELETE', `${url}/${added.body.id}`, {}, 204);
    await ask(client, 'DELETE', `${url}/${added.body.id}`, {}, 404);
  });

  test('of a change proposed, refused, withdrawn, taken over', async () => {
    const parent = await home.signIn('parent');
    const secretary = await home.signIn('secretary');
    const { body } = await parent.post<ListAnswer>(`${students}/query`, { limit: 1 });
    const url = `${students}/${body.items[0]?.id}/requests`;
    const proposal = { patch: { mobilePhone: '8 900 123 45 67' }, reason: 'новый номер' };
    const proposed = async () =>
      (await ask<{ id: string }>(parent, 'POST', url, { body: proposal }, 201)).body.id;
    await ask(parent, 'POST', url, { body: { patch: { mobilePhone: '1' } } }, 422);
    const first = `/api/requests/${await proposed()}`;
    await ask(parent, 'GET', '/api/requests?box=outgoing', {}, 200);
    await ask(secretary, 'GET', '/api/requests', {}, 200);
    await ask(secretary, 'GET', '/api/requests/count', {}, 200);
    await ask(secretary, 'GET', first, {}, 200);
    await ask(secretary, 'POST', `${first}/refuse`, { body: {} }, 422);
    await ask(secretary, 'POST', `${first}/refuse`, { body: { comment: 'номер чужой' } }, 204);
    await ask(parent, 'POST', `/api/requests/${await proposed()}/withdraw`, { body: {} }, 204);
    const third = `/api/requests/${await proposed()}`;
    await ask(secretary, 'POST', `${third}/approve`, { body: {} }, 204);
    await ask(secretary, 'POST', `${third}/approve`, { body: {} }, 409);
    await ask(parent, 'GET', third, {}, 200);
    await ask(parent, 'GET', '/api/requests?box=outgoing&state=closed', {}, 200);
  });

  test('of two entries of one person joined and taken apart', async () => {
    const client = await home.signIn('org-admin');
    const person = { lastName: 'Описанова', firstName: 'Ольга', birthDate: '1988-03-04', isNew: true };
    const staff = await client.post<RecordAnswer>('/api/records/staff-member', { person });
    const guardian = await client.post<RecordAnswer>('/api/records/guardian', { person });
    const wish = { keep: staff.body.person?.id, drop: guardian.body.person?.id };
    await ask(client, 'GET', '/api/people/duplicates', {}, 200);
    await ask(client, 'POST', '/api/people/merge?preview=true', { body: wish }, 200);
    const done = await ask<{ merge: string }>(client, 'POST', '/api/people/merge', { body: wish }, 200);
    await ask(client, 'POST', '/api/people/merge', { body: wish }, 409);
    await ask(client, 'GET', '/api/people/merges', {}, 200);
    await ask(client, 'GET', `/api/records/guardian/${guardian.body.id}/names`, {}, 200);
    await ask(client, 'GET', `/api/records/guardian/${guardian.body.id}/history`, {}, 200);
    await ask(client, 'POST', `/api/people/merges/${done.body.merge}/undo`, {}, 204);
    await ask(client, 'POST', `/api/people/merges/${done.body.merge}/undo`, {}, 409);
  });

  test('of an account made, appointed, given passwords, blocked', async () => {
    const client = await home.signIn('org-admin');
    await ask(client, 'GET', '/api/accounts?limit=5', {}, 200);
    await ask(client, 'GET', '/api/accounts/staffing', {}, 200);
    const { body: staff } = await client.post<ListAnswer>('/api/records/staff-member/query', {
      filter: { op: '=', args: [{ property: 'mainPosition' }, 'librarian'] },
    });
    const card = { kind: 'staff', id: staff.items[0]?.id };
    const order = { role: 'teacher', orderNumber: '5-к', orderDate: '2026-09-01' };
    await ask(client, 'POST', '/api/accounts', { body: { card, appointment: { role: 'teacher' } } }, 422);
    const made = await ask<{ id: string; login: string }>(
      client,
      'POST',
      '/api/accounts',
      { body: { card, appointment: order } },
      201,
    );
    const { id } = made.body;
    const organisation = client.session.active.organisation.id;
    const psychologist = { ...order, role: 'psychologist', organisation };
    const url = `/api/accounts/${id}`;
    const given = await ask<{ id: string }>(
      client,
      'POST',
      `${url}/appointments`,
      { body: psychologist },
      201,
    );
    const ending = { orderNumber: null, to: '2027-05-31' };
    const appointment = `/api/appointments/${given.body.id}`;
    await ask(client, 'PATCH', appointment, { body: ending }, 422);
    await ask(client, 'PATCH', appointment, { body: { to: '2027-05-31' } }, 204);
    await ask(client, 'POST', '/api/accounts/query', { body: { q: made.body.login } }, 200);
    await ask(client, 'POST', `${url}/password`, {}, 200);
    const slips = { ids: [id, client.session.user.id] };
    await ask(client, 'POST', '/api/accounts/slips', { body: slips }, 200);
    await ask(client, 'POST', '/api/accounts/slips', { body: { ...slips, format: 'pdf' } }, 200);
    await ask(client, 'POST', `${url}/block`, {}, 204);
    await ask(client, 'POST', `${url}/unblock`, {}, 204);
    await ask(await home.signIn('teacher', 'кедр-и-тихая-вода-71'), 'GET', '/api/accounts', {}, 403);
  });

  test('of a form designed, published and taken back', async () => {
    const client = await home.signIn('org-admin');
    await ask(client, 'GET', '/api/forms', {}, 200);
    const fields = '/api/custom-fields/student';
    const overlay = '/api/forms/student/overlay';
    const { body: none } = await ask<{ version: string }>(client, 'GET', fields, {}, 200);
    const match = (version: unknown) => ({ headers: { 'if-match': String(version) } });
    const field = { kind: 'text', title: 'Описанное поле', read: ['secretary'], write: ['secretary'] };
    const added = await ask<{ id: string; path: string }>(client, 'POST', fields, { body: field }, 201);
    await ask(client, 'POST', fields, { body: { ...field, kind: 'ref' } }, 422);
    const mistake = await ask<{ id: string }>(
      client,
      'POST',
      fields,
      { body: { ...field, title: 'Лишнее' } },
      201,
    );
    const one = `${fields}/${added.body.id}`;
    await ask(client, 'PATCH', one, { body: { help: 'Зачем' }, ...match(`"${none.version}"`) }, 412);
    const dropped = await ask(
      client,
      'DELETE',
      `${fields}/${mistake.body.id}`,
      match(mistake.headers.etag),
      204,
    );
    const renamed = await ask(
      client,
      'PATCH',
      one,
      { body: { title: 'Другое имя' }, ...match(dropped.headers.etag) },
      200,
    );
    const draft = {
      sections: [{ id: 's_own', title: 'Своё', rows: [[{ field: added.body.path, span: 6 }]] }],
      require: ['email'],
    };
    await ask(client, 'POST', `${overlay}/preview`, { body: { role: 'secretary', draft } }, 200);
    await ask(client, 'POST', `${overlay}/impact`, { body: { draft } }, 200);
    await ask(client, 'PUT', overlay, { body: draft, ...match('"0"') }, 412);
    const saved = await ask(client, 'PUT', overlay, { body: draft, ...match(renamed.headers.etag) }, 200);
    const published = await ask<{ number: number }>(
      client,
      'POST',
      `${overlay}/publish`,
      { body: { note: 'раз' }, ...match(saved.headers.etag) },
      200,
    );
    const after = await ask(client, 'GET', overlay, {}, 200);
    await ask(client, 'GET', fields, {}, 200);
    await ask(client, 'GET', '/api/entities/student', {}, 200);
    const versions = await ask<{ items: { number: number }[] }>(
      client,
      'GET',
      `${overlay}/versions`,
      {},
      200,
    );
    const version = `${overlay}/versions/${versions.body.items[0]?.number}`;
    await ask(client, 'GET', version, {}, 200);
    await ask(client, 'POST', `${version}/restore`, { body: {}, ...match(after.headers.etag) }, 409);
    const bare = await ask(client, 'PUT', overlay, { body: {}, ...match(after.headers.etag) }, 200);
    await ask(client, 'POST', `${version}/restore`, { body: {}, ...match(bare.headers.etag) }, 409);
    const emptied = await ask(
      client,
      'POST',
      `${overlay}/publish`,
      { body: { note: '' }, ...match(bare.headers.etag) },
      200,
    );
    expect(emptied.body).toHaveProperty('number', published.body.number + 1);
    const last = await ask(client, 'GET', overlay, {}, 200);
    await ask(
      client,
      'POST',
      `${version}/restore`,
      { body: { note: 'назад' }, ...match(last.headers.etag) },
      200,
    );
  });

  test('of a dictionary changed by a level', async () => {
    const client = await home.signIn('org-admin');
    const made = await ask<{ id: string }>(
      client,
      'POST',
      '/api/dictionaries',
      { body: { title: 'Свой', items: [{ ru: 'Одно' }] } },
      201,
    );
    for (const id of [made.body.id, 'shifts']) {
      const items = `/api/dictionaries/${id}/items`;
      const { body, headers } = await ask<{ own: { add: object[] } }>(client, 'GET', items, {}, 200);
      const own = { ...body.own, add: [...body.own.add, { ru: 'Ещё', en: 'More' }] };
      await ask(client, 'PUT', items, { body: own, headers: { 'if-match': String(headers.etag) } }, 200);
      await ask(client, 'PUT', items, { body: own, headers: { 'if-match': '"0"' } }, 412);
      await ask(client, 'GET', `/api/dictionaries/${id}`, {}, 200);
    }
    await ask(client, 'GET', '/api/dictionaries', {}, 200);
  });

  test('of a module switched on', async () => {
    const client = await home.signIn('region-admin');
    const { body } = await ask<{ plugins: { id: string }[] }>(client, 'GET', '/api/modules', {}, 200);
    const url = `/api/modules/${body.plugins[0]?.id}/enablement`;
    const change = { organisationType: 'general', enabled: true };
    await ask(client, 'PUT', `${url}?preview=true`, { body: change }, 200);
    await ask(client, 'PUT', url, { body: change }, 200);
    await ask(client, 'PUT', url, { body: {} }, 422);
    await ask(await home.signIn('director'), 'PUT', url, { body: change }, 403);
  });

  test('every route has been called and has answered', () => {
    const templates = home.app
      .apiRoutes()
      .filter(({ url }) => isApi(url))
      .map(({ method, url }) => ({
        name: `${method} ${url}`,
        pattern: new RegExp(`^${method} ${url.replace(/:\w+/g, '[^/]+')}$`),
      }));
    const silent = templates.filter(({ pattern }) => ![...called].some(one => pattern.test(one)));
    expect(silent.map(one => one.name)).toEqual([]);
  });
});
