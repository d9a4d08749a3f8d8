/** Two entries of one person in a school: found, joined, taken apart. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appointmentPath, aStage, openSection, type Stage, toast } from './steps.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.close());

interface Made {
  id: string;
  person: { id: string };
}

test('S003-6.2.3 a mother entered twice becomes one person by the keyboard, and two again', async () => {
  const client = await stage.server.signIn('org-admin');
  const person = { lastName: 'Двойникова', firstName: 'Раиса', birthDate: '1986-07-08', isNew: true };
  const make = async (entity: string, body: object) =>
    (await client.post<Made>(`/api/records/${entity}`, body)).body;
  const guardian = await make('guardian', { person: { ...person, middleName: 'Львовна' } });
  const staff = await make('staff-member', {
    person: { ...person, middleName: 'Львовно' },
  });
  expect(guardian.person.id).not.toBe(staff.person.id);

  const page = await stage.enter('org-admin');
  await openSection(page, 'Двойники');
  const open = page.getByRole('button', { name: /^Объединить: Двойникова Раиса/ });
  await open.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Объединить две записи об одном человеке' });
  await dialog.getByRole('radio', { name: /Львовна \(Родитель/ }).check();
  await dialog.getByRole('radiogroup', { name: 'Отчество' }).waitFor();
  await dialog.getByText(/перейдёт 1 карточка: Сотрудник/).waitFor();
  await dialog.getByLabel('Почему это один человек').fill('один паспорт');
  await dialog.getByRole('button', { name: 'Объединить', exact: true }).click();
  await toast(page, 'Записи объединены').waitFor();
  await open.waitFor({ state: 'detached' });

  await page.goto(`${appointmentPath(page)}/card/staff-member/${staff.id}`);
  await page.getByRole('heading', { level: 1, name: 'Двойникова Раиса Львовна' }).waitFor();

  await openSection(page, 'Двойники');
  await page.getByRole('tab', { name: 'Объединённые' }).click();
  await page.getByRole('button', { name: 'Разъединить: Двойникова Раиса Львовна' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Разъединить' }).click();
  await toast(page, 'Записи разъединены').waitFor();
  await page.getByText(/^разъединены: /).waitFor();
  await page.goto(`${appointmentPath(page)}/card/staff-member/${staff.id}`);
  await page.getByRole('heading', { level: 1, name: 'Двойникова Раиса Львовно' }).waitFor();
});
