/** Education, training, attestation, awards and works of staff; a few sections are empty, some are marked «нет». */
import { addDays, addYears, type BulkRecord, type DemoContext } from '#sdk';
import { yearsOfWork } from './cards.ts';
import { isTeaching } from './posts.ts';
import { COURSES, INSTITUTIONS, SPECIALITIES, TRAINERS, WORKS } from './texts.ts';

export const PORTFOLIO = [
  'education-record',
  'training-course',
  'certification',
  'award',
  'portfolio-item',
] as const;
export type Portfolio = Record<(typeof PORTFOLIO)[number], BulkRecord[]>;

export function portfolioOf(context: DemoContext, card: BulkRecord): Portfolio {
  const teaches = isTeaching(card.mainPosition as string);
  const gap = () => context.random.chance(teaches ? 0.08 : 0.3);
  return {
    'education-record': gap() ? [] : educationOf(context, card, teaches),
    'training-course': gap() ? [] : coursesOf(context, card, teaches),
    certification: teaches && !gap() ? certificationsOf(context, card) : [],
    award: awardsOf(context, card),
    'portfolio-item': teaches && !gap() ? worksOf(context, card) : [],
  };
}

const made = (
  context: DemoContext,
  card: BulkRecord,
  facts: Record<string, unknown>,
  absent: string[] = [],
) => ({
  id: context.newId(),
  organisationId: card.organisationId as number,
  staff: card.id,
  ...facts,
  absent,
});

const birthOf = (card: BulkRecord): string => (card.person?.birthDate as string | undefined) ?? '1985-05-15';

function educationOf(context: DemoContext, card: BulkRecord, teaches: boolean): BulkRecord[] {
  const { random } = context;
  const graduated = Math.min(2026, Number(birthOf(card).slice(0, 4)) + random.int(21, 24));
  const level = teaches
    ? random.weighted([
        ['he-specialist', 55],
        ['he-bachelor', 20],
        ['he-master', 13],
        ['spo-specialist', 12],
      ])
    : random.weighted([
        ['spo-worker', 35],
        ['spo-specialist', 35],
        ['secondary', 12],
        ['he-bachelor', 18],
      ]);
  const first = diploma(context, card, level, graduated, teaches);
  if (!teaches || !random.chance(0.12)) return [first];
  return [first, diploma(context, card, 'he-master', Math.min(2026, graduated + random.int(3, 9)), true)];
}

function diploma(
  context: DemoContext,
  card: BulkRecord,
  level: string,
  year: number,
  teaches: boolean,
): BulkRecord {
  const { random } = context;
  const higher = level.startsWith('he');
  const [speciality, qualification] = random.pick(teaches ? SPECIALITIES.teaching : SPECIALITIES.other);
  return made(context, card, {
    level,
    institution: random.pick(higher ? INSTITUTIONS.higher : INSTITUTIONS.vocational),
    graduatedIn: year,
    ...(random.chance(0.94)
      ? {
          diplomaNumber: `${random.digits(6)} ${random.digits(7)}`,
          diplomaIssuedOn: `${year}-0${random.int(6, 7)}-${random.int(10, 28)}`,
        }
      : {}),
    ...(random.chance(0.96) ? { speciality, qualification } : {}),
    honours: random.chance(0.15),
  });
}

/** Most learn every third year; a share has not for longer, which the report shows. */
function coursesOf(context: DemoContext, card: BulkRecord, teaches: boolean): BulkRecord[] {
  const { random } = context;
  const count = teaches ? random.int(1, 4) : 1;
  const last = random.chance(0.82)
    ? random.day('2024-01-15', '2026-11-10')
    : random.day('2020-02-01', '2023-10-30');
  return Array.from({ length: count }, (_, i) => {
    const finishedOn = addDays(last, -i * random.int(420, 900));
    const [kind, topic, hours] = random.pick(teaches ? COURSES.teaching : COURSES.other);
    return made(context, card, {
      kind,
      topic,
      institution: random.pick(TRAINERS),
      hours,
      form: random.weighted([
        ['distance', 55],
        ['mixed', 30],
        ['in-person', 15],
      ]),
      startedOn: addDays(finishedOn, -Math.ceil(hours / 5)),
      finishedOn,
      ...(random.chance(0.93)
        ? { documentNumber: random.digits(12), documentIssuedOn: addDays(finishedOn, random.int(0, 10)) }
        : {}),
    });
  });
}

/** Given before 1 September 2023 for five years, since then without end; conformity always for five. */
function certificationsOf(context: DemoContext, card: BulkRecord): BulkRecord[] {
  const { random } = context;
  const years = yearsOfWork(context, card);
  if (years < 2) return [];
  const category = random.weighted([
    ['sootv', years < 5 ? 70 : 20],
    ['first', 45],
    ['highest', years > 8 ? 45 : 5],
  ]);
  const givenOn = random.day('2021-12-20', '2026-06-30');
  const dated = category === 'sootv' || givenOn < '2023-09-01';
  return [
    made(
      context,
      card,
      {
        category,
        position: card.mainPosition,
        givenOn,
        ...(dated ? { validUntil: addYears(givenOn, 5) } : {}),
        ...(random.chance(0.93)
          ? { orderNumber: `${random.int(100, 900)}`, orderDate: addDays(givenOn, random.int(1, 12)) }
          : {}),
        authority:
          category === 'sootv' ? 'Комиссия организации' : 'Министерство образования Приозёрского края',
      },
      dated ? [] : ['validUntil'],
    ),
  ];
}

function awardsOf(context: DemoContext, card: BulkRecord): BulkRecord[] {
  const { random } = context;
  // Who has none is marked on the card, where somebody has asked.
  if (card.absent?.includes('awards') || !random.chance(0.9)) return [];
  const kind = random.weighted([
    ['org-award', 40],
    ['municipal-award', 30],
    ['region-award', 16],
    ['gramota-min', 9],
    ['pochet-rab-oo', 5],
  ]);
  const awardedOn = random.day('2012-09-01', '2026-10-05');
  return [made(context, card, { kind, awardedOn, document: `Приказ № ${random.int(20, 990)}` }, ['title'])];
}

function worksOf(context: DemoContext, card: BulkRecord): BulkRecord[] {
  const { random } = context;
  return random
    .shuffle(WORKS)
    .slice(0, random.int(1, 4))
    .map(([kind, title, level]) => {
      const absent = ['subject', ...(level ? [] : ['level'])];
      return made(
        context,
        card,
        { kind, title, madeOn: random.day('2023-09-05', '2026-11-15'), ...(level ? { level } : {}) },
        absent,
      );
    });
}
