import { strict as assert } from 'node:assert';
import type { Asking } from './harness/client.ts';
import type { Counts, Fault } from './harness/fault.ts';
import { answered, aPerson, nameOf, students } from './harness/repeat.ts';
import { aWorldOfProcesses, type World } from './harness/world.ts';

const EDITORS = 30;
const logins = ['secretary', 'org-admin', 'director'];

interface Card {
  id: string;
  version: string;
  personalFileNumber?: string;
}

/** F11 and F12 together: both are about the version of a card. */
export async function runSameCard(
  world: World,
  rounds: number,
  say: (line: string) => void,
): Promise<Counts> {
  const counts = { versions: 0, stale: 0, falseTags: 0 };
  try {
    const instances = [await world.start(), await world.start()];
    const editors = await Promise.all(
      logins.map(async (login, index) => instances[index % 2 ? 1 : 0]?.signIn(login) as Promise<Editor>),
    );
    const [secretary] = editors as [Editor];
    const made = await answered<Card>(secretary, 'POST', students, {
      body: { person: aPerson('Общая', 'Карта') },
    });
    let card = made.body;
    for (let round = 1; round <= rounds; round += 1) {
      card = await onlyOneWins(editors, card, round);
      counts.versions += 1;
      counts.stale += EDITORS - 1;
      say(`${round}: из ${EDITORS} сохранений принято одно, остальным назван тот, кто успел`);
    }
    counts.falseTags = await falseTags(secretary, card);
    const rows = await world.owner<{ version: number }>(
      `select version from change where record_id = $1 and entity = 'student' order by id`,
      [card.id],
    );
    assert.deepEqual(
      rows.map(row => row.version),
      Array.from({ length: rounds + 1 }, (_, index) => index + 1),
    );
    for (const instance of instances) await instance.stop();
    return counts;
  } finally {
    await world.close();
  }
}

type Editor = Asking & { session: { user: { id: string; name: string } } };

async function onlyOneWins(editors: Editor[], card: Card, round: number): Promise<Card> {
  const tries = await Promise.all(
    Array.from({ length: EDITORS }, async (_, index) => {
      const editor = editors[index % editors.length] as Editor;
      const answer = await answered<Card & { code?: string; changedBy?: string; current?: Card }>(
        editor,
        'PATCH',
        `${students}/${card.id}`,
        {
          body: { personalFileNumber: `${round}/${index}` },
          headers: { 'if-match': `"${card.version}"`, 'idempotency-key': `editor-${round}-${index}` },
        },
      );
      return { answer, editor };
    }),
  );
  const [winner, ...others] = tries.filter(({ answer }) => answer.status === 200);
  assert.ok(winner && others.length === 0, `${others.length + (winner ? 1 : 0)} saves of one version`);
  for (const { answer } of tries.filter(one => one !== winner)) {
    assert.deepEqual([answer.status, answer.body.code], [412, 'STALE']);
    assert.equal(answer.body.changedBy, winner.editor.session.user.name);
    assert.equal(answer.body.current?.personalFileNumber, winner.answer.body.personalFileNumber);
  }
  return winner.answer.body;
}

/** None, any, weak, old, of another shape, of another card. */
async function falseTags(editor: Editor, card: Card): Promise<number> {
  const other = await answered<Card>(editor, 'POST', students, {
    body: { person: aPerson('Чужая', nameOf(12)) },
  });
  const tags = [
    '*',
    `W/"${card.version}"`,
    '"1-1"',
    `"${card.version.split('-')[0]}"`,
    `"${other.body.version}"`,
    '""',
    'x',
  ];
  const save = (headers: Record<string, string>) =>
    answered(editor, 'PATCH', `${students}/${card.id}`, { body: { personalFileNumber: 'чужой' }, headers });
  const without = await save({});
  assert.deepEqual([without.status, without.body.code], [428, 'PRECONDITION_REQUIRED']);
  for (const tag of tags) {
    const answer = await save({ 'if-match': tag });
    assert.ok([412, 428].includes(answer.status), `If-Match ${tag}: ${answer.status}`);
  }
  const now = await answered<Card>(editor, 'GET', `${students}/${card.id}`);
  assert.deepEqual([now.body.version, now.body.personalFileNumber], [card.version, card.personalFileNumber]);
  return tags.length + 1;
}

export const sameCard: Fault = {
  id: 'F11',
  title: '30 человек сохраняют одну карточку на двух экземплярах (с F12: без версии, чужая, старая)',
  rounds: 30,
  run: async ({ rounds, say }) => runSameCard(await aWorldOfProcesses(), rounds, say),
};
