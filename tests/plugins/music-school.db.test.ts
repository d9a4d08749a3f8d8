/** The example plugin: a new type of organisations, made of JSON alone, beside the types that were there. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateTypes } from '../../core/plugins/generate.ts';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';
import { installedPlugins } from '../support/catalogue.ts';

let home: TestApp;
let teacher: TestClient;
let head: TestClient;

beforeAll(async () => {
  home = await anApp({ demo: true });
  teacher = await home.signIn('music-teacher');
  head = await home.signIn('head-music');
});
afterAll(() => home.close());

interface Page {
  items: { id: string; label: string }[];
  count?: number;
}
const list = (client: TestClient, entity: string) =>
  client.post<Page>(`/api/records/${entity}/query`, { limit: 50, count: 'exact' });

test('is a folder of JSON, texts and templates, and gets no generated code', async () => {
  const files = await readdir(join(installedPlugins, 'music-school'), {
    recursive: true,
    withFileTypes: true,
  });
  for (const file of files.filter(entry => entry.isFile())) expect(file.name).toMatch(/[.](json|md|hbs)$/);
  const made = await generateTypes(home.services.catalogue, { check: true });
  expect(made.filter(({ file }) => file.includes('music-school'))).toEqual([]);
});

test('brings its type of organisations with its words, and what it requires is on there too', async () => {
  const { body } = await head.get<{
    active: { organisation: { types: string[] }; words: Record<string, string> };
    menu: { list: string; title: string }[];
  }>('/api/session');
  expect(body.active.organisation.types).toEqual(['music-school']);
  expect(body.active.words).toMatchObject({ student: 'учащийся', studyGroup: 'класс инструмента' });
  expect(body.menu.map(item => item.list)).toEqual(
    expect.arrayContaining([
      'music-plan',
      'instrument',
      'student',
      'staff-member',
      'study-group',
      'movement-line',
    ]),
  );
  expect(body.menu).toContainEqual(expect.objectContaining({ list: 'student', title: 'Учащиеся' }));
  expect(body.menu).toContainEqual(
    expect.objectContaining({ list: 'study-group', title: 'Классы инструментов' }),
  );
  const student = await head.get<{ title: string; plural: string }>('/api/entities/student');
  expect([student.body.title, student.body.plural]).toEqual(['Учащийся', 'Учащиеся']);
  const director = await home.signIn('director');
  expect((await director.get('/api/session')).text).toContain('"title":"Классы и группы"');
  const { body: card } = await head.get<{ items: unknown[] }>('/api/records/organisation-card');
  expect(card.items).toHaveLength(1);
});

test('is off for the types that were there: not a trace of it', async () => {
  const director = await home.signIn('director');
  const { body } = await director.get<{ menu: { list: string }[] }>('/api/session');
  expect(body.menu.map(item => item.list)).not.toContain('music-plan');
  for (const entity of ['music-plan', 'instrument']) expect((await list(director, entity)).status).toBe(404);
  const card = await director.get('/api/entities/student');
  expect(card.text).not.toContain('musicPlans');
  const reports = await director.get('/api/reports');
  expect(reports.text).not.toContain('music-load');
  expect((await head.get('/api/entities/student')).text).toContain('musicPlans');
});

test('a teacher has the own students and their plans only', async () => {
  const [all, own] = [await list(head, 'music-plan'), await list(teacher, 'music-plan')];
  expect([all.body.items.length, own.body.items.length]).toEqual([10, 3]);
  expect((await list(teacher, 'student')).body.items).toHaveLength(3);
  const mine = new Set(own.body.items.map(item => item.id));
  const other = all.body.items.find(item => !mine.has(item.id));
  expect((await teacher.get(`/api/records/music-plan/${other?.id}`)).status).toBe(404);
  const plan = await teacher.get<{ version: string }>(`/api/records/music-plan/${[...mine][0]}`);
  const saved = await teacher.patch(
    `/api/records/music-plan/${[...mine][0]}`,
    { performances: [{ kind: 'contest', heldOn: '2026-11-20', pieces: 'Концерт', mark: 5 }] },
    plan.body.version,
  );
  expect(saved.status).toBe(200);
});

test('counts the load of teachers, with a total', async () => {
  const run = await head.post<{ totals?: unknown }>('/api/report-runs', {
    report: 'music-load',
    format: 'json',
  });
  expect(run.status).toBe(200);
  expect(run.text).toContain('Смычков');
  expect(run.text).toContain('Преподаватель не назначен');
});

test('S001-4.5 prints a certificate with the name in the dative', async () => {
  const { body } = await list(head, 'music-plan');
  const plan = body.items.find(item => item.label.startsWith('Аллегрова'));
  const parameters = { record: plan?.id };
  const html = await head.post('/api/report-runs', {
    report: 'music-certificate',
    parameters,
    format: 'html',
  });
  expect(html.status).toBe(200);
  expect(html.text).toContain('Аллегровой Марии Денисовне');
  expect(html.text).toContain('фортепиано');
  const pdf = await head.post('/api/report-runs', { report: 'music-certificate', parameters, format: 'pdf' });
  expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
});

test('speaks English where the reader does, the tab on the card of another plugin too', async () => {
  const english = { headers: { 'accept-language': 'en' } };
  const { body } = await head.get<{ form: { tabs: { id: string; title: string }[] } }>(
    '/api/entities/student',
    english,
  );
  expect(body.form.tabs.find(tab => tab.id === 'music')?.title).toBe('Music');
});
