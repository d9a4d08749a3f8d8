/** What is measured: the same act as a request to the yardstick and as one to us. */
import pg from 'pg';
import { Identifiers } from '../core/demo/identifiers.ts';
import { People } from '../core/demo/people.ts';
import { IdMaker, Random } from '../core/demo/random.ts';
import { DEMO_PASSWORD } from '../core/demo/sign-ins.ts';
import { types } from '../core/storage/values.ts';
import { EXPORTED, WORKING } from './data.ts';
import type { Call, Caller } from './load.ts';

export interface Action {
  id: string;
  title: string;
  /** Cost ratio at most. */
  budget: number;
  /** Callers at once. */
  callers: number;
  raw(): Call;
  ours(): Call;
}

/** Cards made by measuring carry it as their file number and are deleted afterwards. */
export const MARK = 'bench';

interface Place {
  login: string;
  organisation: number;
  students: { id: string; version: string }[];
}

interface Signed extends Place {
  headers: Record<string, string>;
}

/** Signs the workers in and picks their students. */
export async function prepareActions(ownerUrl: string, caller: Caller): Promise<Action[]> {
  const places = await placesOf(ownerUrl);
  const signed: Signed[] = [];
  for (const place of places) signed.push({ ...place, headers: await signIn(caller, place.login) });
  const working = signed.slice(0, WORKING);
  const large = signed.at(-1) as Signed;
  const turn = turns(working);
  return [open(turn()), list(turn()), create(turn()), patch(turn()), exporting(large)];
}

async function placesOf(ownerUrl: string): Promise<Place[]> {
  const client = new pg.Client({ connectionString: ownerUrl, types });
  await client.connect();
  try {
    const { rows } = await client.query<Place>(
      `select u.login, a.organisation_id as organisation,
         (select json_agg(json_build_object('id', one.id, 'version', one.version || '-' || one.person_version))
          from (select s.id, s.version, p.version as person_version from student s join person p on p.id = s.person_id
            where s.organisation_id = a.organisation_id and s.residence_city is not null order by s.id limit 400) one) as students
       from app_user u join appointment a on a.user_id = u.id where u.login like 'bench-%' order by u.login`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

async function signIn(caller: Caller, login: string): Promise<Record<string, string>> {
  const body = { login, password: DEMO_PASSWORD };
  const answer = await caller.call({ method: 'POST', path: '/api/session', body });
  const [cookie = ''] = [answer.headers['set-cookie'] ?? ''].flat();
  const session = JSON.parse(answer.body) as { csrf: string; active: { id: string } };
  return {
    cookie: cookie.split(';')[0] as string,
    'x-csrf-token': session.csrf,
    'kartoteka-appointment': session.active.id,
  };
}

type Turn = () => { place: Signed; student: Place['students'][number]; n: number };

/** Places one after the other, and in each its students one after the other. */
function turns(places: readonly Signed[]): () => Turn {
  return () => {
    let n = 0;
    return () => {
      const place = places[n % places.length] as Signed;
      const student = place.students[
        Math.floor(n / places.length) % place.students.length
      ] as Place['students'][number];
      n += 1;
      return { place, student, n };
    };
  };
}

function open(turn: Turn): Action {
  return {
    id: 'open',
    title: 'Открыть карточку с родителями',
    budget: 2,
    callers: 16,
    raw() {
      const { place, student } = turn();
      return { method: 'GET', path: `/card/${place.organisation}/${student.id}` };
    },
    ours() {
      const { place, student } = turn();
      return {
        method: 'GET',
        path: `/api/records/student/${student.id}?include=guardianships.guardian`,
        headers: place.headers,
      };
    },
  };
}

function list(turn: Turn): Action {
  /** A day that moves, so that no page is asked for twice in a row. */
  const day = (n: number) => `${2009 + (n % 4)}-0${1 + (n % 9)}-15`;
  return {
    id: 'list',
    title: 'Страница списка: 50 строк, отбор, порядок, итог',
    budget: 1.5,
    callers: 16,
    raw() {
      const { place, n } = turn();
      return { method: 'GET', path: `/list/${place.organisation}?status=active&from=${day(n)}` };
    },
    ours() {
      const { place, n } = turn();
      return {
        method: 'POST',
        path: '/api/records/student/query',
        headers: place.headers,
        body: {
          filter: {
            op: 'and',
            args: [
              { op: '=', args: [{ property: 'status' }, 'active'] },
              { op: '>=', args: [{ property: 'person.birthDate' }, day(n)] },
            ],
          },
          sort: 'person',
          limit: 50,
          count: 'exact',
        },
      };
    },
  };
}

function create(turn: Turn): Action {
  // Other people at each run: those of the last one are gone, but a number may be in use once.
  const random = new Random(`bench bodies ${Date.now()}`);
  const ids = new IdMaker('bench bodies', '2026-09-01T06:00:00Z');
  const made = { random, people: new People(random, ids), identifiers: new Identifiers(random) };
  let serial = Date.now();
  const body = () => newStudent(made, serial++);
  return {
    id: 'create',
    title: 'Добавить карточку',
    budget: 3,
    callers: 16,
    raw() {
      const { place } = turn();
      return { method: 'POST', path: `/card/${place.organisation}`, body: { values: asColumns(body()) } };
    },
    ours() {
      const { place } = turn();
      return { method: 'POST', path: '/api/records/student', headers: place.headers, body: body() };
    },
  };
}

interface Made {
  random: Random;
  people: People;
  identifiers: Identifiers;
}
type NewStudent = ReturnType<typeof newStudent>;

function newStudent({ people, identifiers, random }: Made, serial: number) {
  const { id: _, snils: __, ...person } = people.adult(random.pick(['m', 'f']), '2013-01-01', '2018-12-31');
  const address = () => ({
    postcode: `6590${random.int(10, 49)}`,
    region: 'Приозёрский край',
    municipality: 'город Яснополь',
    city: 'г. Яснополь',
    street: 'ул. Лесная',
    house: String(random.int(1, 120)),
    flat: String(random.int(1, 180)),
  });
  return {
    person: { ...person, snils: newSnils(serial), isNew: true },
    shift: '1',
    personalFileNumber: MARK,
    document: identifiers.document(person.birthDate as string, '2026-11-22', 'Приозёрскому краю'),
    residence: address(),
    registration: address(),
  };
}

/** One after the other in a range of their own: the people of the region begin with 9. */
function newSnils(serial: number): string {
  const body = `8${String(serial % 100_000_000).padStart(8, '0')}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (9 - i), 0) % 101;
  return `${body}${String(sum % 100).padStart(2, '0')}`;
}

/** Values in the order of the yardstick's statement. */
function asColumns({ person, document, residence, registration, ...card }: NewStudent): unknown[] {
  const { lastName, firstName, middleName = null, birthDate, sex, snils } = person;
  const { type, series, number, issuedOn, issuedBy } = document;
  return [
    ...[lastName, firstName, middleName, birthDate, sex, snils],
    ...[card.shift, card.personalFileNumber, type, series, number, issuedOn, issuedBy],
    ...Object.values(residence),
    ...Object.values(registration),
  ];
}

function patch(turn: Turn): Action {
  const house = () => String(1 + Math.floor(Math.random() * 9_999));
  return {
    id: 'patch',
    title: 'Изменить карточку',
    budget: 3,
    callers: 16,
    raw() {
      const { place, student } = turn();
      const [card, person] = student.version.split('-');
      const succeeded = () => {
        student.version = `${Number(card) + 1}-${person}`;
      };
      return {
        method: 'PATCH',
        path: `/card/${place.organisation}/${student.id}`,
        body: { house: house() },
        succeeded,
      };
    },
    ours() {
      const { place, student } = turn();
      return {
        method: 'PATCH',
        path: `/api/records/student/${student.id}`,
        headers: { ...place.headers, 'if-match': `"${student.version}"` },
        body: { residence: { house: house() } },
        succeeded: ({ headers }) => {
          student.version = String(headers.etag).replaceAll('"', '');
        },
      };
    },
  };
}

function exporting(place: Signed): Action {
  return {
    id: 'export',
    title: `Выгрузить ${EXPORTED} карточек в CSV`,
    budget: 1.5,
    callers: 1,
    raw: () => ({ method: 'GET', path: `/export/${place.organisation}` }),
    ours: () => ({
      method: 'POST',
      path: '/api/records/student/export',
      headers: place.headers,
      body: { format: 'csv', sort: 'person' },
    }),
  };
}

/** Takes away the cards that measuring made; what the journal says of them stays. */
export async function removeMade(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `with gone as (delete from student where personal_file_number = $1 returning id, organisation_id, person_id),
       facets as (delete from facet f using gone
         where (f.organisation_id, f.entity, f.record_id) = (gone.organisation_id, 'student', gone.id))
       delete from person p using gone where p.id = gone.person_id`,
      [MARK],
    );
    await client.query('vacuum analyze student, facet, person, change, audit');
  } finally {
    await client.end();
  }
}
