/** Cards of students. */
import { addDays, ageOn, type BulkRecord, type DemoAddress, type DemoContext } from '#sdk';
import type { Child, Household } from './families.ts';

const INSURERS = ['АО «Страховая медицинская компания „Озёрная“»', 'ООО «Приозёрье-Мед»'];
const CONDITIONS = [
  'Миопия слабой степени',
  'Сезонный аллергический ринит',
  'Плоскостопие',
  'Нарушение осанки',
  'Хронический гастрит',
];
const NOTES = [
  'Посещает секцию плавания',
  'Участник школьного театра',
  'Призёр муниципального этапа олимпиады по биологии',
  'Забирает бабушка',
  'Учится в музыкальной школе',
];

/** A share of the cards lacks each of the facts. */
const GAP = 0.05;

/** @param agreed whether the family consented; facts that need a consent are left out without it */
export function studentCard(
  context: DemoContext,
  child: Child,
  household: Household,
  home: DemoAddress,
  agreed: boolean,
): BulkRecord {
  const { random, identifiers } = context;
  const { person, organisation, group } = child;
  const absent: string[] = [];
  const issuer = organisation.municipality.name === 'город Яснополь' ? 'г. Яснополю' : 'Приозёрскому краю';
  const elsewhere = random.chance(0.1);
  return {
    id: context.newId(),
    organisationId: organisation.id,
    person: { ...person },
    // Kept by the movement lines; given here so that they know where to put the child.
    currentGroup: group.id,
    ...present(context, 'shift', group.shift),
    ...present(context, 'personalFileNumber', fileNumber(context, child)),
    ...present(context, 'document', identifiers.document(person.birthDate as string, context.today, issuer)),
    ...present(context, 'residence', home),
    ...present(context, 'registration', elsewhere ? context.address(organisation) : home),
    ...(agreed ? withConsent(context, child, household, absent) : {}),
    absent,
  };
}

const present = (context: DemoContext, field: string, fact: unknown) =>
  fact === undefined || context.random.chance(GAP) ? {} : { [field]: fact };

/** What may be held only with the family's consent (S001-5.4). */
function withConsent(context: DemoContext, child: Child, household: Household, absent: string[]) {
  const { random, identifiers } = context;
  const { person, organisation } = child;
  const age = ageOn(person.birthDate as string, context.today);
  const mobile = age >= 9 ? identifiers.mobile() : undefined;
  const healthy = random.chance(0.75);
  const group = random.weighted([
    ['1', 30],
    ['2', 55],
    ['3', 14],
    ['4', 1],
  ]);
  const statuses = socialStatus(context, household);
  if (random.chance(0.7)) absent.push('homePhone');
  if (mobile === undefined) absent.push('mobilePhone');
  if (age < 12) absent.push('email');
  if (healthy) absent.push('health.conditions');
  if (statuses.length === 0 && random.chance(0.9)) absent.push('socialStatus');
  const health = {
    ...present(context, 'group', group),
    ...present(context, 'peGroup', { 1: 'basic', 2: 'basic', 3: 'prep', 4: 'special-a' }[group] ?? 'basic'),
    ...(healthy ? {} : present(context, 'conditions', random.pick(CONDITIONS))),
  };
  return {
    ...(absent.includes('homePhone')
      ? {}
      : present(context, 'homePhone', identifiers.phone(organisation.town.phoneCode))),
    ...(mobile === undefined ? {} : present(context, 'mobilePhone', mobile)),
    ...(age < 12 ? {} : present(context, 'email', `u${random.digits(6)}@example.ru`)),
    health,
    ...present(context, 'policy', {
      kind: 'enp',
      number: identifiers.policy(),
      issuer: random.pick(INSURERS),
    }),
    ...present(context, 'hasComputer', random.chance(0.88)),
    ...present(context, 'familyComposition', household.composition),
    ...(statuses.length > 0 ? { socialStatus: statuses } : {}),
    ...(random.chance(0.06) ? { additionalInformation: random.pick(NOTES) } : {}),
  };
}

function socialStatus(context: DemoContext, household: Household): Record<string, unknown>[] {
  const { random } = context;
  const categories = [
    ...(household.composition.endsWith('large') ? ['large'] : []),
    ...(household.composition.startsWith('single') && random.chance(0.6) ? ['single-parent'] : []),
    ...(household.composition === 'guardianship' ? ['guardianship'] : []),
    ...(random.chance(0.05) ? ['low-income'] : []),
    ...(random.chance(0.02) ? ['military'] : []),
    ...(random.chance(0.01) ? ['disabled-child'] : []),
  ];
  return categories.map(category => ({
    id: context.newId(),
    category,
    from: random.day('2023-01-15', '2026-09-15'),
    ...(random.chance(0.8)
      ? {
          document: 'Справка органа социальной защиты',
          documentNumber: `${random.int(10, 990)}`,
          documentDate: `2026-09-${random.int(10, 28)}`,
        }
      : {}),
  }));
}

/** `А-17`: letter of the surname and number in the alphabetic book; groups of colleges number by year. */
function fileNumber(context: DemoContext, { person, group }: Child): string | undefined {
  if (group.kind === 'association') return undefined;
  const number = context.random.int(1, 160);
  if (group.kind === 'college-group')
    return `${String(group.name).replace(/\d+$/, '')}${context.today.slice(2, 4)}-${number}`;
  return `${person.lastName.slice(0, 1)}-${number}`;
}

const GROUNDS = [
  'Пропуски занятий без уважительной причины',
  'Решение совета профилактики',
  'Постановление комиссии по делам несовершеннолетних',
];

/** About one in eighty of the older children of schools. */
export function preventionRecord(
  context: DemoContext,
  child: Child,
  student: BulkRecord,
): BulkRecord | undefined {
  const { random, today } = context;
  const age = ageOn(child.person.birthDate as string, today);
  if (child.group.kind !== 'class' || age < 12 || !random.chance(0.025)) return undefined;
  const startedOn = random.day('2025-09-10', addDays(today, -10));
  const ended = startedOn < '2026-05-01' && random.chance(0.5);
  return {
    id: context.newId(),
    organisationId: child.organisation.id,
    student: student.id,
    kind: random.weighted([
      ['vshu', 70],
      ['pdn', 20],
      ['kdn', 10],
    ]),
    startedOn,
    ...(ended ? { endedOn: random.day(addDays(startedOn, 90), '2026-09-01') } : {}),
    ground: random.pick(GROUNDS),
  };
}
