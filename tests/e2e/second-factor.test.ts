/** A second factor set up and used in a real browser, at 390 points. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../support/app.ts';
import { Authenticator } from '../support/authenticator.ts';
import { aStage, expectNoSidewaysScroll, phone, type Stage } from './steps.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.close());

test('ID7 ID13 a secretary switches the second factor on and signs in with a code of the phone', async () => {
  const page = await stage.enter('secretary', phone);
  const path = `${new URL(page.url()).pathname.split('/').slice(0, 3).join('/')}/security`;
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: 'Безопасность входа' }).waitFor();
  await page.getByText('этот вход').waitFor();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Включить' }).click();
  await page.getByRole('img', { name: /^QR-код/ }).waitFor();
  const key = (await page.locator('.k-security-key').textContent()) ?? '';
  const device = new Authenticator(key.replaceAll(' ', ''), stage.server.services.clock);
  await page.getByRole('textbox', { name: 'Код' }).fill(device.code(-1));
  await page.getByRole('button', { name: 'Подтвердить' }).click();
  await page.getByText('Сохраните запасные коды').waitFor();
  expect(await page.locator('.k-security-codes li').count()).toBe(10);
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Коды сохранены' }).click();
  await page.getByText('Осталось 10 запасных кодов').waitFor();
  await page.context().close();

  const again = await stage.browser.aPage({ baseUrl: stage.server.url });
  await again.goto('/');
  await again.getByLabel('Логин').fill('secretary');
  await again.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
  await again.getByRole('button', { name: 'Войти' }).click();
  await again.getByRole('alert').filter({ hasText: 'Введите код из приложения' }).waitFor();
  await again.getByRole('textbox', { name: 'Код' }).fill(device.code());
  await again.getByRole('button', { name: 'Войти' }).click();
  await again.getByRole('heading', { level: 1, name: 'Обзор' }).waitFor();
  await again.context().close();
});
