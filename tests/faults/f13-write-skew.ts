import { strict as assert } from 'node:assert';
import type { Answer, Asking } from './harness/client.ts';
import type { Counts, Fault } from './harness/fault.ts';
import { answered, aPerson, nameOf, students } from './harness/repeat.ts';
import { aWorldOfProcesses, type Instance, type World } from './harness/world.ts';

type Two = readonly [Asking, Asking];

/** Two acts at once, each right by itself and both together wrong. */
interface Race {
  what: string;
  /** One try. @returns both answers */
  once(number: number): Promise<Answer[]>;
  /** Of the one that came second. */
  refused(answer: Answer): boolean;
  accepted: number;
}

const both = (two: Two, send: (client: Asking) => Promise<Answer>) => Promise.all(two.map(send));
const code = (answer: Answer) => String(answer.body?.code);
const conflict =
  (...codes: string[]) =>
  (answer: Answer) =>
    answer.status === 409 && codes.includes(code(answer));

export async function runWriteSkew(
  world: World,
  tries: number,
  say: (line: string) => void,
): Promise<Counts> {
  const counts: Counts = {};
  try {
    const instances = [await world.start(), await world.start()] as const;
    const admins = await Promise.all(instances.map(instance => instance.signIn('org-admin')));
    const two: Two = [admins[0] as Asking, admins[1] as Asking];
    const races = [
      samePerson(two),
      await sameFacet(two),
      await sameName(world, two),
      await singleCard(world, two),
      await lastAdministrator(world, instances),
    ];
    for (const race of races) {
      for (let number = 1; number <= tries; number += 1) {
        const answers = await race.once(number);
        const kept = answers.filter(answer => answer.status === race.accepted);
        const refused = answers.filter(race.refused);
        const told = answers.map(answer => `${answer.status} ${code(answer)}`).join(', ');
        assert.deepEqual([kept.length, refused.length], [1, 1], `${race.what}, ${number}: ${told}`);
      }
      counts[race.what] = tries;
      say(`${race.what}: ${tries} раз принято ровно одно из двух`);
    }
    for (const instance of instances) await instance.stop();
    return counts;
  } finally {
    await world.close();
  }
}

const samePerson = (two: Two): Race => ({
  what: 'новый человек',
  accepted: 201,
  refused: conflict('PERSON_EXISTS'),
  once: number =>
    both(two, client =>
      answered(client, 'POST', students, { body: { person: aPerson('Двойнова', nameOf(number), {}) } }),
    ),
});

async function sameFacet(two: Two): Promise<Race> {
  const [client] = two;
  const remove = async ({ body }: Answer) => {
    const headers = { 'if-match': `"${body.version}"` };
    assert.equal((await answered(client, 'DELETE', `${students}/${body.id}`, { headers })).status, 204);
  };
  const made = await answered(client, 'POST', students, { body: { person: aPerson('Одна', 'Карточка') } });
  const { id } = made.body.person as { id: string };
  await remove(made);
  return {
    what: 'вторая карточка человека',
    accepted: 201,
    refused: conflict('FACET_EXISTS'),
    once: async () => {
      const answers = await both(two, each => answered(each, 'POST', students, { body: { person: { id } } }));
      for (const answer of answers) if (answer.status === 201) await remove(answer);
      return answers;
    },
  };
}

async function sameName(world: World, two: Two): Promise<Race> {
  const [group] = await world.owner<{ school_year_id: string }>(
    `select g.school_year_id from study_group g join appointment a on a.organisation_id = g.organisation_id
      join app_user u on u.id = a.user_id where u.login = 'org-admin' limit 1`,
  );
  assert.ok(group);
  return {
    what: 'класс с тем же названием',
    accepted: 201,
    refused: conflict('DUPLICATE'),
    once: number =>
      both(two, client =>
        answered(client, 'POST', '/api/records/study-group', {
          body: {
            kind: 'class',
            grade: 1,
            letter: 'Г',
            schoolYear: group.school_year_id,
            name: `Гонка ${number}`,
          },
        }),
      ),
  };
}

async function singleCard(world: World, two: Two): Promise<Race> {
  const url = '/api/records/organisation-card';
  const list = await answered<{ items: { id: string }[] }>(two[0], 'GET', url);
  const known = await answered(two[0], 'GET', `${url}/${list.body.items[0]?.id}`);
  const { fullName, shortName, type } = known.body;
  return {
    what: 'единственная карточка организации',
    accepted: 201,
    refused: conflict('SINGLE_EXISTS', 'DUPLICATE'),
    once: async () => {
      await world.owner(
        `delete from organisation_card where organisation_id in
          (select a.organisation_id from appointment a join app_user u on u.id = a.user_id where u.login = 'org-admin')`,
      );
      return await both(two, client =>
        answered(client, 'POST', url, { body: { fullName, shortName, type } }),
      );
    },
  };
}

/** Two administrators end each other's appointments. */
async function lastAdministrator(world: World, instances: readonly [Instance, Instance]): Promise<Race> {
  await world.owner(
    `with u as (insert into app_user (id, login, password_hash)
       select gen_random_uuid(), 'org-admin-two', password_hash from app_user where login = 'org-admin' returning id)
     insert into appointment (id, user_id, role, organisation_id, order_number, order_date, valid_from)
     select gen_random_uuid(), u.id, a.role, a.organisation_id, a.order_number, a.order_date, a.valid_from
       from u, appointment a join app_user o on o.id = a.user_id where o.login = 'org-admin' and a.role = 'org-admin'`,
  );
  const rows = await world.owner<{ login: string; id: string }>(
    `select u.login, a.id from appointment a join app_user u on u.id = a.user_id
      where u.login in ('org-admin', 'org-admin-two') and a.role = 'org-admin' order by u.login`,
  );
  const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
  const signIn = () =>
    Promise.all([instances[0].signIn(one.login), instances[1].signIn(other.login)] as const);
  let [first, second] = await signIn();
  const { today } = (await answered<{ today: string }>(first, 'GET', '/api/modules')).body;
  const to = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  return {
    what: 'последний администратор',
    accepted: 204,
    refused: answer => [401, 403, 404].includes(answer.status) || code(answer) === 'LAST_ADMINISTRATOR',
    once: async () => {
      const end = (client: Asking, id: string) =>
        answered(client, 'PATCH', `/api/appointments/${id}`, { body: { to } });
      const answers = await Promise.all([end(first, other.id), end(second, one.id)]);
      const left = await world.owner<{ n: number }>(
        'select count(*)::int as n from appointment where id = any ($1) and valid_to is null',
        [[one.id, other.id]],
      );
      assert.deepEqual(left, [{ n: 1 }]);
      await world.owner('update appointment set valid_to = null where id = any ($1)', [[one.id, other.id]]);
      const lives = await Promise.all(
        [first, second].map(client => client.request('GET', '/api/modules', {})),
      );
      if (lives.some(answer => answer.status !== 200)) [first, second] = await signIn();
      return answers;
    },
  };
}

export const writeSkew: Fault = {
  id: 'F13',
  title: 'два верных по отдельности действия сразу',
  rounds: 1_000,
  run: async ({ rounds, say }) => runWriteSkew(await aWorldOfProcesses(), rounds, say),
};
