/** A key in the widest card redraws its own field; how long it takes is measured by `npm run bench -- typing`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WIDE_ENTITY, wideRecord, writeWidePlugin } from '../fixtures/wide-card.ts';
import { aStage, openCard, type Stage, saveByKey } from './steps.ts';

let folder: string;
let stage: Stage;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-wide-'));
  await writeWidePlugin(folder);
  stage = await aStage({ pluginFolders: [folder] });
  const client = await stage.server.signIn('org-admin');
  const made = await client.post<{ id: string }>(`/api/records/${WIDE_ENTITY}`, wideRecord);
  page = await stage.enter('org-admin');
  await openCard(page, WIDE_ENTITY, made.body.id);
});
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Places in the form where something was redrawn while the text was typed: paths of fields. */
async function redrawn(box: ReturnType<Page['getByRole']>, text: string): Promise<string[]> {
  await box.click();
  await page.keyboard.press('End');
  await page.evaluate(() => {
    const found = new Set<string>();
    const at = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('[data-path]');
    new MutationObserver(changes => {
      for (const { target } of changes) {
        const field = at(target)?.getAttribute('data-path');
        if (field) found.add(field);
      }
    }).observe(document.querySelector('main') as Element, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    Object.assign(window, { redrawn: () => [...found] });
  });
  await page.keyboard.type(text);
  return (await page.evaluate('redrawn()')) as string[];
}

test('a key in a card of 150 fields and 30 rows touches no other field', async () => {
  const field = page.getByRole('textbox', { name: 'Поле 5', exact: true });
  expect(await redrawn(field, 'typed')).toEqual(['field5']);
  expect(await field.inputValue()).toBe('typed');
});

test('what is typed in such a card is saved whole', async () => {
  await saveByKey(page);
  await page.reload();
  expect(await page.getByRole('textbox', { name: 'Поле 5', exact: true }).inputValue()).toBe('typed');
});
