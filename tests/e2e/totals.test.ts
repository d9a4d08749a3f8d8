/** The figures of «Контроль заполнения данных по учащимся», counted anew by hand. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoDay } from '../support/database.ts';
import { organisationOf } from './people.ts';
import { appointmentPath, aStage, type Stage } from './steps.ts';

let stage: Stage;
let page: Page;
let school: number;

beforeAll(async () => {
  stage = await aStage();
  school = await organisationOf(stage.server.db, 'secretary');
  page = await stage.enter('secretary');
});
afterAll(() => stage?.close());

const TITLE = 'Контроль заполнения данных по учащимся';

/** What a card of a student has to hold, each piece of data written out; «нет» counts as an answer (C13). */
const BY_LAW = [
  'p.last_name is not null',
  'p.first_name is not null',
  'p.birth_date is not null',
  'p.sex is not null',
  'p.snils is not null',
  's.shift is not null',
  's.personal_file_number is not null',
  's.document_type is not null',
  's.document_series is not null',
  's.document_number is not null',
  's.document_issued_on is not null',
  's.document_issued_by is not null',
  's.residence_region is not null',
  's.residence_city is not null',
  's.residence_street is not null',
  's.residence_house is not null',
  's.registration_region is not null',
  's.registration_city is not null',
  's.registration_street is not null',
  's.registration_house is not null',
];
/** Asked of whoever has consented to the purpose (S001-5.4). */
const BY_CONSENT: Record<string, string[]> = {
  'education-process': [
    "(s.home_phone is not null or 'homePhone' = any (s.absent))",
    "(s.email is not null or 'email' = any (s.absent))",
    's.has_computer is not null',
    's.family_composition is not null',
    `(exists (select 1 from student_social_status r where r.record_id = s.id)
      or 'socialStatus' = any (s.absent))`,
  ],
  'health-data': [
    's.health_group is not null',
    's.health_pe_group is not null',
    "(s.health_conditions is not null or 'health.conditions' = any (s.absent))",
    's.policy_number is not null',
  ],
};

/** SQL of what of a card is asked, and of what of that is there. */
function piecesOf(conditions: string[], asked: string): { fillable: string; filled: string } {
  return {
    fillable: `${conditions.length} * (${asked})::int`,
    filled: conditions.map(one => `(${asked} and ${one})::int`).join(' + '),
  };
}
const PIECES = [
  piecesOf(BY_LAW, 'true'),
  ...Object.entries(BY_CONSENT).map(([purpose, conditions]) =>
    piecesOf(conditions, `coalesce(s.consents ->> '${purpose}' >= '${demoDay}', false)`),
  ),
];

interface Counted {
  students: number;
  filled: number;
  fillable: number;
}

async function countByHand(group?: string): Promise<Counted> {
  const [counted] = await stage.server.db.owner<Counted & Record<string, unknown>>(
    `select count(*)::int as students, sum(${PIECES.map(one => one.filled).join(' + ')})::int as filled,
       sum(${PIECES.map(one => one.fillable).join(' + ')})::int as fillable
     from student s
     join person p on p.id = s.person_id
     left join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
     where s.organisation_id = $1 and s.status = 'active' and ($2::text is null or g.name = $2)`,
    [school, group ?? null],
  );
  return counted as Counted;
}

/** The figure of a button called «<whose>: <title> <figure>: показать записи». */
async function figure(whose: string, title: string): Promise<string> {
  const button = page.getByRole('button', {
    name: new RegExp(`^${whose}: ${title} [\\d\\s,%]+: показать записи$`),
  });
  return ((await button.textContent()) ?? '').replace(/\s/g, '');
}

const percent = ({ filled, fillable }: Counted) =>
  `${((filled / fillable) * 100).toFixed(1).replace('.', ',')}%`;

test('S001-5.5 totals of completeness are ratios of sums, equal to a count by hand', async () => {
  await page.goto(`${appointmentPath(page)}/reports/student-completeness`);
  await page.getByRole('table', { name: TITLE }).waitFor();
  for (const [whose, group] of [['Всего'], ['Итого: 1А', '1А']] as const) {
    const counted = await countByHand(group);
    expect(counted.students).toBeGreaterThan(10);
    expect(counted.filled).toBeLessThan(counted.fillable);
    expect({
      students: await figure(whose, 'Обучающихся'),
      filled: await figure(whose, 'Заполнено полей'),
      fillable: await figure(whose, 'Всего полей'),
      share: await figure(whose, 'Заполнено, %'),
    }).toEqual({
      students: String(counted.students),
      filled: String(counted.filled),
      fillable: String(counted.fillable),
      share: percent(counted),
    });
  }
});

test('S001-5.5 a figure opens the students behind it, and a line of them the card', async () => {
  const { students } = await countByHand('1А');
  await page.getByRole('button', { name: /^Итого: 1А: Обучающихся/ }).click();
  const panel = page.getByRole('dialog');
  await panel
    .getByRole('status')
    .filter({ hasText: new RegExp(`^${students} `) })
    .waitFor();
  const lines = panel.getByRole('listitem').getByRole('link');
  expect(await lines.count()).toBe(students);
  const name = (await lines.first().textContent()) ?? '';
  await lines.first().click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('region', { name: 'Обучение' }).getByRole('link', { name: '1А' }).waitFor();
});

test('S001-5.5 one badly filled class weighs by its students, not as one class of many', async () => {
  // Three are left in the class, and little is known of them.
  const inClass = `select s.id from student s join study_group g on g.id = s.current_group_id
    where s.organisation_id = $1 and s.status = 'active' and g.name = '1А' order by s.id`;
  await stage.server.db.owner(
    `update student set status = 'left' where organisation_id = $1 and id in (${inClass} offset 3)`,
    [school],
  );
  await stage.server.db.owner(
    `update student set shift = null, has_computer = null, family_composition = null, policy_number = null,
       residence_city = null, residence_street = null, residence_house = null, health_group = null,
       registration_city = null, registration_street = null, registration_house = null, document_type = null
     where organisation_id = $1 and id in (${inClass})`,
    [school],
  );
  const counted = await countByHand();
  const groups = await Promise.all((await groupNames()).map(countByHand));
  const meanOfShares =
    groups.reduce((sum, { filled, fillable }) => sum + filled / fillable, 0) / groups.length;
  expect(percent({ ...counted, filled: meanOfShares, fillable: 1 })).not.toBe(percent(counted));

  await page.goto(`${appointmentPath(page)}/reports/student-completeness`);
  await page.getByRole('table', { name: TITLE }).waitFor();
  expect(await figure('Всего', 'Заполнено полей')).toBe(String(counted.filled));
  expect(await figure('Всего', 'Заполнено, %')).toBe(percent(counted));
});

async function groupNames(): Promise<string[]> {
  const rows = await stage.server.db.owner<{ name: string }>(
    `select distinct g.name from student s join study_group g on g.id = s.current_group_id
     where s.organisation_id = $1 and s.status = 'active'`,
    [school],
  );
  return rows.map(({ name }) => name);
}
