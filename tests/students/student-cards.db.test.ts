/** Cards of students and parents: the facts that the regulations name, each with its kind, class, basis and source. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';
import { installedCatalogue } from '../support/catalogue.ts';

interface Card {
  id: string;
  version: string;
  [field: string]: unknown;
}

let app: TestApp;
let secretary: TestClient;
let group: string;

beforeAll(async () => {
  app = await anApp({ demo: true });
  secretary = await app.signIn('secretary');
  const [found] = await app.db.owner<{ id: string }>(
    `select id from study_group where organisation_id = $1 and grade = 3 order by name limit 1`,
    [secretary.session.active.organisation.id],
  );
  group = found?.id as string;
});
afterAll(() => app.close());

const add = async (client: TestClient, entity: string, body: object) => {
  const { status, body: made, text } = await client.post<Card>(`/api/records/${entity}`, body);
  expect(status, text).toBe(201);
  return made;
};
const open = async (client: TestClient, entity: string, id: string, include = '') => {
  const answer = await client.get<Card>(`/api/records/${entity}/${id}${include && `?include=${include}`}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};

const address = { region: 'Приозёрский край', city: 'Яснополь', street: 'ул. Садовая', house: '4' };
const consent = (purpose: string, signedBy = 'representative') => ({
  purpose,
  form: 'paper',
  signedOn: '2026-08-20',
  signedBy,
});

/** Somebody new with all that the card itself holds. */
const child = (lastName: string) => ({
  person: {
    lastName,
    firstName: 'Семён',
    middleName: 'Артёмович',
    birthDate: '2017-05-12',
    sex: 'm',
  },
  document: { type: '03', series: 'V-ЕА', number: '636071', issuedOn: '2017-05-20', issuedBy: 'Отдел ЗАГС' },
  residence: address,
  registration: address,
  homePhone: '+73992123456',
  email: 'semya@example.ru',
  shift: '1',
  personalFileNumber: 'Щ-17',
  health: { group: '2', peGroup: 'basic', conditions: 'Аллергия на пыльцу' },
  policy: { kind: 'temporary', number: '123456789', issuer: 'Страховая компания' },
  hasComputer: true,
  familyComposition: 'full',
  socialStatus: [{ category: 'large', from: '2026-01-10', document: 'Удостоверение', documentNumber: '5' }],
});

const enrolled = async (lastName: string): Promise<Card> => {
  const made = await add(secretary, 'student', {
    ...child(lastName),
    consents: [consent('education-process'), consent('health-data')],
  });
  await add(secretary, 'movement-line', {
    student: made.id,
    kind: 'opening',
    effectiveOn: '2026-09-01',
    toGroup: group,
    orderNumber: '81-у',
    orderedOn: '2026-08-27',
  });
  return made;
};

type Fact = [path: string, kind: string, cls: string, basis: string];

/** Kinds as the clauses mean them; by law is what an organisation must hold whether or not somebody agrees. */
const STUDENT: Fact[] = [
  ['enrolledOn', 'date', 'open', 'law'],
  ['currentGroup', 'ref', 'open', 'law'],
  ['shift', 'dictionary', 'open', 'law'],
  ['person.lastName', 'text', 'personal', 'law'],
  ['person.firstName', 'text', 'personal', 'law'],
  ['person.middleName', 'text', 'personal', 'law'],
  ['person.birthDate', 'date', 'personal', 'law'],
  ['person.sex', 'dictionary', 'personal', 'law'],
  ['person.snils', 'text', 'personal', 'law'],
  ['document.type', 'dictionary', 'personal', 'law'],
  ['document.series', 'text', 'personal', 'law'],
  ['document.number', 'text', 'personal', 'law'],
  ['document.issuedOn', 'date', 'personal', 'law'],
  ['document.issuedBy', 'text', 'personal', 'law'],
  ['residence.city', 'text', 'personal', 'law'],
  ['registration.city', 'text', 'personal', 'law'],
  ['personalFileNumber', 'text', 'personal', 'law'],
  ['homePhone', 'text', 'personal', 'consent'],
  ['email', 'text', 'personal', 'consent'],
  ['health.group', 'dictionary', 'special', 'consent'],
  ['health.peGroup', 'dictionary', 'special', 'consent'],
  ['health.conditions', 'text', 'special', 'consent'],
  ['hasComputer', 'boolean', 'personal', 'consent'],
  ['policy.number', 'text', 'personal', 'consent'],
  ['policy.issuer', 'text', 'personal', 'consent'],
  ['familyComposition', 'dictionary', 'personal', 'consent'],
  ['socialStatus', 'rows', 'special', 'consent'],
];

const GUARDIAN: Fact[] = [
  ['person.lastName', 'text', 'personal', 'law'],
  ['person.firstName', 'text', 'personal', 'law'],
  ['person.middleName', 'text', 'personal', 'law'],
  ['person.birthDate', 'date', 'personal', 'law'],
  ['person.sex', 'dictionary', 'personal', 'law'],
  ['document.number', 'text', 'personal', 'consent'],
  ['residence.city', 'text', 'personal', 'consent'],
  ['registration.city', 'text', 'personal', 'consent'],
  ['homePhone', 'text', 'personal', 'consent'],
  ['mobilePhone', 'text', 'personal', 'consent'],
  ['email', 'text', 'personal', 'consent'],
  ['education', 'dictionary', 'personal', 'consent'],
  ['workplace', 'text', 'personal', 'consent'],
  ['position', 'text', 'personal', 'consent'],
  ['workPhone', 'text', 'personal', 'consent'],
];

describe.each([
  ['student', STUDENT, 'S001-П1-1.1-ОБ'],
  ['student', [['enrolmentOrder', 'text', 'open', 'law']] satisfies Fact[], 'S004-4.1b'],
  ['guardian', GUARDIAN, 'S001-П1-1.1-РД'],
] as const)('fields of %s', (entity, facts, clause) => {
  test.each(facts)(
    `${clause} S001-4.1 %s is of kind %s, class %s, basis %s, with its source`,
    async (path, kind, cls, basis) => {
      const field = (await installedCatalogue()).entities.get(entity)?.fields.get(path);
      expect(field).toMatchObject({ kind, class: cls, basis });
      expect(field?.source).toContain(clause);
      if (basis === 'consent') expect(['education-process', 'health-data']).toContain(field?.purpose);
    },
  );
});

describe('the card of a student', () => {
  test('S001-П1-1.1-ОБ takes all 29 facts; class and enrolment follow from the order', async () => {
    const made = await enrolled('Щёголев');
    expect(await open(secretary, 'student', made.id)).toMatchObject({
      ...child('Щёголев'),
      currentGroup: group,
      status: 'active',
      enrolledOn: '2026-09-01',
    });
    const prevention = await app.signIn('deputy-prevention');
    await add(prevention, 'prevention-record', { student: made.id, kind: 'vshu', startedOn: '2026-10-01' });
    const history = await secretary.get<{ items: unknown[] }>(`/api/records/student/${made.id}/history`);
    expect(history.body.items.length).toBeGreaterThan(0);
  });

  test.each([
    ['homePhone', { homePhone: '12' }, '/homePhone'],
    ['email', { email: 'семья' }, '/email'],
    ['document', { document: { type: '03', series: '12', number: '1' } }, '/document/series'],
    ['policy', { policy: { kind: 'temporary', number: '12' } }, '/policy/number'],
    ['health', { health: { group: '9' } }, '/health/group'],
    [
      'social status',
      { socialStatus: [{ category: 'large', from: '2026-02-01', until: '2026-01-01' }] },
      '/socialStatus/0/until',
    ],
    ['SNILS', { person: { snils: '11223344594' } }, '/person/snils'],
    ['birth date', { person: { birthDate: '2117-01-01' } }, '/person/birthDate'],
  ])('S001-П1-1.1-ОБ refuses a wrong %s at its place', async (_, wrong, path) => {
    const body = { ...child('Неверный'), consents: [consent('education-process'), consent('health-data')] };
    const merged = {
      ...body,
      ...wrong,
      person: { ...body.person, ...(wrong as { person?: object }).person },
    };
    const { status, body: told } = await secretary.post<{ errors: { path: string }[] }>(
      '/api/records/student',
      merged,
    );
    expect(status).toBe(422);
    expect(told.errors.map(error => error.path)).toContain(path);
  });

  test('S001-П1-1.4 S003-6.1.1 S003-8.5 without a consent what needs one is not taken, what the law asks for is', async () => {
    const { homePhone, email, health, policy, hasComputer, familyComposition, socialStatus, ...byLaw } =
      child('Несогласная');
    const refused = await secretary.post<{ errors: { path: string; code: string }[] }>(
      '/api/records/student',
      {
        ...byLaw,
        homePhone,
        health,
      },
    );
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(error => error.code)).toContain('CONSENT_REQUIRED');
    const made = await add(secretary, 'student', byLaw);
    expect(await open(secretary, 'student', made.id)).toMatchObject(byLaw);
    const half = await add(secretary, 'student', {
      ...byLaw,
      person: { ...byLaw.person, lastName: 'Полусогласный' },
      homePhone,
      consents: [consent('education-process')],
    });
    const later = await secretary.patch(`/api/records/student/${half.id}`, { health }, half.version);
    expect(later.status).toBe(422);
  });

  test('S001-П2-2.1.9 holds achievements: the student enters one, the class teacher confirms it', async () => {
    const [student, teacher] = [await app.signIn('student'), await app.signIn('class-teacher')];
    const own = await student.post<{ items: { id: string }[] }>('/api/records/student/query', { limit: 1 });
    const made = await add(student, 'achievement', {
      student: own.body.items[0]?.id,
      title: 'Конкурс чтецов «Живое слово»',
      kind: 'competition',
      level: 'municipal',
      result: 'prize',
      achievedOn: '2026-10-14',
      organiser: 'Дом творчества',
      paperNumber: '17',
    });
    const confirmed = await teacher.patch(
      `/api/records/achievement/${made.id}`,
      { confirmed: true },
      made.version,
    );
    expect(confirmed.status, confirmed.text).toBe(200);
    const after = await open(student, 'achievement', made.id);
    const changed = await student.patch(
      `/api/records/achievement/${made.id}`,
      { title: 'Другой' },
      after.version,
    );
    expect([403, 404, 422]).toContain(changed.status);
  });

  test('S003-5.8b holds kind of limitation, disability and programme of a conclusion, written by the class teacher', async () => {
    const teacher = await app.signIn('class-teacher');
    const agreed = await app.db.owner<{ id: string }>(
      `select s.id from student s
         join consent c on c.organisation_id = s.organisation_id and c.person_id = s.person_id
          and c.purpose = 'health-data' and c.withdrawn_on is null
         join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
         join staff_member m on m.organisation_id = g.organisation_id and m.id = g.class_teacher_id
        where m.person_id = (select person_id from app_user where login = 'class-teacher') order by s.id limit 1`,
    );
    const body = {
      student: agreed[0]?.id,
      conclusionNumber: '412',
      conclusionDate: '2026-05-18',
      ovzType: 'speech',
      disability: 'none',
      programme: '2.1',
    };
    const made = await add(teacher, 'support', body);
    expect(await open(teacher, 'support', made.id)).toMatchObject(body);
    const again = await secretary.get(`/api/records/support/${made.id}`);
    expect(again.status).toBe(403);
  });

  test('S003-5.10 S003-5.10b holds the characteristic, which the psychologist alone writes', async () => {
    const psychologist = await app.signIn('psychologist');
    const made = await enrolled('Внимательный');
    const note = {
      student: made.id,
      kind: 'characteristic',
      writtenOn: '2026-10-05',
      conclusion: 'Внимателен, спокоен.',
      recommendations: 'Давать время подумать.',
    };
    const written = await add(psychologist, 'psychologist-note', note);
    expect(await open(psychologist, 'psychologist-note', written.id)).toMatchObject(note);
    for (const login of ['secretary', 'class-teacher', 'deputy-prevention', 'parent'])
      expect(
        (await (await app.signIn(login)).post('/api/records/psychologist-note', note)).status,
        login,
      ).toBe(403);
    const card = await open(psychologist, 'student', made.id);
    const meddled = await psychologist.patch(`/api/records/student/${made.id}`, { shift: '2' }, card.version);
    expect([403, 422]).toContain(meddled.status);
  });
});

test('S004-4.1b the card of a college has the group, and number and date of the enrolment order', async () => {
  const office = await app.signIn('admin-college');
  const [place] = await app.db.owner<{ id: string }>(
    'select id from study_group where organisation_id = $1 order by name limit 1',
    [office.session.active.organisation.id],
  );
  const person = {
    lastName: 'Поступивший',
    firstName: 'Игорь',
    birthDate: '2010-02-11',
    sex: 'm',
    snils: '11223344595',
  };
  const made = await add(office, 'student', { person, consents: [consent('education-process')] });
  await add(office, 'movement-line', {
    student: made.id,
    kind: 'opening',
    effectiveOn: '2026-09-01',
    toGroup: place?.id,
    orderNumber: '112-ст',
    orderedOn: '2026-08-24',
  });
  const card = await open(office, 'student', made.id);
  expect(card).toMatchObject({ person, currentGroup: place?.id, status: 'active', enrolledOn: '2026-09-01' });
  expect(card.enrolmentOrder).toMatch(/112-ст.*24\.08\.2026/);
});

describe('the card of a parent', () => {
  test('S001-П1-1.1-РД takes all 18 facts, children and kinship among them', async () => {
    const made = await enrolled('Многознаев');
    const facts = {
      person: {
        lastName: 'Многознаева',
        firstName: 'Анна',
        middleName: 'Львовна',
        birthDate: '1988-04-02',
        sex: 'f',
      },
      document: { type: '21', series: '0210', number: '123456', issuedOn: '2010-05-20', issuedBy: 'ОВМ МВД' },
      residence: address,
      registration: address,
      homePhone: '+73992123456',
      mobilePhone: '+79441234567',
      email: 'mama@example.ru',
      education: 'he-master',
      workplace: 'ООО «Ромашка»',
      position: 'бухгалтер',
      workPhone: '+73992654321',
    };
    const parent = await add(secretary, 'guardian', {
      ...facts,
      consents: [consent('education-process', 'self')],
    });
    await add(secretary, 'guardianship', { student: made.id, guardian: parent.id, kinship: 'mother' });
    const card = await open(secretary, 'guardian', parent.id, 'children,consents');
    expect(card).toMatchObject(facts);
    expect(card.children).toMatchObject([{ student: made.id, kinship: 'mother' }]);
    expect(card.consents).toMatchObject([{ purpose: 'education-process' }]);
  });
});
