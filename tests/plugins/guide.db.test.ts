/** Follows docs/plugins.md: the files shown there are written, started and used as the page says. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../core/catalogue/load.ts';
import { projectRoot } from '../../core/config.ts';
import { loadDemo } from '../../core/demo/load.ts';
import { migrate } from '../../core/storage/migrate.ts';
import { anApp, type TestApp } from '../support/app.ts';
import { installedPlugins } from '../support/catalogue.ts';
import { aDatabase, demoDay, testSecret } from '../support/database.ts';

const FENCE = /^```(\w+) ([\w./-]+)\n([\s\S]*?)^```$/gm;

interface Block {
  path: string;
  text: string;
}

let blocks: Block[];
let folder: string;

beforeAll(async () => {
  const guide = await readFile(join(projectRoot, 'docs', 'plugins.md'), 'utf8');
  blocks = [...guide.matchAll(FENCE)].map(match => ({ path: match[2] as string, text: match[3] as string }));
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-guide-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes blocks of the guide below `<folder>/<name>`, later ones over earlier ones. @returns the plugin folder */
async function written(name: string, files: Block[]): Promise<string> {
  for (const { path, text } of files) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return join(folder, name, 'plugins');
}

const ofPlugin = () => blocks.filter(block => block.path.startsWith('plugins/library/'));

describe('hello world', () => {
  let home: TestApp;
  beforeAll(async () => {
    home = await anApp({ demo: true, pluginFolders: [await written('hello', ofPlugin().slice(0, 2))] });
  });
  afterAll(() => home.close());

  test('two files give section, list, card, history, report source and API to the administrator', async () => {
    expect(home.services.catalogue.quarantine).toEqual([]);
    const admin = await home.signIn('org-admin');
    const { body } = await admin.get<{ menu: { list: string }[] }>('/api/session');
    expect(body.menu.map(item => item.list)).toContain('book-loan');
    const made = await admin.post<{ id: string; version: string }>('/api/records/book-loan', {
      title: 'Алгебра',
      lentOn: '2026-09-01',
    });
    expect(made.status).toBe(201);
    const list = await admin.post<{ items: { id: string }[] }>('/api/records/book-loan/query', {
      q: 'алгеб',
    });
    expect(list.body.items.map(item => item.id)).toEqual([made.body.id]);
    expect((await admin.get(`/api/records/book-loan/${made.body.id}/history`)).status).toBe(200);
    expect((await admin.get('/api/report-sources')).text).toContain('book-loan');
    const director = await home.signIn('director');
    expect((await director.post('/api/records/book-loan', { title: 'А', lentOn: '2026-09-01' })).status).toBe(
      403,
    );
    const college = await home.signIn('admin-college');
    expect((await college.get('/api/records/book-loan')).status).toBe(404);
  });

  test('a misspelt key is named by file, pointer and the sentence of the page', async () => {
    const [manifest, card] = ofPlugin().slice(0, 2) as [Block, Block];
    const wrong = { ...card, text: card.text.replace('"maxLength"', '"maxLenght"') };
    const { quarantine } = await loadCatalogue({
      pluginFolders: [await written('wrong', [manifest, wrong])],
    });
    expect(quarantine).toMatchObject([
      {
        plugin: 'library',
        pointer: '/properties/title/maxLenght',
        reason: 'Ключ «maxLenght» здесь недопустим',
      },
    ]);
    const guide = await readFile(join(projectRoot, 'docs', 'plugins.md'), 'utf8');
    for (const text of [quarantine[0]?.pointer, quarantine[0]?.reason, 'library 0.1.0: принят'])
      expect(guide).toContain(text);
  });
});

test('plugin:check prints what the page shows', async () => {
  const printed = await new Promise<string>((resolve, reject) =>
    execFile(
      process.execPath,
      ['bootstrap.mjs', 'plugin:check', 'music-school'],
      { cwd: projectRoot },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    ),
  );
  expect(printed.trim()).toMatch(/^music-school \d+\.\d+\.\d+: принят$/);
});

describe('the whole plugin of the page', () => {
  let home: TestApp;
  let plugins: string;
  beforeAll(async () => {
    plugins = await written('whole', ofPlugin());
    home = await anApp({ demo: true, pluginFolders: [plugins] });
  });
  afterAll(() => home.close());

  test('is taken in, and its report, paper, tab and rights are there', async () => {
    expect(home.services.catalogue.quarantine).toEqual([]);
    const admin = await home.signIn('org-admin');
    const students = await admin.post<{ items: { id: string; label: string }[] }>(
      '/api/records/student/query',
      {
        limit: 1,
      },
    );
    const [borrower] = students.body.items;
    const card = { title: 'Геометрия', kind: 'textbook', borrower: borrower?.id, lentOn: '2026-09-01' };
    const made = await admin.post<{ id: string }>('/api/records/book-loan', {
      ...card,
      returnBy: '2027-05-25',
    });
    expect(made.status).toBe(201);
    const report = await admin.post('/api/report-runs', { report: 'books-out', format: 'json' });
    expect(report.text).toContain('Геометрия');
    const paper = await admin.post('/api/report-runs', {
      report: 'return-notice',
      parameters: { record: made.body.id },
      format: 'html',
    });
    expect(paper.text).toContain(borrower?.label);
    expect(paper.text).toContain('25.05.2027');
    const english = await admin.get<{ form: { tabs: { id: string; title: string }[] } }>(
      '/api/entities/student',
      {
        headers: { 'accept-language': 'en' },
      },
    );
    expect(english.body.form.tabs.find(tab => tab.id === 'library')?.title).toBe('Library');
  });

  test('is switched on elsewhere by the body that the page shows', async () => {
    const body = blocks.find(block => block.path === 'body')?.text as string;
    const region = await home.signIn('region-admin');
    const answer = await region.put<{ concerned: { count: number }; refusal: string }>(
      '/api/modules/library/enablement?preview=true',
      JSON.parse(body),
    );
    expect(answer.body).toMatchObject({ concerned: { count: 3 }, refusal: '' });
    expect((await region.put('/api/modules/library/enablement', JSON.parse(body))).status).toBe(200);
  });

  test('upgrades the tables of hello world with its records', async () => {
    const db = await aDatabase();
    const first = await loadCatalogue({ pluginFolders: [await written('before', ofPlugin().slice(0, 2))] });
    await migrate(db.ownerUrl, first, { secret: testSecret });
    const [place] = await db.owner<{ id: number }>(
      `insert into organisation (level, name, full_name) values ('organisation', 'Школа', 'Школа') returning id`,
    );
    await db.owner(
      `insert into book_loan (organisation_id, id, title, lent_on) values ($1, gen_random_uuid(), 'Алгебра', '2026-09-01')`,
      [place?.id],
    );
    const next = await loadCatalogue({ pluginFolders: [installedPlugins, plugins] });
    expect((await migrate(db.ownerUrl, next, { secret: testSecret })).quarantined).toEqual([]);
    expect(await db.owner('select title, borrower_id from book_loan')).toEqual([
      { title: 'Алгебра', borrower_id: null },
    ]);
    await db.close();
  });

  test('brings its demo data and sign-in', async () => {
    const db = await aDatabase({ empty: true });
    const catalogue = await loadCatalogue({ pluginFolders: [installedPlugins, plugins] });
    await migrate(db.ownerUrl, catalogue, { secret: testSecret });
    const { records } = await loadDemo(db.ownerUrl, catalogue, { today: demoDay });
    expect(records['book-loan']).toBe(1);
    expect(await db.owner(`select 1 as one from app_user where login = 'librarian'`)).toHaveLength(1);
    await db.close();
  });
});
