/** Who is in the demo region, asked of the database as its owner: the tests choose people by what they need. */
import type { TestDatabase } from '../support/database.ts';

export interface StudentRow {
  id: string;
  personId: string;
  /** Фамилия Имя Отчество */
  name: string;
  lastName: string;
  firstName: string;
  birthDate: string;
  /** Name of the class. */
  group: string;
}

/** The organisation under which a demo sign-in works. */
export async function organisationOf(db: TestDatabase, login: string): Promise<number> {
  const [row] = await db.owner<{ id: number }>(
    `select a.organisation_id as id from appointment a join app_user u on u.id = a.user_id where u.login = $1`,
    [login],
  );
  if (!row) throw new Error(`no sign-in ${login}`);
  return row.id;
}

/** Surname of the person behind a sign-in, as papers and the history name him. */
export async function surnameOf(db: TestDatabase, login: string): Promise<string> {
  const [row] = await db.owner<{ surname: string }>(
    `select p.last_name as surname from app_user u join person p on p.id = u.person_id where u.login = $1`,
    [login],
  );
  if (!row) throw new Error(`no person behind ${login}`);
  return row.surname;
}

/**
 * Students of one organisation who learn there now, are known nowhere else and have no namesake in the region.
 *
 * @param condition SQL about `s` (student) and `p` (person)
 */
export function studentsOf(
  db: TestDatabase,
  organisation: number,
  { condition = 'true', limit = 1 } = {},
): Promise<StudentRow[]> {
  return db.owner<StudentRow & Record<string, unknown>>(
    `select s.id, p.id as "personId", concat_ws(' ', p.last_name, p.first_name, p.middle_name) as name,
       p.last_name as "lastName", p.first_name as "firstName", p.birth_date::text as "birthDate", g.name as group
     from student s
     join person p on p.id = s.person_id
     join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
     where s.organisation_id = $1 and s.status = 'active' and (${condition})
       and not exists (select 1 from facet f where f.person_id = p.id and f.organisation_id <> $1)
       and (select count(*) from person n where n.search = p.search) = 1
     order by p.last_name, p.first_name, s.id
     limit $2`,
    [organisation, limit],
  );
}

/** The whole row of a card as it lies in the database. */
export async function storedRow(
  db: TestDatabase,
  table: 'student' | 'person',
  id: string,
): Promise<Record<string, unknown>> {
  const [row] = await db.owner(`select * from ${table} where id = $1`, [id]);
  if (!row) throw new Error(`no ${table} ${id}`);
  return row;
}

/** Columns whose values differ between two states of one row; arrays are sets of codes. */
export function changedColumns(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const said = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return Object.keys(after)
    .filter(key => said(before[key]) !== said(after[key]))
    .sort();
}
