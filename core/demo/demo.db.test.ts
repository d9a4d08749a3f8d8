/** The demo region in a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedCatalogue } from '../../tests/support/catalogue.ts';
import { aDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { verifyPassword } from '../identity/passwords.ts';
import { loadDemo } from './load.ts';
import { DEMO_PASSWORD, demoSignIns } from './sign-ins.ts';

let home: TestDatabase;

beforeAll(async () => {
  home = await aDatabase({ demo: true });
});
afterAll(async () => {
  await home.close();
});

describe('demo region', () => {
  test('derives group, status and enrolment of every student from the opening lines', async () => {
    const [counts] = await home.owner<{ students: number; placed: number }>(
      `select count(*)::int as students,
         (count(*) filter (where status = 'active' and enrolment_order like '№ %-у от __.__.____'
            and (current_group_id, enrolled_on) = (select to_group_id, effective_on from movement_line l where l.student_id = s.id)))::int as placed
       from student s`,
    );
    expect(counts?.students).toBeGreaterThan(1_900);
    expect(counts?.placed).toBe(counts?.students);
  });

  test('tells its sign-ins, whose password is the one announced', async () => {
    const catalogue = await installedCatalogue();
    const hints = await home.database.system(tx => demoSignIns(tx, catalogue));
    expect(hints[0]).toEqual({
      login: 'region-admin',
      role: 'region-admin',
      roleTitle: 'Региональный администратор',
      organisation: 'Минобр Приозёрского края',
    });
    expect(hints.map(hint => hint.login)).toEqual(
      expect.arrayContaining([
        'secretary',
        'secretary-2',
        'class-teacher',
        'student',
        'parent',
        'head-college',
        'admin-college',
        'head-preschool',
        'head-additional',
      ]),
    );
    const [user] = await home.owner<{ password_hash: string }>(
      `select password_hash from app_user where login = 'secretary'`,
    );
    expect(await verifyPassword(DEMO_PASSWORD, user?.password_hash ?? '')).toBe(true);
  });

  test('is not loaded over what stands, and never in production', async () => {
    const catalogue = await installedCatalogue();
    expect(await loadDemo(home.ownerUrl, catalogue)).toEqual({ loaded: false, records: {} });
    await expect(loadDemo(home.ownerUrl, catalogue, { production: true })).rejects.toThrow('рабочую систему');
  });

  test('a school sees its own students and the people behind them, a municipality those of its organisations', async () => {
    const [school] = await home.owner<{ id: number }>(
      `select id from organisation where level = 'organisation' order by id limit 1`,
    );
    const scope = { organisationIds: [school?.id as number], everywhere: false };
    const [seen] = await home.database.read<{ students: number; people: number }>(scope, {
      text: `select (select count(*) from student) as students, (select count(*) from person) as people`,
      values: [],
    });
    const [real] = await home.owner<{ students: number; people: number }>(
      `select (select count(*)::int from student where organisation_id = $1) as students,
         (select count(distinct person_id)::int from facet where organisation_id = $1) as people`,
      [school?.id],
    );
    expect(seen).toEqual(real);
  });
});
