/** A school year opened again with a reason and closed: what may be changed follows at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStage, openSection, type Stage } from './steps.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.close());

test('S003-5.7b the director opens last year again, a class of it is changed, the year is closed', async () => {
  const page = await stage.enter('director');
  await openSection(page, 'Учебные годы');
  await page.getByRole('link', { name: '2025/2026' }).click();
  await page.getByText('Год закрыт, только чтение').waitFor();
  expect(await page.getByRole('button', { name: 'Сохранить', exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Открыть год' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Причина').fill('Пропущена смена класса');
  await dialog.getByRole('button', { name: 'Открыть год' }).click();
  await page.getByRole('button', { name: 'Сохранить', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Закрыть год' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Закрыть год' }).click();
  await page.getByText('Год закрыт, только чтение').waitFor();

  await page.getByRole('button', { name: 'Другие действия' }).click();
  await page.getByRole('menuitem', { name: 'История изменений' }).click();
  await page.getByText('Пропущена смена класса').waitFor();
  await page.context().close();
});

test('S003-5.7b a running year is not closed, and the reader is told from when', async () => {
  const page = await stage.enter('deputy');
  await openSection(page, 'Учебные годы');
  await page.getByRole('link', { name: '2026/2027' }).click();
  await page.getByRole('button', { name: 'Закрыть год' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Закрыть год' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'закрыть его можно с 26.05.2027' }).waitFor();
  await page.context().close();
});
