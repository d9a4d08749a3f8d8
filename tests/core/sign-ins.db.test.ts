/** The demo region as its people see it: every printed sign-in works and nothing offered to it is broken. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await anApp({ demo: true });
});
afterAll(() => server.close());

interface Menu {
  menu: { title: string; list: string }[];
}

test('there is a sign-in for every role that the regulations name', () => {
  const logins = server.services.signInHints.map(hint => hint.login);
  for (const login of [
    'secretary',
    'secretary-2',
    'director',
    'municipal-operator',
    'region-admin',
    'head-college',
  ]) {
    expect(logins).toContain(login);
  }
  expect(new Set(logins).size).toBe(logins.length);
});

test('every sign-in opens its home, its lists with a first card, and its reports', async () => {
  const broken: string[] = [];
  for (const { login } of server.services.signInHints) {
    const client = await server.signIn(login);
    for (const fault of await faultsOf(client)) broken.push(`${login}: ${fault}`);
  }
  expect(broken).toEqual([]);
}, 120_000);

async function faultsOf(client: TestClient): Promise<string[]> {
  const faults: string[] = [];
  const asked = async <T>(url: string, body?: unknown): Promise<T | undefined> => {
    const answer = body === undefined ? await client.get<T>(url) : await client.post<T>(url, body);
    if (answer.status === 200) return answer.body;
    faults.push(`${url} ${answer.status} ${answer.text.slice(0, 200)}`);
    return undefined;
  };
  await asked('/api/home');
  await asked('/api/reports');
  const session = await asked<Menu>('/api/session');
  for (const { list } of session?.menu ?? []) {
    await asked(`/api/entities/${list}`);
    const page = await asked<{ items: { id: string }[] }>(`/api/records/${list}/query`, {
      limit: 3,
      count: 'exact',
    });
    const first = page?.items[0];
    if (!first) continue;
    await asked(`/api/records/${list}/${first.id}`);
    await asked(`/api/records/${list}/${first.id}/history`);
  }
  return faults;
}
