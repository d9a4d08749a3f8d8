/** What is typed and not saved: its writer's alone, and never more than the writer may still read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { ListAnswer } from '../storage/gateway.types.ts';

let app: TestApp;
let secretary: TestClient;
let url: string;
let version: string;

beforeAll(async () => {
  app = await anApp({ demo: true });
  secretary = await app.signIn('secretary');
  const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
  const id = String(body.items[0]?.id);
  const card = await secretary.get<{ version: string }>(`/api/records/student/${id}`);
  version = card.body.version;
  url = `/api/records/student/${id}/draft`;
});
afterAll(() => app.close());

const edits = [
  { path: 'residence.street', before: 'ул. Прежняя', value: 'ул. Незаконченная' },
  { path: 'homePhone', before: '+73412000000' },
];

test('RL3 a draft is told to its writer alone, and goes when it is thrown away', async () => {
  expect((await secretary.get(url)).body).toEqual({});
  expect((await secretary.put(url, { version, edits })).status).toBe(204);
  expect((await secretary.get(url)).body).toMatchObject({ draft: { version, edits } });
  const admin = await app.signIn('org-admin');
  expect((await admin.get(url)).body).toEqual({});
  await admin.delete(url);
  const later = [{ path: 'email', value: 'a@example.ru' }];
  await secretary.put(url, { version, edits: later });
  expect((await secretary.get(url)).body).toMatchObject({ draft: { edits: later } });
  expect((await secretary.delete(url)).status).toBe(204);
  expect((await secretary.get(url)).body).toEqual({});
});

test('AZ5 a draft tells nothing of a card or a field that is shut to its writer', async () => {
  await secretary.put(url, { version, edits: [...edits, { path: 'psychologist', value: 'x' }] });
  expect((await secretary.get(url)).body).toMatchObject({ draft: { edits } });
  const other = await app.signIn('secretary-2');
  expect((await other.put(url, { version, edits })).status).toBe(404);
  expect((await other.get(url)).status).toBe(404);
  const hr = await app.signIn('hr');
  expect((await hr.get(url)).status).toBe(403);
});

test('a draft of a month ago is no longer kept', async () => {
  await secretary.put(url, { version, edits });
  await app.db.owner(`update card_draft set changed_at = now() - interval '31 days'`);
  expect((await secretary.get(url)).body).toEqual({});
});

test('what is sent as a draft is checked', async () => {
  for (const body of [{ version }, { version: 'x', edits }, { version, edits: [{ value: 1 }] }])
    expect((await secretary.put(url, body)).status).toBeGreaterThanOrEqual(400);
});
