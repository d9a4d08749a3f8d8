/** Changes that are reported by who may not make them, and identity that two organisations share. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisationOf } from './people.ts';
import { appointmentPath, aStage, openHistory, phone, type Stage, toast } from './steps.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.close());

const requestsLink = (page: Page) =>
  page.getByRole('navigation', { name: 'Разделы', exact: true }).getByRole('link', { name: /^Запросы/ });

async function openRequests(page: Page): Promise<void> {
  const drawer = page.getByRole('button', { name: 'Разделы', exact: true });
  if (await drawer.isVisible()) await drawer.click();
  await requestsLink(page).click();
  await page.getByRole('heading', { level: 1, name: 'Запросы' }).waitFor();
}

test('S004-4.5 a parent reports a new phone on a phone, the secretary accepts it, card and history show it', async () => {
  const parent = await stage.enter('parent', phone);
  const drawer = parent.getByRole('button', { name: 'Разделы', exact: true });
  await drawer.click();
  await parent.getByRole('link', { name: 'Обучающиеся', exact: true }).click();
  await parent.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await parent.getByRole('button', { name: 'Сообщить об изменении' }).click();
  const title = parent.getByRole('heading', { level: 1, name: /^Предложение: / });
  await title.waitFor();
  const child = ((await title.textContent()) ?? '').replace('Предложение: ', '').trim();
  // What is not open for a proposal is shown and cannot be typed into.
  expect(await parent.getByRole('textbox', { name: '№ личного дела' }).count()).toBe(0);
  await parent.getByRole('button', { name: 'Отправить' }).click();
  await parent.getByText('Измените хотя бы одно поле.').waitFor();
  await parent.getByLabel('Мобильный телефон').fill('8 900 765-43-21');
  await parent.getByLabel('Пояснение').fill('сменили оператора');
  await parent.keyboard.press('Control+s');
  await toast(parent, 'Предложение отправлено').waitFor();
  await openRequests(parent);
  await parent.getByText('Мои', { exact: true }).click();
  await parent.getByRole('link', { name: new RegExp(`${child}.*Мобильный телефон`) }).waitFor();

  const secretary = await stage.enter('secretary');
  await secretary.getByRole('link', { name: /предложени\S+ жд\S+ вашего решения/ }).waitFor();
  await openRequests(secretary);
  await secretary.getByRole('link', { name: new RegExp(`${child}.*Мобильный телефон`) }).click();
  const row = secretary.getByRole('row', { name: /Мобильный телефон/ });
  await row.getByText('+7 900 765-43-21').waitFor();
  await secretary.getByText('сменили оператора').waitFor();
  await secretary.getByRole('button', { name: 'Отклонить' }).click();
  await secretary.getByText('Напишите, почему предложение не принято.').waitFor();
  await secretary.getByRole('button', { name: 'Принять' }).click();
  await toast(secretary, 'Принято').waitFor();
  await parent.getByText('Решённые', { exact: true }).click();
  const answered = parent.getByRole('link', { name: new RegExp(`${child}.*Мобильный телефон`) });
  await answered.getByText('Принят').waitFor();
  await answered.click();
  await parent.getByRole('heading', { level: 1, name: `Запрос: ${child}` }).waitFor();
  await parent.getByRole('link', { name: child, exact: true }).click();
  await parent.getByRole('heading', { level: 1, name: child, exact: true }).waitFor();
  await parent.reload();
  await parent.getByText('+7 900 765-43-21').waitFor();
  const history = await openHistory(parent);
  await history
    .first()
    .getByText(/^По предложению: .*сменили оператора$/)
    .waitFor();
});

test('S001-5.3 a surname that another school knows too is changed when its staff officer confirms', async () => {
  const { server } = stage;
  const [school, workplace] = [
    await organisationOf(server.db, 'secretary-2'),
    await organisationOf(server.db, 'hr'),
  ];
  const [mother] = await server.db.owner<{ id: string; person: string; name: string; lastName: string }>(
    `select g.id, p.id as person, concat_ws(' ', p.last_name, p.first_name, p.middle_name) as name,
       p.last_name as "lastName"
     from guardian g join person p on p.id = g.person_id
     where g.organisation_id = $1 and p.sex = 'f' and g.workplace is not null and g.consents ? 'education-process'
       and not exists (select 1 from facet f where f.person_id = p.id and f.organisation_id <> $1)
     order by p.last_name, p.id limit 1`,
    [school],
  );
  if (!mother) throw new Error('no mother in the second school');
  const officer = await server.signIn('hr');
  const hired = await officer.post<{ id: string }>('/api/records/staff-member', {
    person: { id: mother.person },
  });
  expect([hired.status, workplace === school]).toEqual([201, false]);

  const secretary = await stage.enter('secretary-2');
  await secretary.goto(`${appointmentPath(secretary)}/card/guardian/${mother.id}`);
  await secretary.getByLabel('Фамилия', { exact: false }).first().fill('Согласованная');
  await secretary.getByRole('textbox', { name: 'Место работы' }).fill('МБОУ СОШ № 1');
  await secretary.getByRole('button', { name: 'Сохранить', exact: true }).click();
  const naming = secretary.getByRole('dialog', { name: 'Имя изменилось' });
  await naming.getByRole('button', { name: 'Сохранить' }).click();
  await naming.getByText('Укажите день').waitFor();
  await naming.getByLabel('До какого дня носил(а) прежнее имя').fill('01.09.2026');
  await naming.getByRole('button', { name: 'Сохранить' }).click();
  const dialog = secretary.getByRole('dialog', { name: 'Этого человека знает и другая организация' });
  await dialog.getByText('Согласованная').waitFor();
  await dialog.getByLabel('Основание').fill('свидетельство о браке');
  await dialog.getByRole('button', { name: 'Сохранить и отправить на согласование' }).click();
  await toast(secretary, 'Отправлено на согласование').waitFor();
  await toast(secretary, 'Сохранено').waitFor();
  // What is only this school's was saved; the name waits.
  await secretary.getByRole('heading', { level: 1, name: mother.name }).waitFor();

  const hr = await stage.enter('hr');
  await openRequests(hr);
  await hr.getByRole('link', { name: new RegExp(`${mother.name}.*Фамилия`) }).click();
  await hr.getByText('свидетельство о браке').waitFor();
  await hr
    .getByRole('row', { name: /Фамилия/ })
    .getByText('Согласованная')
    .waitFor();
  await hr.getByRole('button', { name: 'Принять' }).click();
  await toast(hr, 'Принято').waitFor();
  await hr.goto(`${appointmentPath(hr)}/card/staff-member/${hired.body.id}`);
  await hr.getByRole('heading', { level: 1, name: /^Согласованная/ }).waitFor();
  await secretary.reload();
  await secretary.getByRole('heading', { level: 1, name: /^Согласованная/ }).waitFor();
  await secretary.getByText(`ранее ${mother.name}`, { exact: false }).waitFor();
  expect(await secretary.getByRole('textbox', { name: 'Место работы' }).inputValue()).toBe('МБОУ СОШ № 1');
});
