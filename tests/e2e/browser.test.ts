import { afterAll, expect, test } from 'vitest';
import { aBrowser } from '../support/browser.ts';

const browser = aBrowser();
afterAll(async () => (await browser).close());

test('the browser of the tests survives a closed page and speaks Russian', async () => {
  const { aPage } = await browser;
  await (await aPage()).context().close();
  const page = await aPage({ width: 390 });
  await page.setContent('<p>ёж</p>');
  expect(await page.evaluate(() => [navigator.language, innerWidth])).toEqual(['ru-RU', 390]);
  await page.context().close();
});
