/**
 * WCAG 2.2 AA on every address and in every state of the interface, in a real browser, on the pages as they are
 * shipped, with their content security policy on.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../admin-ui/routes.ts';
import { escapeFaults, walkFaults } from './accessibility/keyboard.ts';
import { faultsAt } from './accessibility/look.ts';
import { axeFaults, namingFaults, printFaults } from './accessibility/scan.ts';
import { STATES } from './accessibility/states.ts';
import { addressOf, MORE, VISITS } from './accessibility/visits.ts';
import { walkWizard } from './accessibility/wizard.ts';
import { DESK, isRefusal, PHONE, settled, World } from './accessibility/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.close());

describe.concurrent('addresses', () => {
  test('every address of the router is visited, and nothing else', () => {
    expect(Object.keys(VISITS).toSorted()).toEqual(ROUTES.map(({ path }) => path).toSorted());
  });

  const visits = [
    ...ROUTES.map(({ path }) => ({
      name: path,
      login: VISITS[path]?.login,
      title: VISITS[path]?.title,
      address: () => addressOf(world, path),
    })),
    ...MORE.map(({ name, login, title, path }) => ({
      name,
      login,
      title,
      address: async () => `/o/${(await world.role(login)).appointment}${await path(world)}`,
    })),
  ];
  test.each(visits)('$name', async ({ login, title, address }) => {
    // Whether somebody is signed in is asked for, and the answer is a refusal.
    const expected = (fault: string) => !login && isRefusal(fault) && fault.includes('401');
    const found = await world.visit({ login }, async ({ page, faults }) => {
      await page.goto(await address());
      const seen = await faultsAt(page, { at: 'both', title });
      return [...seen, ...faults.filter(fault => !expected(fault))];
    });
    expect(found).toEqual([]);
  });
});

describe.concurrent('states', () => {
  test.each(STATES)('$name', async ({ login, phone, title, arrange }) => {
    const role = login ? await world.role(login) : undefined;
    const at = phone === 'only' ? 'phone' : phone === 'too' ? 'both' : 'desk';
    const size = phone === 'only' ? PHONE : DESK;
    const found = await world.visit({ login, size }, async ({ page, faults }) => {
      await arrange(page, world, `/o/${role?.appointment ?? ''}`, role);
      const seen = await faultsAt(page, { at, title });
      return [...seen, ...faults.filter(fault => !isRefusal(fault))];
    });
    expect(found).toEqual([]);
  });

  test('every step of adding a student', async () => {
    const { appointment } = await world.role('secretary');
    const found = await world.visit({ login: 'secretary' }, async ({ page, faults }) => {
      const seen: string[] = [];
      await walkWizard(page, `/o/${appointment}`, async name => {
        const here = await faultsAt(page, { at: 'both' });
        seen.push(...here.map(fault => `${name}: ${fault}`));
      });
      return [...seen, ...faults];
    });
    expect(found).toEqual([]);
  });
});

describe.concurrent('keyboard', () => {
  const walks = [
    { name: 'list', login: 'secretary', path: async () => '/list/consent' },
    {
      name: 'card',
      login: 'secretary',
      path: async () => `/card/student/${await world.recordOf('secretary', 'student')}`,
    },
    { name: 'adding a student', login: 'secretary', path: async () => '/card/student/new' },
    { name: 'report', login: 'region-admin', path: async () => '/reports/organisation-monitoring' },
  ];
  test.each(walks)('every control of the $name is reached, ringed and in sight', async ({ login, path }) => {
    const found = await world.visit({ login }, async ({ page }) => {
      await page.goto(`/o/${(await world.role(login)).appointment}${await path()}`);
      // Backwards a control comes up under the head of the page.
      return [...(await walkFaults(page)), ...(await walkFaults(page, 'Shift+Tab'))];
    });
    expect(found).toEqual([]);
  });

  test('Escape closes what is open, and focus comes back', async () => {
    await world.visit({ login: 'secretary' }, async ({ page }) => {
      const base = `/o/${(await world.role('secretary')).appointment}`;
      const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
      const found: string[] = [];

      await page.goto(`${base}/list/student`);
      await settled(page);
      found.push(...(await escapeFaults(page, 'columns', button('Столбцы'))));
      found.push(...(await escapeFaults(page, 'all conditions', button('Все фильтры'))));
      found.push(...(await escapeFaults(page, 'palette', button(/^Найти…/))));
      const quick = page.getByRole('search').locator('[aria-haspopup="dialog"]').first();
      found.push(...(await escapeFaults(page, 'quick condition', quick)));

      await page.goto(`${base}/card/student/${await world.recordOf('secretary', 'student')}`);
      await settled(page);
      found.push(...(await escapeFaults(page, 'calendar', button('Выбрать день в календаре'))));
      const chosen = (item: string) => async () => {
        await page.keyboard.press('Enter');
        await page.getByRole('menuitem', { name: item }).press('Enter');
      };
      const paper = chosen('Справка об обучении');
      found.push(...(await escapeFaults(page, 'questions of a paper', button('Печать'), paper)));
      found.push(...(await escapeFaults(page, 'choice of a parent', button(/^Добавить ?: Родител/))));
      const history = chosen('История изменений');
      found.push(...(await escapeFaults(page, 'history', button('Другие действия'), history)));

      await page.goto(`${base}/reports/student-completeness`);
      await settled(page);
      found.push(...(await escapeFaults(page, 'cards behind a figure', page.locator('.k-figure').first())));
      expect(found).toEqual([]);
    });
  });

  test('the first stop skips to the content', async () => {
    await world.visit({ login: 'secretary' }, async ({ page }) => {
      await page.goto(`/o/${(await world.role('secretary')).appointment}/list/student`);
      await settled(page);
      await page.keyboard.press('Tab');
      const skip = page.getByRole('link', { name: 'К содержимому' });
      expect(await skip.evaluate(link => link === document.activeElement)).toBe(true);
      expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
    });
  });

  test('j, k and arrows move in a list, Enter opens', async () => {
    await world.visit({ login: 'secretary' }, async ({ page }) => {
      await page.goto(`/o/${(await world.role('secretary')).appointment}/list/student`);
      await settled(page);
      const rows = page.locator('[data-row-link]');
      const at = () => rows.evaluateAll(links => links.indexOf(document.activeElement as HTMLElement));
      await rows.first().focus();
      const places: number[] = [];
      for (const key of ['j', 'j', 'k', 'ArrowDown']) {
        await page.keyboard.press(key);
        places.push(await at());
      }
      // The same keys in the Russian layout, which the browser under test has no keyboard for.
      for (const key of ['о', 'л']) {
        await page.locator(':focus').dispatchEvent('keydown', { key });
        places.push(await at());
      }
      expect(places).toEqual([1, 2, 1, 2, 3, 2]);
      const address = await rows.nth(2).getAttribute('href');
      await page.keyboard.press('Enter');
      await page.waitForURL(url => url.pathname === address);
    });
  });
});

describe('as the reader wishes', () => {
  test('nothing moves where motion is not wanted', async () => {
    await world.visit({ login: 'secretary' }, async ({ page }) => {
      await page.goto(`/o/${(await world.role('secretary')).appointment}/list/student`);
      await settled(page);
      await page.getByRole('button', { name: 'Все фильтры' }).click();
      await page.getByRole('dialog').waitFor();
      const slow = await page.evaluate(() => {
        const long = (value: string) => value.split(',').some(time => Number.parseFloat(time) > 0.001);
        return [...document.querySelectorAll('*')]
          .filter(element => {
            const { animationName, animationDuration, transitionDuration, scrollBehavior } =
              getComputedStyle(element);
            const moves = animationName !== 'none' && long(animationDuration);
            return moves || long(transitionDuration) || scrollBehavior === 'smooth';
          })
          .map(element => element.outerHTML.slice(0, 100));
      });
      expect(slow).toEqual([]);
    });
  });

  test('the page says in which language it is read', async () => {
    await world.visit({}, async ({ page }) => {
      await page.goto('/sign-in');
      await settled(page);
      expect(await namingFaults(page, 'ru', /^Вход · /)).toEqual([]);
      await page.getByText('Eng', { exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(await namingFaults(page, 'en', /^Sign in · /)).toEqual([]);
      expect(await axeFaults(page)).toEqual([]);
    });
  });

  test('paper shows the screen without its frame, and nothing is cut off', async () => {
    await world.visit({ login: 'secretary' }, async ({ page }) => {
      const base = `/o/${(await world.role('secretary')).appointment}`;
      for (const path of ['/list/student', '/reports/student-register']) {
        await page.goto(`${base}${path}`);
        await settled(page);
        await page.emulateMedia({ media: 'print' });
        expect(await printFaults(page)).toEqual([]);
        await page.emulateMedia({ media: 'screen' });
      }
    });
  });
});
