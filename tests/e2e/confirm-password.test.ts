/** The password is asked for over the screen, and the act goes on where it stopped. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../support/app.ts';
import { aStage, openSection, phone, type Stage } from './steps.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.close());

test('ID12 the export of a list goes on once the password is typed again, by the keyboard alone', async () => {
  const page = await stage.enter('org-admin');
  await openSection(page, 'Обучающиеся');
  await page.locator('tbody tr').first().waitFor();
  await stage.server.db.owner(`update user_session set confirmed_at = '-infinity'`);
  const button = page.getByRole('button', { name: 'Выгрузить' });
  const ask = page.getByRole('dialog', { name: 'Подтвердите, что это вы' });
  const begin = async () => {
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'CSV' }).focus();
    await page.keyboard.press('Enter');
    await ask.waitFor();
  };

  await begin();
  await page.keyboard.press('Escape');
  await ask.waitFor({ state: 'hidden' });
  await page.getByText('Для этого действия введите свой пароль ещё раз').waitFor();

  await begin();
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await ask.getByRole('alert').waitFor();
  await page.keyboard.type(demoPassword);
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  await ask.waitFor({ state: 'hidden' });
  await page.context().close();
});

test('ID12 a dialog stays open under the question, with all that was typed', async () => {
  const page = await stage.enter('org-admin', phone);
  await openSection(page, 'Пользователи и назначения');
  await page.getByRole('tab', { name: 'Кто назначен' }).click();
  await page.getByRole('button', { name: 'Назначить: Психолог' }).click();
  const dialog = page.getByRole('dialog').first();
  await dialog.getByLabel('Сотрудник').click();
  await page.locator('[data-combobox-option]:visible').first().click();
  await dialog.getByLabel('Номер приказа').fill('102-к');
  await dialog.getByRole('textbox', { name: 'Дата приказа' }).fill('20.11.2026');
  await stage.server.db.owner(`update user_session set confirmed_at = '-infinity'`);
  await dialog.getByRole('button', { name: 'Назначить' }).click();
  const ask = page.getByRole('dialog', { name: 'Подтвердите, что это вы' });
  await ask.waitFor();
  await page.keyboard.press('Escape');
  await ask.waitFor({ state: 'hidden' });
  expect(await dialog.getByLabel('Номер приказа').inputValue()).toBe('102-к');
  await dialog.getByRole('button', { name: 'Назначить' }).click();
  await ask.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
  await ask.getByRole('button', { name: 'Продолжить' }).click();
  await page.getByText('Передайте лично').waitFor();
  await page.context().close();
});
