/** School 1 of the demo region: who is who, and which rows each role's scope means, asked of the tables themselves. */
import type { TestApp, TestClient } from '../support/app.ts';
import { demoDay } from '../support/database.ts';
import type { Kind } from './cards.ts';
import type { Rows } from './expected.ts';

/** Students of a scope; children cards and guardians follow them. */
const STUDENTS: Record<Rows, string> = {
  all: 'true',
  'own-class': `s.current_group_id in (select g.id from study_group g join staff_member m
    on m.organisation_id = g.organisation_id and m.id = g.class_teacher_id where m.person_id = $2)`,
  'own-children': `exists (select from guardianship gs join guardian g
    on g.organisation_id = gs.organisation_id and g.id = gs.guardian_id where gs.student_id = s.id and g.person_id = $2)`,
  self: 's.person_id = $2',
  staff: 'false',
  none: 'false',
  // Of consents alone.
  families: 'true',
};

/** Cards that are there with a valid consent of the student only (S001-5.4). */
const BY_CONSENT: Partial<Record<Kind, string>> = {
  achievement: 'education-process',
  support: 'health-data',
  'psychologist-note': 'health-data',
};
const consented = (purpose: string) => `exists (select from student s join consent c
  on c.organisation_id = s.organisation_id and c.person_id = s.person_id
  where s.organisation_id = t.organisation_id and s.id = t.student_id and c.purpose = '${purpose}'
    and c.withdrawn_on is null and coalesce(c.valid_until, date '9999-12-31') >= date '${demoDay}')`;

/** A card with its groups filled first, so that one field of a group may be changed alone. */
const FULLEST = 'order by t.policy_number is null or t.document_number is null, t.id';

export interface Role {
  login: string;
  client: TestClient;
  personId: string;
}

export interface School {
  app: TestApp;
  organisationId: number;
  role(login: string): Promise<Role>;
  /** Ids that the scope means. */
  rows(kind: Kind, scope: Rows, personId: string): Promise<Set<string>>;
}

export async function schoolOne(app: TestApp): Promise<School> {
  const director = await app.signIn('director');
  const organisationId = director.session.active.organisation.id;
  const roles = new Map<string, Promise<Role>>();
  return {
    app,
    organisationId,
    role: login => {
      const known = roles.get(login) ?? enter(app, login);
      roles.set(login, known);
      return known;
    },
    rows: async (kind, scope, personId) => {
      const found = await app.db.owner<{ id: string }>(rowsSql(kind, scope), [organisationId, personId]);
      return new Set(found.map(({ id }) => id));
    },
  };
}

async function enter(app: TestApp, login: string): Promise<Role> {
  const [user] = await app.db.owner<{ person_id: string }>(
    'select person_id from app_user where login = $1',
    [login],
  );
  return { login, client: await app.signIn(login), personId: user?.person_id as string };
}

function rowsSql(kind: Kind, scope: Rows): string {
  const purpose = BY_CONSENT[kind];
  const of = `from "${tableOf(kind)}" t where t.organisation_id = $1 and $2::uuid is not null
    ${purpose ? `and ${consented(purpose)}` : ''}`;
  if (scope === 'families' || scope === 'staff')
    return `select t.id ${of} and (t.purpose = 'staff-hr') = ${scope === 'staff'}`;
  if (scope === 'none' || scope === 'all')
    return `select t.id ${of} and ${STUDENTS[scope]} ${kind === 'student' ? FULLEST : ''}`;
  const students = `select s.id from student s where s.organisation_id = $1 and ${STUDENTS[scope]}`;
  if (kind === 'student') return `select t.id ${of} and t.id in (${students}) ${FULLEST}`;
  if (kind === 'consent') return `select t.id ${of} and t.person_id = $2`;
  if (kind === 'guardian' && scope === 'self') return `select t.id ${of} and t.person_id = $2`;
  if (kind === 'guardian')
    return `select t.id ${of} and t.id in (select gs.guardian_id from guardianship gs where gs.student_id in (${students}))`;
  // What is not confirmed yet comes first: it is what its student may change.
  const first = kind === 'achievement' ? 'order by t.confirmed is true, t.id' : '';
  return `select t.id ${of} and t.student_id in (${students}) ${first}`;
}

const tableOf = (kind: Kind) => kind.replaceAll('-', '_');
