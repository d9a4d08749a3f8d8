/**
 * Each role of the school sees and changes exactly what the regulations give it, by every way a card leaves or
 * enters the server. The expected table is written by hand (expected.ts).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApp, type TestApp } from '../support/app.ts';
import { allPaths, another, type Kind, pathsOf } from './cards.ts';
import { type Expected, expected } from './expected.ts';
import { type Role, type School, schoolOne } from './school.ts';

let app: TestApp;
let school: School;
/** What the student has entered and nobody confirmed. */
let unconfirmed: string;
beforeAll(async () => {
  app = await anApp({ demo: true });
  school = await schoolOne(app);
  const [teacher, psychologist, student] = await Promise.all(
    ['class-teacher', 'psychologist', 'student'].map(login => school.role(login)),
  );
  const [pupil] = await school.rows('student', 'own-class', teacher!.personId);
  await psychologist!.client.post('/api/records/psychologist-note', {
    student: pupil,
    kind: 'characteristic',
    writtenOn: '2026-10-05',
    conclusion: 'Внимателен, спокоен.',
    recommendations: 'Давать время подумать.',
  });
  const [own] = await school.rows('student', 'self', student!.personId);
  const made = await student!.client.post<{ id: string }>('/api/records/achievement', {
    student: own,
    title: 'Конкурс чтецов',
    kind: 'competition',
    achievedOn: '2026-11-10',
  });
  unconfirmed = made.body.id;
});
afterAll(() => app.close());

const seenBy = (kind: Kind, { see = [], change = [] }: Expected) =>
  new Set(pathsOf(kind, [...see, ...change]));
const changedBy = (kind: Kind, { change = [] }: Expected) => new Set(pathsOf(kind, change));

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
const nested = (path: string, value: unknown) =>
  path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<
    string,
    unknown
  >;
const refused = (status: number) => [400, 403, 404, 422].includes(status);

interface Page {
  items: { id: string }[];
  count?: number;
}

/** All rows that the list gives, page by page. */
async function listed(
  { client }: Role,
  kind: Kind,
  query: Record<string, unknown> = {},
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after: string | undefined; ; ) {
    const { status, body } = await client.post<Page & { next?: string }>(`/api/records/${kind}/query`, {
      ...query,
      limit: 500,
      ...(after ? { after } : {}),
    });
    if (status !== 200) throw new Error(`list of ${kind}: ${status} ${JSON.stringify(body)}`);
    for (const { id } of body.items) ids.add(id);
    if (!body.next) return ids;
    after = body.next;
  }
}

const definition = (source: string, property: string) => ({
  $schema: 'kartoteka/report/1',
  id: 'own',
  version: 1,
  title: 'Проба',
  source,
  columns: [{ key: 'value', property, title: 'Значение' }],
});

/** What the student tries to confirm alone, nobody else may have confirmed before. */
const untouched = async (kind: Kind, rule: Expected, role: Role) =>
  [...(await school.rows(kind, rule.rows, role.personId))].find(id => id !== unconfirmed) ?? unconfirmed;

const simple = (path: string) => !['socialStatus'].includes(path);

for (const [login, cards] of Object.entries(expected))
  describe(login, () => {
    let role: Role;
    let director: Role;
    beforeAll(async () => {
      role = await school.role(login);
      director = await school.role('director');
    });

    for (const [kind, rule] of Object.entries(cards) as [Kind, Expected][]) {
      const seen = seenBy(kind, rule);
      const closed = allPaths(kind).filter(path => !seen.has(path));

      it(`${rule.clause} ${login}: rows of ${kind} are ${rule.rows}, in the list and in the export`, async () => {
        const rows = await school.rows(kind, rule.rows, role.personId);
        if (rule.rows === 'none') {
          const { status } = await role.client.post(`/api/records/${kind}/query`, {});
          expect(refused(status), String(status)).toBe(true);
          return;
        }
        expect(rows.size).toBeGreaterThan(0);
        expect(await listed(role, kind)).toEqual(rows);
        const file = await role.client.post(`/api/records/${kind}/export`, {
          format: 'csv',
          purpose: 'проверка',
        });
        if (file.status === 200) expect(csvRows(file.text)).toBe(rows.size);
        else expect(refused(file.status)).toBe(true);
      });

      if (rule.rows === 'none') continue;

      it(`${rule.clause} ${login}: the form of ${kind} has the granted fields, those to be changed open`, async () => {
        const { body } = await role.client.get<{ schema: object }>(`/api/entities/${kind}`);
        const place = (path: string) => at(body.schema, `properties.${path.replaceAll('.', '.properties.')}`);
        const changed = changedBy(kind, rule);
        for (const path of allPaths(kind)) {
          expect(place(path) !== undefined, `${path} seen`).toBe(seen.has(path));
          const open = place(path) !== undefined && (place(path) as { readOnly?: boolean }).readOnly !== true;
          expect(open, `${path} open`).toBe(changed.has(path));
        }
      });

      it(`${rule.clause} ${login}: a card of ${kind} carries what is granted and nothing else`, async () => {
        const rows = [...(await school.rows(kind, rule.rows, role.personId))].slice(0, 8);
        let shown = 0;
        for (const id of rows) {
          const { status, body } = await role.client.get(`/api/records/${kind}/${id}`);
          expect(status).toBe(200);
          for (const path of closed) expect(at(body, path), `${path} of ${id}`).toBeUndefined();
          for (const path of seen) if (at(body, path) !== undefined) shown += 1;
        }
        expect(shown).toBeGreaterThan(0);
        const others = await school.rows(kind, 'all', role.personId);
        const foreign = [...others].find(id => !rows.includes(id));
        if (
          rule.rows !== 'all' &&
          foreign &&
          !(await school.rows(kind, rule.rows, role.personId)).has(foreign)
        )
          expect((await role.client.get(`/api/records/${kind}/${foreign}`)).status).toBe(404);
      });

      it(`${rule.clause} ${login}: a closed field of ${kind} is no column, condition, order or report`, async () => {
        for (const path of allPaths(kind).filter(simple)) {
          const asked = [
            role.client.post(`/api/records/${kind}/query`, { fields: [path], limit: 1 }),
            role.client.post(`/api/records/${kind}/query`, {
              filter: { op: 'isNull', args: [{ property: path }] },
              limit: 1,
            }),
            role.client.post(`/api/records/${kind}/query`, { sort: path, limit: 1 }),
            role.client.post('/api/report-runs', { definition: definition(kind, path), format: 'json' }),
          ];
          for (const [way, answer] of (await Promise.all(asked)).entries())
            expect(answer.status === 200, `${path} way ${way}: ${answer.status}`).toBe(seen.has(path));
        }
      });

      it(`${rule.clause} ${login}: a change of ${kind} passes where it is granted`, async () => {
        const changed = changedBy(kind, rule);
        for (const [path, value] of Object.entries(another[kind] ?? {})) {
          const first = await untouched(kind, rule, role);
          const id = kind === 'achievement' && login === 'student' ? unconfirmed : first;
          const card = await role.client.get<{ version: string }>(`/api/records/${kind}/${id}`);
          // What stands there already is no change, and is answered as none.
          if (changed.size > 0 && !changed.has(path))
            expect(at(card.body, path), `${path} before`).not.toEqual(value);
          const answer = await role.client.patch(
            `/api/records/${kind}/${id}`,
            nested(path, value),
            card.body.version,
          );
          const told = `${path}: ${answer.status} ${answer.text.slice(0, 200)}`;
          if (!changed.has(path)) expect(refused(answer.status), told).toBe(true);
          else expect(rightly(answer.status, answer.text), told).toBe(true);
        }
      });

      it(`${rule.clause} ${login}: the history of ${kind} tells only of granted fields`, async () => {
        const id = await untouched(kind, rule, role);
        const card = await director.client.get<{ version: string }>(`/api/records/${kind}/${id}`);
        if (card.status === 200)
          for (const [path, value] of Object.entries(another[kind] ?? {})) {
            const now = await director.client.get<{ version: string }>(`/api/records/${kind}/${id}`);
            await director.client.patch(`/api/records/${kind}/${id}`, nested(path, value), now.body.version);
          }
        const { status, body } = await role.client.get<{ items: { fields: { path: string }[] }[] }>(
          `/api/records/${kind}/${id}/history`,
        );
        expect(status).toBe(200);
        for (const { fields } of body.items)
          for (const { path } of fields) expect(closed, `${path} in the history`).not.toContain(path);
      });
    }
  });

/** Refusals that tell of the value or of others who hold the person, never of the right. */
const rightly = (status: number, text: string) =>
  status === 200 || /PERSON_SHARED|CONSENT_REQUIRED|"RANGE"|DUPLICATE/.test(text);

/** Rows of a CSV: the stamp stands above an empty line, under it the titles and the rows. */
const csvRows = (text: string): number => text.trimEnd().split('\r\n\r\n')[1]!.split('\r\n').length - 1;
