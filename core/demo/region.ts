/** The invented region: authorities and organisations. No such places and no such schools exist. */

export type OrganisationKind = 'preschool' | 'general' | 'additional' | 'vocational';

export interface DemoTown {
  name: string;
  /** Begins every postal code of the town. */
  postcode: string;
  phoneCode: string;
  settlement: 'urban' | 'rural';
}

export interface DemoOrganisation {
  /** Short name within the demo: `school-1`. */
  key: string;
  id: number;
  name: string;
  fullName: string;
  /** The first is the main one. */
  types: OrganisationKind[];
  number?: string;
  legalForm: string;
  municipality: { id: number; name: string; authority: string };
  town: DemoTown;
  street: string;
  house: string;
  /** About how many children learn here. */
  children: number;
  formerName?: { name: string; fullName: string; until: string };
}

export const REGION = {
  name: 'Приозёрский край',
  authority: 'Министерство образования Приозёрского края',
  short: 'Минобр Приозёрского края',
};

export const MUNICIPALITIES: { key: string; name: string; authority: string; of: string }[] = [
  {
    key: 'yasnopol',
    name: 'город Яснополь',
    authority: 'Управление образования города Яснополя',
    of: 'городу Яснополю',
  },
  {
    key: 'zalesye',
    name: 'Верхнезалесский район',
    authority: 'Отдел образования Верхнезалесского района',
    of: 'Верхнезалесскому району',
  },
  {
    key: 'tihie',
    name: 'Тихоозёрный район',
    authority: 'Отдел образования Тихоозёрного района',
    of: 'Тихоозёрному району',
  },
];

const TOWNS: Record<string, DemoTown> = {
  yasnopol: { name: 'г. Яснополь', postcode: '6590', phoneCode: '3991', settlement: 'urban' },
  zalesye: { name: 'г. Верхнезалесск', postcode: '6591', phoneCode: '39922', settlement: 'urban' },
  tihie: { name: 'пгт Тихие Озёра', postcode: '6592', phoneCode: '39933', settlement: 'urban' },
  ivolga: { name: 'с. Иволгино', postcode: '6593', phoneCode: '39934', settlement: 'rural' },
};

type Planned = Omit<DemoOrganisation, 'id' | 'municipality' | 'town'> & {
  municipality: string;
  town: string;
};

const GENERAL = 'общеобразовательное учреждение';
const school = (n: number) => ({
  name: `МБОУ СОШ № ${n}`,
  fullName: `Муниципальное бюджетное ${GENERAL} «Средняя общеобразовательная школа № ${n}»`,
  legalForm: 'mbou',
  number: String(n),
  types: ['general'] as OrganisationKind[],
});
const kindergarten = (n: number, title: string) => ({
  name: `МБДОУ № ${n} «${title}»`,
  fullName: `Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад № ${n} „${title}“»`,
  legalForm: 'mbdou',
  number: String(n),
  types: ['preschool'] as OrganisationKind[],
});
const college = (title: string) => ({
  name: `ГБПОУ «${title}»`,
  fullName: `Государственное бюджетное профессиональное образовательное учреждение «${title}»`,
  legalForm: 'gbpou',
  types: ['vocational'] as OrganisationKind[],
});
const additional = (title: string) => ({
  name: `МБУ ДО «${title}»`,
  fullName: `Муниципальное бюджетное учреждение дополнительного образования «${title}»`,
  legalForm: 'mbu-do',
  types: ['additional'] as OrganisationKind[],
});

/** In the order of making: the demo sign-ins of the school belong to the first. */
export const ORGANISATIONS: Planned[] = [
  {
    key: 'school-1',
    ...school(1),
    municipality: 'yasnopol',
    town: 'yasnopol',
    street: 'ул. Озёрная',
    house: '14',
    children: 540,
    formerName: {
      name: 'МОУ СОШ № 1',
      fullName: `Муниципальное ${GENERAL} «Средняя общеобразовательная школа № 1»`,
      until: '2011-12-31',
    },
  },
  {
    key: 'school-2',
    ...school(2),
    municipality: 'yasnopol',
    town: 'yasnopol',
    street: 'пр-т Мастеров',
    house: '31',
    children: 400,
  },
  {
    key: 'school-3',
    ...school(3),
    municipality: 'zalesye',
    town: 'zalesye',
    street: 'ул. Лесная',
    house: '7',
    children: 270,
  },
  {
    key: 'school-4',
    ...school(4),
    types: ['general', 'preschool'],
    municipality: 'tihie',
    town: 'ivolga',
    street: 'ул. Луговая',
    house: '2',
    children: 160,
  },
  {
    key: 'kindergarten-1',
    ...kindergarten(5, 'Ёлочка'),
    municipality: 'yasnopol',
    town: 'yasnopol',
    street: 'ул. Берёзовая',
    house: '9',
    children: 90,
  },
  {
    key: 'kindergarten-2',
    ...kindergarten(8, 'Родничок'),
    municipality: 'zalesye',
    town: 'zalesye',
    street: 'пер. Тихий',
    house: '4',
    children: 70,
  },
  {
    key: 'kindergarten-3',
    ...kindergarten(11, 'Чайка'),
    municipality: 'tihie',
    town: 'tihie',
    street: 'ул. Прибрежная',
    house: '18',
    children: 60,
  },
  {
    key: 'additional-1',
    ...additional('Дворец детского творчества „Созвездие“'),
    municipality: 'yasnopol',
    town: 'yasnopol',
    street: 'пл. Ремёсел',
    house: '1',
    children: 70,
  },
  {
    key: 'additional-2',
    ...additional('Центр детского творчества „Радуга“'),
    municipality: 'zalesye',
    town: 'zalesye',
    street: 'ул. Садовая',
    house: '22',
    children: 50,
  },
  {
    key: 'additional-3',
    ...additional('Станция юных натуралистов'),
    municipality: 'tihie',
    town: 'tihie',
    street: 'ул. Рыбацкая',
    house: '5',
    children: 40,
  },
  {
    key: 'college-1',
    ...college('Яснопольский политехнический колледж'),
    municipality: 'yasnopol',
    town: 'yasnopol',
    street: 'ул. Заводская',
    house: '40',
    children: 120,
  },
  {
    key: 'college-2',
    ...college('Верхнезалесский лесной техникум'),
    municipality: 'zalesye',
    town: 'zalesye',
    street: 'ул. Кедровая',
    house: '3',
    children: 70,
  },
  {
    key: 'college-3',
    ...college('Тихоозёрный аграрный техникум'),
    municipality: 'tihie',
    town: 'tihie',
    street: 'ул. Полевая',
    house: '12',
    children: 60,
  },
];

export const townOf = (key: string): DemoTown => {
  const town = TOWNS[key];
  if (town === undefined) throw new Error(`no town ${key}`);
  return town;
};

export const STREETS =
  `ул. Берёзовая;ул. Весенняя;ул. Вишнёвая;ул. Восточная;ул. Гончарная;ул. Дальняя;ул. Дружная;ул. Жемчужная;
ул. Заречная;ул. Звёздная;ул. Зелёная;ул. Ивовая;ул. Каштановая;ул. Кедровая;ул. Кленовая;ул. Кольцевая;ул. Лесная;
ул. Луговая;ул. Мельничная;ул. Озёрная;ул. Песчаная;ул. Полевая;ул. Прибрежная;ул. Рябиновая;ул. Садовая;ул. Светлая;
ул. Сиреневая;ул. Солнечная;ул. Сосновая;ул. Тенистая;ул. Утренняя;ул. Цветочная;пер. Майский;пер. Ольховый;пер. Тихий;
пр-т Мастеров;б-р Яблоневый`
    .replaceAll('\n', '')
    .split(';');
