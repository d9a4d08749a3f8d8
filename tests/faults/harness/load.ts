/** Clients that save numbered cards and write down each acknowledged answer, and the comparison with the database. */
import { strict as assert } from 'node:assert';
import type { Answer, Asking, Method } from './client.ts';
import { between, pause, until } from './fault.ts';

export interface Saved {
  id: string;
  /** Of the card, without the person's. */
  version: number;
  number: string;
}

export interface Ledger {
  /** By card: the last acknowledged state. */
  saved: Map<string, Saved>;
  /** Acknowledged saves, of all versions. */
  acknowledged: number;
  /** Cards whose creation was sent and never answered. */
  unansweredNew: Set<string>;
  /** Number of the change that was sent last and not answered, by card. */
  unansweredChange: Map<string, string>;
  /** Answers other than 2xx, by status. */
  refused: Map<number, number>;
  /** Slowest refusal. */
  slowestRefusalMs: number;
  broken: number;
}

export const aLedger = (): Ledger => ({
  saved: new Map(),
  acknowledged: 0,
  unansweredNew: new Set(),
  unansweredChange: new Map(),
  refused: new Map(),
  slowestRefusalMs: 0,
  broken: 0,
});

export interface LoadOptions {
  clients: Asking[];
  /** Begins each number, unique among the loads of a database. */
  mark: string;
  ledger: Ledger;
  /** A save that broke or was put off is sent again with its key until it is answered, as the forms do. */
  retry?: boolean;
}

const CHANGES = 3;
/** How long a client waits for its service to come back. */
const PATIENCE_MS = 60_000;

/** @returns stops the clients and waits for them */
export function startLoad(options: LoadOptions): () => Promise<void> {
  let on = true;
  const clients = options.clients.map(async (client, index) => {
    for (let card = 0; on; card += 1) {
      await saveCard(client, `${options.mark}-${index}-${card}`, options, () => on);
      await pause(between(5, 60));
    }
  });
  return async () => {
    on = false;
    await Promise.all(clients);
  };
}

/** Waits until the load is under way, and then for a moment that nobody knows before. */
export async function inMidWrite(ledger: Ledger): Promise<void> {
  await until('load', async () => ledger.acknowledged >= 20, 60_000, 20);
  await pause(between(0, 1_500));
}

/** One new card and a few changes of it. */
async function saveCard(client: Asking, name: string, options: LoadOptions, on: () => boolean) {
  const { ledger } = options;
  const number = `${name}-0`;
  const person = { lastName: 'Сбоев', firstName: 'Номер', birthDate: '2015-04-05', sex: 'm', isNew: true };
  const made = await send(client, 'POST', '/api/records/student', options, number, {
    person,
    personalFileNumber: number,
  });
  if (made === undefined) ledger.unansweredNew.add(number);
  if (made?.status !== 201) return;
  let saved = note(ledger, made, number);
  for (let change = 1; change <= CHANGES && on(); change += 1) {
    const next = `${name}-${change}`;
    const url = `/api/records/student/${saved.id}`;
    const answer = await send(client, 'PATCH', url, options, next, { personalFileNumber: next }, saved.tag);
    if (answer === undefined) ledger.unansweredChange.set(saved.id, next);
    if (answer?.status !== 200) return;
    saved = note(ledger, answer, next);
  }
}

function note(ledger: Ledger, answer: Answer, number: string): Saved & { tag: string } {
  const { id, version: tag, personalFileNumber } = answer.body as Record<string, string>;
  assert.equal(personalFileNumber, number, 'an answer of another save');
  const saved = { id: String(id), version: Number(String(tag).split('-')[0]), number };
  ledger.saved.set(saved.id, saved);
  ledger.acknowledged += 1;
  return { ...saved, tag: String(tag) };
}

/** @returns undefined when no answer came */
async function send(
  client: Asking,
  method: Method,
  url: string,
  { ledger, retry }: LoadOptions,
  key: string,
  body: object,
  tag?: string,
): Promise<Answer | undefined> {
  const headers = { 'idempotency-key': `key-${key}`, ...(tag ? { 'if-match': `"${tag}"` } : {}) };
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const sentAt = performance.now();
    const answer = await client.request(method, url, { body, headers }).catch(() => undefined);
    if (answer && answer.status < 300) return answer;
    if (answer) {
      ledger.refused.set(answer.status, (ledger.refused.get(answer.status) ?? 0) + 1);
      ledger.slowestRefusalMs = Math.max(ledger.slowestRefusalMs, performance.now() - sentAt);
      assert.ok(
        [429, 503].includes(answer.status),
        `refused: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
      assert.ok(Number(answer.headers['retry-after']) > 0, `${answer.status} without Retry-After`);
    } else ledger.broken += 1;
    if (!retry) return answer;
    assert.ok(performance.now() < deadline, `no answer to ${key} for ${PATIENCE_MS / 1000} s`);
    await pause(between(50, 300));
  }
}

export interface Comparison {
  acknowledged: number;
  cards: number;
  lost: number;
  halfWritten: number;
  /** Saves that took effect although their answer never arrived. */
  beyond: number;
}

type Owner = <R extends object>(text: string, values?: unknown[]) => Promise<R[]>;

interface Row {
  id: string;
  version: number;
  number: string;
}

/** Everything acknowledged is there in that version, and nothing is half there. @throws AssertionError */
export async function compare(owner: Owner, mark: string, ledger: Ledger): Promise<Comparison> {
  const rows = await owner<Row>(
    `select id, version, personal_file_number as number from student where personal_file_number like $1`,
    [`${mark}-%`],
  );
  const byId = new Map(rows.map(row => [row.id, row]));
  const lost = [...ledger.saved.values()].filter(one => !isKept(one, byId.get(one.id), ledger));
  const unknown = rows.filter(row => !ledger.saved.has(row.id));
  const ahead = rows.filter(row => row.version > (ledger.saved.get(row.id)?.version ?? row.version));
  const half = await halfWritten(owner, mark);
  assert.deepEqual(lost, [], 'acknowledged and lost');
  assert.deepEqual(half, [], 'half written');
  const strangers = unknown.filter(row => !ledger.unansweredNew.has(row.number));
  assert.deepEqual(strangers, [], 'cards that nobody sent, or sent once and made twice');
  return {
    acknowledged: ledger.acknowledged,
    cards: rows.length,
    lost: lost.length,
    halfWritten: half.length,
    beyond: unknown.length + ahead.length,
  };
}

/** There as acknowledged, or one change further by a save whose answer did not arrive. */
function isKept(saved: Saved, row: Row | undefined, { unansweredChange }: Ledger): boolean {
  if (row?.version === saved.version) return row.number === saved.number;
  return row?.version === saved.version + 1 && row.number === unansweredChange.get(saved.id);
}

/** Cards without their person, history or audit record, and history or persons without their card. */
async function halfWritten(owner: Owner, mark: string): Promise<object[]> {
  return await owner(
    `with own as (select * from student where personal_file_number like $1),
      noted as (select record_id, count(*) as n, count(distinct version) as versions, max(version) as last
        from change where entity = 'student' group by record_id),
      audited as (select record_id, count(*) as n from audit
        where entity = 'student' and action in ('create', 'update') group by record_id)
     select own.id, own.version, noted.n as changes, audited.n as audited from own
       left join noted on noted.record_id = own.id left join audited on audited.record_id = own.id
       left join person on person.id = own.person_id
       left join facet on facet.record_id = own.id and facet.entity = 'student'
      where noted.n is distinct from own.version or noted.versions is distinct from own.version::bigint
        or noted.last is distinct from own.version or audited.n is distinct from own.version
        or person.id is null or facet.person_id is distinct from own.person_id
     union all
     select c.record_id, c.version, null, null from change c
      where c.entity = 'student' and c.fields -> 'personalFileNumber' ->> 'to' like $1
        and not exists (select 1 from own where own.id = c.record_id)
     union all
     select p.id, null, null, null from person p
      where p.last_name = 'Сбоев' and not exists (select 1 from student s where s.person_id = p.id)
     union all
     select s.person_id, null, null, null from student s join own on own.person_id = s.person_id
      group by s.person_id having count(*) > 1`,
    [`${mark}-%`],
  );
}

/** Adds the counts of a round. */
export function add(total: Comparison, round: Comparison): void {
  for (const name of Object.keys(total) as (keyof Comparison)[]) total[name] += round[name];
}

export const nothing = (): Comparison => ({ acknowledged: 0, cards: 0, lost: 0, halfWritten: 0, beyond: 0 });
