/** Every route x every role x own and foreign organisation x every class of fields, expected from the grants. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp } from '../support/app.ts';
import { classesOf } from './matrix/asking.ts';
import { askAboutCards, cardRoutes, cellsOfCards } from './matrix/cards.ts';
import { askPlainRoutes, plainRoutes } from './matrix/plain.ts';
import { type Region, theRegion } from './matrix/region.ts';
import { Tally } from './matrix/tally.ts';

let app: TestApp;
let region: Region;
const tally = new Tally();

beforeAll(async () => {
  app = await anApp({ demo: true });
  region = await theRegion(app);
});
afterAll(() => app.close());

const isWrite = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method);
/** An address of the route with something in place of its parameters. */
const anAddress = (url: string) =>
  url
    .replace(':entity', 'student')
    .replace(':id', '00000000-0000-7000-8000-00000000dead')
    .replace(/:\w+/g, 'x');

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

describe('the matrix of rights', () => {
  test('AZ8 there is a person of every role that grants are given to', () => {
    const roles = new Set(region.grants.map(grant => grant.role));
    const present = region.people.map(who => who.role);
    expect([...roles].filter(role => !present.includes(role))).toEqual([]);
  });

  test('AZ8 every route is known to the matrix', () => {
    const known = new Set<string>([...cardRoutes, ...Object.keys(plainRoutes)]);
    const routes = app.app.apiRoutes().map(route => `${route.method} ${route.url}`);
    expect(
      routes.filter(route => !known.has(route)),
      'say in tests/rights/matrix who may call them',
    ).toEqual([]);
    expect(
      [...known].filter(route => !routes.includes(route)),
      'no longer there',
    ).toEqual([]);
  });

  test('G2 ID6 no route but the public ones answers a stranger, and no write is taken without the token', async () => {
    const [who] = region.people;
    const wrong: string[] = [];
    for (const { method, url, access } of app.app.apiRoutes()) {
      if (access !== 'session') continue;
      const address = anAddress(url);
      const body = isWrite(method) ? { body: {} } : {};
      const stranger = await app.stranger.request<unknown>(method as Method, address, body);
      if (stranger.status !== 401) wrong.push(`${method} ${url}: a stranger gets ${stranger.status}`);
      if (!isWrite(method)) continue;
      const forged = await who?.client.request<{ code: string }>(method as Method, address, {
        ...body,
        headers: { 'x-csrf-token': '' },
      });
      if (forged?.body.code !== 'CSRF') wrong.push(`${method} ${url}: without the token ${forged?.status}`);
    }
    expect(wrong).toEqual([]);
  });

  test('AZ1 AZ4 AZ8 G3 every role on every card by every route', { timeout: 600_000 }, async () => {
    for (const who of region.people)
      for (const entity of region.world.catalogue.entities.values())
        await askAboutCards(region, tally, who, entity);
    expect(tally.faults).toEqual([]);
  });

  test('AZ1 AZ8 every role on every other route', { timeout: 300_000 }, async () => {
    for (const who of region.people) await askPlainRoutes(region, tally, who);
    expect(tally.faults).toEqual([]);
  });

  test('AZ8 no cell of the matrix is left out', () => {
    const plain = Object.keys(plainRoutes).flatMap(route =>
      region.people.map(who => `${route} | ${who.role}`),
    );
    const expected = [...cellsOfCards(region), ...plain];
    const classes = [...region.world.catalogue.entities.values()].flatMap(classesOf);
    expect(new Set(classes)).toEqual(new Set(['open', 'personal', 'special']));
    expect(expected.filter(cell => !tally.cells.has(cell))).toEqual([]);
    expect(tally.cells.size).toBe(expected.length);
    console.log(`matrix of rights: ${tally.cells.size} cells, ${region.people.length} roles`);
  });
});
