/**
 * WCAG 2.2 AA on every address and in every state of the interface, in a real browser, on the pages as they are
 * shipped, with their content security policy on.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../admin-ui/routes.ts';
import { axeFaults, namingFaults, sidewaysFaults, touchFaults } from './accessibility/scan.ts';
import { addressOf, MORE, VISITS } from './accessibility/visits.ts';
import { DESK, isRefusal, PHONE, SMALL, settled, World } from './accessibility/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.close());

test('every address of the router is visited, and nothing else', () => {
  expect(Object.keys(VISITS).toSorted()).toEqual(ROUTES.map(({ path }) => path).toSorted());
});

const visits = [
  ...ROUTES.map(({ path }) => ({
    name: path,
    login: VISITS[path]?.login,
    title: VISITS[path]?.title ?? /no visit/,
    address: () => addressOf(world, path),
  })),
  ...MORE.map(({ name, login, title, path }) => ({
    name,
    login,
    title,
    address: async () => `/o/${(await world.role(login)).appointment}${await path(world)}`,
  })),
];

describe.each(visits)('$name', ({ login, title, address }) => {
  test('has no fault on a desk and on a phone', async () => {
    const { page, faults } = await world.page({ login, size: DESK });
    await page.goto(await address());
    await settled(page);
    const found = [...(await axeFaults(page)), ...(await namingFaults(page, 'ru', title))];
    await page.setViewportSize(PHONE);
    await settled(page);
    found.push(...(await axeFaults(page)), ...(await sidewaysFaults(page)), ...(await touchFaults(page)));
    await page.setViewportSize(SMALL);
    await settled(page);
    found.push(...(await sidewaysFaults(page)));
    await page.context().close();
    // Whether somebody is signed in is asked for, and the answer is a refusal.
    const expected = (fault: string) => !login && isRefusal(fault) && fault.includes('401');
    expect([...found, ...faults.filter(fault => !expected(fault))]).toEqual([]);
  });
});
