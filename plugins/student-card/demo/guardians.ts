/** Cards of parents and other legal representatives. */
import type { BulkRecord, DemoAddress, DemoContext, DemoOrganisation } from '#sdk';
import type { Adult } from './families.ts';

const WORKPLACES = [
  'ООО «Озёрный хлеб»', 'АО «Яснопольский приборный завод»', 'ООО «Кедровый дом»', 'МУП «Горводоканал»',
  'АО «Приозёрские электросети»', 'КГБУЗ «Районная больница»', 'ООО «Северный путь»', 'ИП', 'Леспромхоз «Заимка»',
  'Почтовое отделение', 'ООО «Рыбхоз „Тихий плёс“»', 'Администрация района', 'Библиотека', 'ООО «Строитель»',
]; // biome-ignore format: a list
const POSITIONS = [
  'бухгалтер', 'водитель', 'врач', 'инженер', 'медицинская сестра', 'менеджер', 'механик', 'продавец', 'повар',
  'программист', 'слесарь', 'специалист', 'токарь', 'экономист', 'электромонтёр', 'юрист', 'заведующий складом',
]; // biome-ignore format: a list

/** Without a consent of their own the card holds the name alone (S001-5.4). */
export function guardianCard(
  context: DemoContext,
  { person, kinship }: Adult,
  organisation: DemoOrganisation,
  home: DemoAddress,
): BulkRecord {
  const { random, identifiers, today } = context;
  const card = { id: context.newId(), organisationId: organisation.id, person: { ...person } };
  if (!random.chance(0.94)) return card;
  const works = random.chance(0.85);
  const apart = kinship === 'father' && random.chance(0.12);
  const address = apart ? context.address(organisation) : home;
  const absent = ['homePhone', ...(works ? [] : ['workplace', 'position', 'workPhone'])];
  if (works && random.chance(0.6)) absent.push('workPhone');
  const fact = (name: string, value: unknown) => (random.chance(0.06) ? {} : { [name]: value });
  return {
    ...card,
    document: identifiers.document(person.birthDate as string, today, 'Приозёрскому краю'),
    ...fact('residence', address),
    ...fact('registration', address),
    ...fact('mobilePhone', identifiers.mobile()),
    ...(random.chance(0.55) ? { email: `r${random.digits(6)}@example.ru` } : {}),
    ...fact(
      'education',
      random.weighted([
        ['he-specialist', 30],
        ['he-bachelor', 14],
        ['he-master', 6],
        ['spo-specialist', 28],
        ['spo-worker', 14],
        ['secondary', 8],
      ]),
    ),
    ...(works ? { workplace: random.pick(WORKPLACES), ...fact('position', random.pick(POSITIONS)) } : {}),
    ...(absent.includes('workPhone') ? {} : { workPhone: identifiers.phone(organisation.town.phoneCode) }),
    absent,
  };
}
