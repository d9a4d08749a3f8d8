import { strict as assert } from 'node:assert';
import type { Counts, Fault } from './harness/fault.ts';
import { answered, aPerson, nameOf, students } from './harness/repeat.ts';
import { aWorldOfProcesses, type World } from './harness/world.ts';

const AT_ONCE = 50;
const lastName = 'Однажды';

/** F9 and F10 together: both are about the key of a save. */
export async function runSameKey(world: World, rounds: number, say: (line: string) => void): Promise<Counts> {
  const counts = { equalAnswers: 0, cards: 0, otherBody: 0, otherUser: 0 };
  try {
    const first = await world.start();
    const second = await world.start();
    const clients = [await first.signIn('secretary'), await second.signIn('secretary')] as const;
    const stranger = await second.signIn('org-admin');
    const keyOf = (round: number) => ({ 'idempotency-key': `same-key-${round}` });
    const bodyOf = (round: number, number = '1') => ({
      person: aPerson(lastName, nameOf(round)),
      personalFileNumber: number,
    });
    const kept = new Map<number, unknown>();
    for (let round = 1; round <= rounds; round += 1) {
      const headers = keyOf(round);
      const body = bodyOf(round);
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          answered(clients[index % 2 ? 1 : 0], 'POST', students, { body, headers }),
        ),
      );
      const seen = answers.map(({ status, headers: { etag, location }, body: card }) => ({
        status,
        etag,
        location,
        card,
      }));
      assert.equal(seen[0]?.status, 201);
      for (const one of seen) assert.deepEqual(one, seen[0]);
      kept.set(round, seen[0]?.card);
      counts.equalAnswers += seen.length;

      const other = await answered(clients[0], 'POST', students, { body: bodyOf(round, '2'), headers });
      assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_MISMATCH']);
      counts.otherBody += 1;
      // A key is of one user: with the same one another user saves a card of their own.
      const theirs = await answered(stranger, 'POST', students, { body, headers });
      assert.equal(theirs.status, 201);
      assert.notEqual(theirs.body.id, seen[0]?.card.id);
      counts.otherUser += 1;
      say(`${round}: ${AT_ONCE} одинаковых ответов, другое тело — 422, другой пользователь — своя карточка`);
    }
    await first.stop();
    await second.stop();
    const again = await world.start();
    const client = await again.signIn('secretary');
    for (const [round, card] of kept) {
      const answer = await answered(client, 'POST', students, { body: bodyOf(round), headers: keyOf(round) });
      assert.deepEqual([answer.status, answer.body], [201, card]);
    }
    await again.stop();
    const people = await world.owner<{ n: number }>(
      `select count(*)::int as n from student s join person p on p.id = s.person_id where p.last_name = $1 group by p.first_name`,
      [lastName],
    );
    // One by the key, one by the other user.
    assert.deepEqual(
      people,
      Array.from({ length: rounds }, () => ({ n: 2 })),
    );
    counts.cards = people.length;
    return counts;
  } finally {
    await world.close();
  }
}

export const sameKey: Fault = {
  id: 'F9',
  title:
    'одно сохранение 50 раз сразу на двух экземплярах и после перезапуска (с F10: другое тело, другой пользователь)',
  rounds: 20,
  run: async ({ rounds, say }) => runSameKey(await aWorldOfProcesses(), rounds, say),
};
