import { readXlsx } from 'hucre/xlsx';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { Dataset, DrillAnswer, ReportSummary } from './dataset.ts';

let app: TestApp;
let secretary: TestClient;
let school: number;

beforeAll(async () => {
  app = await anApp({ demo: true });
  secretary = await app.signIn('secretary');
  school = secretary.session.active.organisation.id;
});
afterAll(() => app.close());

const run = <T = Dataset>(body: Record<string, unknown>, client = secretary) =>
  client.post<T>('/api/report-runs', body);

async function pagesOf(pdf: Buffer): Promise<string[]> {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  return Promise.all(
    Array.from({ length: document.numPages }, async (_, index) => {
      const content = await (await document.getPage(index + 1)).getTextContent();
      return content.items
        .map(item => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' ');
    }),
  );
}

const aStudent = async (where = '') => {
  const [row] = await app.db.owner<{ id: string }>(
    `select id from student where organisation_id ${where || '='} $1 and status = 'active' order by id limit 1`,
    [school],
  );
  return row!.id;
};

describe('which reports there are', () => {
  test('standard reports for the role, with parameters and formats', async () => {
    const { status, body } = await secretary.get<{ items: ReportSummary[] }>('/api/reports');
    expect(status).toBe(200);
    const ids = body.items.map(item => item.id);
    expect(ids).toEqual(
      expect.arrayContaining(['student-register', 'student-completeness', 'study-certificate']),
    );
    const register = body.items.find(item => item.id === 'student-register')!;
    expect(register).toMatchObject({ shape: 'list', formats: ['json', 'html', 'pdf', 'xlsx', 'csv'] });
    expect(register.parameters.properties.group).toMatchObject({
      'x-ref': 'study-group',
      'x-multiple': true,
    });
  });

  test('sources with readable fields and relations', async () => {
    const { body } = await secretary.get<{ items: { id: string; fields: { path: string }[] }[] }>(
      '/api/report-sources',
    );
    const student = body.items.find(item => item.id === 'student')!;
    expect(student.fields.map(field => field.path)).toContain('person.lastName');
  });
});

describe('«Общие сведения об обучающихся»', () => {
  test('has the rows, groups and counts of hand-written SQL', async () => {
    const { status, body, text } = await run({ report: 'student-register' });
    expect(status, text).toBe(200);
    const groups = await app.db.owner<{ name: string; count: number }>(
      `select g.name, count(*)::int as count from student s left join study_group g
         on g.organisation_id = s.organisation_id and g.id = s.current_group_id
       where s.organisation_id = $1 and s.status = 'active' group by g.id, g.name, g.grade
       order by g.grade, g.name collate "ru_app"`,
      [school],
    );
    expect(body.groups.map(({ caption, count }) => ({ name: caption, count }))).toEqual(groups);
    expect(body.total.count).toBe(groups.reduce((sum, group) => sum + group.count, 0));
    expect(body.rows).toHaveLength(body.total.count);

    const names = await app.db.owner<{ name: string }>(
      `select concat_ws(' ', p.last_name, p.first_name, p.middle_name) as name
       from student s join person p on p.id = s.person_id
       left join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
       where s.organisation_id = $1 and s.status = 'active'
       order by g.grade, g.name collate "ru_app", 1 collate "ru_app", s.id::text`.replace(
        '1 collate',
        "concat_ws(' ', p.last_name, p.first_name, p.middle_name) collate",
      ),
      [school],
    );
    const at = body.columns.findIndex(column => column.key === 'name');
    expect(body.rows.map(row => row.cells[at])).toEqual(names.map(row => row.name));
  });

  test('takes groups as a parameter and says it in words', async () => {
    const [group] = await app.db.owner<{ id: string; name: string }>(
      `select g.id, g.name from study_group g where g.organisation_id = $1
         and exists (select 1 from student s where s.current_group_id = g.id and s.status = 'active')
       order by g.name limit 1`,
      [school],
    );
    const { body } = await run({ report: 'student-register', parameters: { group: [group!.id] } });
    expect(body.groups).toHaveLength(1);
    expect(body.groups[0]!.caption).toBe(group!.name);
    expect(body.parameters[0]).toMatchObject({ key: 'group', text: group!.name });
  });

  test('opens the records behind a figure, under the same rights', async () => {
    const { body } = await run({ report: 'student-register' });
    const group = body.groups[0]!;
    const { body: drill } = await run<DrillAnswer>({
      report: 'student-register',
      drill: { group: { group: group.value }, measure: 'students' },
    });
    expect(drill.count).toBe(group.count);
    const inGroup = body.rows.filter(row => row.group[0] === group.value).map(row => row.id);
    expect(drill.items.map(item => item.id).toSorted()).toEqual(inGroup.toSorted());
    expect(drill.entity).toBe('student');
  });
});

describe('«Контроль заполнения данных по учащимся»', () => {
  test('takes shares from sums, not from a mean of percents', async () => {
    const { status, body, text } = await run({ report: 'student-completeness' });
    expect(status, text).toBe(200);
    const measure = (key: string) => body.measures.findIndex(one => one.key === key);
    const column = (key: string) => body.columns.findIndex(one => one.key === key);
    const sum = (key: string, rows = body.rows) =>
      rows.reduce((total, row) => total + Number(row.cells[column(key)]), 0);
    const { measures } = body.total;
    expect(measures[measure('filled')]).toBe(sum('filled'));
    expect(measures[measure('share')]).toBeCloseTo(sum('filled') / sum('fillable'), 12);
    for (const group of body.groups) {
      const rows = body.rows.filter(row => row.group[0] === group.value);
      expect(group.measures[measure('share')]).toBeCloseTo(sum('filled', rows) / sum('fillable', rows), 12);
    }
  });

  test('a ratio of sums differs from the mean of ratios where the parts weigh differently', async () => {
    const definition = {
      $schema: 'kartoteka/report/1',
      id: 'own-ratio',
      version: 1,
      title: 'Проба',
      source: 'study-group',
      groups: [{ key: 'kind', title: 'Вид', property: 'kind' }],
      measures: [
        { key: 'grades', fn: 'sum', property: 'grade', title: 'Сумма' },
        { key: 'groups', fn: 'count', title: 'Групп' },
        {
          key: 'older',
          fn: 'count',
          title: 'Старше 6',
          where: { op: '>', args: [{ property: 'grade' }, 6] },
        },
        { key: 'ratio', fn: 'ratio', of: 'older', to: 'groups', title: 'Доля' },
        { key: 'share', fn: 'share', of: 'groups', title: 'От всех' },
      ],
      totals: ['grand'],
    };
    const { status, body, text } = await run({ definition });
    expect(status, text).toBe(200);
    const [row] = await app.db.owner<{ grades: number; groups: number; older: number }>(
      `select sum(grade)::int as grades, count(*)::int as groups, count(*) filter (where grade > 6)::int as older
       from study_group where organisation_id = $1`,
      [school],
    );
    expect(body.total.measures).toEqual([row!.grades, row!.groups, row!.older, row!.older / row!.groups, 1]);
    expect(body.groups.reduce((sum, group) => sum + Number(group.measures[4]), 0)).toBeCloseTo(1, 12);
  });
});

describe('rights', () => {
  test('a record, a group or a report of others does not exist', async () => {
    const foreign = await aStudent('<>');
    const certificate = await run({ report: 'study-certificate', parameters: { record: foreign } });
    expect(certificate).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const [group] = await app.db.owner<{ id: string }>(
      'select id from study_group where organisation_id <> $1 limit 1',
      [school],
    );
    const register = await run({ report: 'student-register', parameters: { group: [group!.id] } });
    expect(register.status).toBe(404);
    expect((await secretary.get('/api/reports/no-such-report')).status).toBe(404);
  });

  test('rows of other organisations never appear', async () => {
    const { body } = await run({ report: 'student-register', parameters: { status: null } });
    const own = await app.db.owner<{ id: string }>('select id from student where organisation_id = $1', [
      school,
    ]);
    expect(new Set(body.rows.map(row => row.id))).toEqual(new Set(own.map(row => row.id)));
  });

  test('S003-6.8.1 a class teacher reports on the own class only, and exports no other', async () => {
    const teacher = await app.signIn('class-teacher');
    const [own] = await app.db.owner<{ name: string }>(
      `select g.name from app_user u join staff_member m on m.person_id = u.person_id
       join study_group g on g.class_teacher_id = m.id where u.login = 'class-teacher'`,
    );
    const { status, body, text } = await run({ report: 'student-register' }, teacher);
    expect(status, text).toBe(200);
    expect(body.rows.length).toBeGreaterThan(0);
    expect(new Set(body.rows.map(row => row.group[0]))).toEqual(new Set([own!.name]));

    const csv = await run({ report: 'student-register', format: 'csv' }, teacher);
    expect(csv.text.match(/Класс \(группа\): /g)).toHaveLength(1);
    expect(csv.text).toContain(`Класс (группа): ${own!.name}`);
  });

  test('in a report made by a reader an unreadable field answers like an unknown one', async () => {
    const definition = (property: string) => ({
      $schema: 'kartoteka/report/1',
      id: 'own',
      version: 1,
      title: 'Проба',
      source: 'student',
      columns: [{ property: 'person.lastName' }, { property, optional: true, title: 'X' }],
    });
    const teacher = await app.signIn('teacher');
    const answerTo = async (property: string) => {
      const { status, text } = await run({ definition: definition(property) }, teacher);
      return { status, text: text.replaceAll(property, '…') };
    };
    const unknown = await answerTo('noSuchField');
    expect(unknown.status).toBe(422);
    expect(unknown.text).toContain('/definition/columns/1/property');
    expect(await answerTo('personalFileNumber')).toEqual(unknown);
    expect((await answerTo('status')).status).toBe(200);
    const ofSource = (source: string) => run({ definition: { ...definition('status'), source } }, teacher);
    const [closed, absent] = await Promise.all([ofSource('consent'), ofSource('no-such-card')]);
    expect([closed!.status, absent!.status]).toEqual([422, 422]);
    expect(closed!.text.replaceAll('consent', '…')).toBe(absent!.text.replaceAll('no-such-card', '…'));
  });
});

describe('what is sent wrong', () => {
  test.each([
    [{}, 400, undefined],
    [{ report: 'student-register', definition: {} }, 400, undefined],
    [{ report: 'student-register', parameters: { nope: 1 } }, 400, '/parameters/nope'],
    [{ report: 'student-register', parameters: { status: 'nope' } }, 422, '/parameters/status'],
    [{ report: 'student-register', parameters: { group: 'x' } }, 422, '/parameters/group'],
    [{ report: 'study-certificate', parameters: {} }, 422, '/parameters/record'],
    [{ report: 'student-register', asOf: '2020-01-01' }, 422, '/asOf'],
    [{ report: 'student-register', drill: { group: { nope: 'x' } } }, 400, '/drill/group/nope'],
    [{ report: 'study-certificate', format: 'xlsx', parameters: {} }, 422, undefined],
    [{ report: 'student-register', format: 'exe' }, 422, '/format'],
    [{ definition: { $schema: 'kartoteka/report/1' } }, 422, '/definition'],
  ])('%j is %i', async (body, status, path) => {
    const answer = await run<{ errors?: { path: string }[] }>(body);
    expect(answer.status, answer.text).toBe(status);
    if (path) expect(answer.body.errors?.[0]?.path).toBe(path);
  });
});

describe('files', () => {
  test('PDF of a list: system, date, executor on every page (S001-4.5)', async () => {
    const { status, bytes, headers, text } = await run({ report: 'student-register', format: 'pdf' });
    expect(status, text).toBe(200);
    expect(headers['content-type']).toBe('application/pdf');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="student-register-/);
    const pages = await pagesOf(bytes);
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain('Информационная система «Картотека»');
      expect(page).toContain('Дата составления: ');
      expect(page).toContain(`Исполнитель: ${secretary.session.user.name}`);
      expect(page).toContain(`Стр. ${index + 1} из ${pages.length}`);
    }
  });

  test('XLSX of a list: typed days, figures in the totals', async () => {
    const { status, bytes, text } = await run({ report: 'student-completeness', format: 'xlsx' });
    expect(status, text).toBe(200);
    const { body } = await run({ report: 'student-completeness' });
    const rows = (await readXlsx(new Uint8Array(bytes))).sheets[0]!.rows;
    const head = rows.findIndex(row => row[0] === '№');
    const share = rows[head]!.indexOf('Заполнено, %');
    const last = rows.at(-1)!;
    expect(last[share]).toBeCloseTo(
      body.total.measures[body.measures.findIndex(one => one.key === 'share')] as number,
      12,
    );
    expect(rows.slice(0, head).flat().join(' ')).toContain('Исполнитель: ');
  });

  test('CSV and the preview in HTML', async () => {
    const csv = await run({ report: 'student-register', format: 'csv' });
    expect(csv.text.startsWith('\ufeff')).toBe(true);
    const html = await run({ report: 'student-register', format: 'html' });
    expect(html.headers['content-type']).toContain('text/html');
    expect(html.text).toContain('Исполнитель: ');
    expect(html.text).not.toContain('<script');
  });

  test('«Справка об обучении» with the name in the dative, stamp and signature', async () => {
    const record = await aStudent();
    const answer = await run({
      report: 'study-certificate',
      format: 'pdf',
      parameters: { record, number: '17' },
    });
    expect(answer.status, answer.text).toBe(200);
    const [page] = await pagesOf(answer.bytes);
    expect(page).toContain('СПРАВКА');
    expect(page).toContain('№ 17');
    expect(page).toContain('Информационная система «Картотека»');
    expect(page).toContain('Директор');
    expect(page).toContain('Стр. 1 из 1');
  });

  test('each run leaves an audit row with the number of records and no values', async () => {
    const { body } = await run({ report: 'student-register' });
    const [row] = await app.db.owner<{ action: string; records: number; details: object; entity: string }>(
      `select action, records, entity, details from audit where action = 'report' order by id desc limit 1`,
    );
    expect(row).toMatchObject({ entity: 'student', records: body.total.count });
    expect(JSON.stringify(row!.details)).toContain('student-register');
    await run({ report: 'study-certificate', format: 'pdf', parameters: { record: await aStudent() } });
    const [print] = await app.db.owner<{ action: string; record_id: string }>(
      `select action, record_id from audit where action = 'print' order by id desc limit 1`,
    );
    expect(print!.record_id).toBe(await aStudent());
  });
});
