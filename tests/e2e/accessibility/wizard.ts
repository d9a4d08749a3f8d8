/** The five steps of adding a student, each as it opens and with its faults shown. */
import type { Page } from 'playwright-core';

type Look = (name: string) => Promise<void>;

const next = (page: Page) => page.getByRole('button', { name: 'Далее', exact: true });
const summary = (page: Page) => page.getByRole('alert').getByRole('link').first();
const step = (page: Page, name: string) =>
  page.getByRole('heading', { level: 2, name, exact: true }).waitFor();

/** Calls `look` at every step; nothing is saved. */
export async function walkWizard(page: Page, base: string, look: Look): Promise<void> {
  await page.goto(`${base}/card/student/new`);
  await stepOfPerson(page, look);
  await stepOfConsent(page, look);
  await stepOfCard(page, look);
  await stepOfParents(page, look);
  await stepOfClass(page, look);
}

async function stepOfPerson(page: Page, look: Look) {
  const find = page.getByRole('button', { name: 'Найти', exact: true });
  await step(page, 'Кто это');
  await look('step 1');
  await find.click();
  await page.getByText(/^Введите фамилию/).waitFor();
  await look('step 1 with nothing to search for');
  await page.getByLabel('Фамилия').fill('Аветисян');
  await page.getByLabel('Имя').fill('Арам');
  await find.click();
  await page.getByText(/похож/).first().waitFor();
  await look('step 1 with people found');
  await page.getByLabel('Фамилия').fill('Ненайденов');
  await page.getByLabel('Имя').fill('Савва');
  await find.click();
  const carryOn = page.getByRole('button', { name: 'Новый человек, продолжить' });
  await carryOn.click();
  await page.locator('[aria-invalid="true"]').first().waitFor();
  await look('step 1 with a fault');
  await page.getByLabel('Дата рождения').fill('12.03.2015');
  await page.getByLabel(/^Пол( \*)?$/).selectOption({ label: 'Мужской' });
  await carryOn.click();
}

async function stepOfConsent(page: Page, look: Look) {
  await step(page, 'Согласие');
  await look('step 2');
  await next(page).click();
  await summary(page).waitFor();
  await look('step 2 with a fault');
  await page.getByLabel('Дата подписания').fill('01.09.2026');
  await next(page).click();
}

async function stepOfCard(page: Page, look: Look) {
  await step(page, 'Карточка');
  await look('step 3');
  await page.getByRole('textbox', { name: /^Домашний телефон/ }).fill('12');
  await next(page).click();
  await summary(page).waitFor();
  await look('step 3 with a fault');
  await page.getByRole('textbox', { name: /^Домашний телефон/ }).fill('');
  await next(page).click();
}

async function stepOfParents(page: Page, look: Look) {
  await step(page, 'Родители');
  await look('step 4');
  await page.getByRole('button', { name: /^Добавить/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Фамилия').fill('Ненайденова');
  await dialog.getByLabel('Имя').fill('Фёкла');
  await dialog.getByRole('button', { name: 'Найти', exact: true }).click();
  await dialog.getByRole('button', { name: 'Новый человек, продолжить' }).waitFor();
  await look('choice of a parent');
  await dialog.getByRole('button', { name: 'Новый человек, продолжить' }).click();
  await dialog.getByRole('heading', { name: 'Согласие' }).waitFor();
  await dialog.getByRole('textbox', { name: 'Место работы' }).fill('Почта');
  await dialog.getByRole('button', { name: 'Добавить', exact: true }).click();
  await dialog.locator('[aria-invalid="true"]').first().waitFor();
  await look('parent with a fault');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await next(page).click();
}

async function stepOfClass(page: Page, look: Look) {
  await step(page, 'Класс');
  await look('step 5');
  await page.getByLabel('№ приказа').fill('7');
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
  await summary(page).waitFor();
  await look('step 5 with a fault');
}
