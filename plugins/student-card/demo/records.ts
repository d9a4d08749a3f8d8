/** What stands in a student's card as records of its own: achievements, conclusions of the commission, notes. */
import { addDays, ageOn, type BulkRecord, type DemoContext } from '#sdk';
import type { Child } from './families.ts';

const EVENTS: [title: string, kind: string, subject?: string][] = [
  ['Олимпиада школьников по математике', 'olympiad', 'Математика'],
  ['Олимпиада школьников по русскому языку', 'olympiad', 'Русский язык'],
  ['Олимпиада школьников по биологии', 'olympiad', 'Биология'],
  ['Конкурс чтецов «Живое слово»', 'competition', 'Литература'],
  ['Конкурс рисунков «Мой край»', 'competition', 'Изобразительное искусство'],
  ['Конференция «Шаг в науку»', 'conference', 'Физика'],
  ['Первенство по плаванию', 'sport', 'Плавание'],
  ['Лёгкоатлетический кросс', 'sport', 'Лёгкая атлетика'],
  ['Фестиваль хоров', 'festival', 'Музыка'],
  ['Проект «Чистый берег»', 'project', 'Экология'],
  ['Шахматный кружок: первый разряд', 'club', 'Шахматы'],
  ['Акция «Книга в подарок»', 'volunteering'],
];
const ORGANISERS = [
  'Управление образования',
  'Дом детского творчества',
  'Приозёрский университет',
  'Спортивная школа',
];
const REQUESTS = [
  'Классный руководитель: трудности в общении',
  'Родители: снижение интереса к учёбе',
  'Переход в 5 класс',
];
const CONCLUSIONS = [
  'Познавательная сфера соответствует возрасту, внимание устойчивое. В общении избирателен, предпочитает малый круг.',
  'Адаптация проходит без выраженных трудностей. Работоспособность к концу дня снижается.',
  'Тревожность выше средней, связана с проверочными работами. Самооценка неустойчивая.',
];
const ADVICE = [
  'Давать время на подготовку к ответу, хвалить за законченную работу.',
  'Сажать ближе к доске, чередовать виды работы.',
  'Предупреждать о проверочных работах заранее, не сравнивать с другими.',
];

/** Most have none; the eldest have up to three. What the student entered last is not confirmed yet. */
export function achievementsOf(
  context: DemoContext,
  child: Child,
  student: BulkRecord,
  certain: boolean,
): BulkRecord[] {
  const { random, today } = context;
  const age = ageOn(child.person.birthDate as string, today);
  if (!random.chance(certain ? 1 : 0.18) || age < 8) return [];
  return Array.from({ length: random.int(certain ? 2 : 1, 3) }, (_, index) => {
    const [title, kind, subject] = random.pick(EVENTS);
    const waiting = certain && index === 0;
    const achievedOn = random.day(waiting ? addDays(today, -20) : '2025-10-01', addDays(today, -3));
    return {
      id: context.newId(),
      organisationId: child.organisation.id,
      student: student.id,
      title,
      kind,
      ...(subject ? { subject } : {}),
      level: random.weighted([
        ['organisation', 35],
        ['municipal', 40],
        ['regional', 18],
        ['national', 7],
      ]),
      result: random.weighted([
        ['winner', 20],
        ['prize', 35],
        ['laureate', 10],
        ['participant', 35],
      ]),
      achievedOn,
      organiser: random.pick(ORGANISERS),
      paper: random.pick(['diploma', 'certificate-of-honour', 'certificate']),
      confirmed: achievedOn < addDays(today, -30),
      absent: ['paperNumber'],
    };
  });
}

/** About one in fifty, where health data may be held. */
export function supportOf(
  context: DemoContext,
  child: Child,
  student: BulkRecord,
  certain: boolean,
): BulkRecord | undefined {
  const { random, today } = context;
  if (child.group.kind === 'association' || !random.chance(certain ? 1 : 0.02)) return undefined;
  const disabled = random.chance(0.35);
  const [ovzType, programme] = random.weighted<[string, string]>([
    [['speech', '5.1'], 35],
    [['zpr', '7.1'], 40],
    [['motor', '6.1'], 15],
    [['autism', '8.1'], 10],
  ]);
  const conclusionDate = random.day('2025-03-01', addDays(today, -60));
  return {
    id: context.newId(),
    organisationId: child.organisation.id,
    student: student.id,
    conclusionNumber: `${random.int(100, 999)}`,
    conclusionDate,
    commission: `ПМПК, ${child.organisation.municipality.name}`,
    ovzType,
    disability: disabled ? 'child' : 'none',
    programme,
    conditions: random.pick([
      'Занятия с логопедом дважды в неделю',
      'Тьютор',
      'Дополнительное время на работы',
    ]),
    absent: ['validUntil', ...(disabled ? ['disabilityUntil'] : [])],
  };
}

export function psychologistNoteOf(
  context: DemoContext,
  child: Child,
  student: BulkRecord,
): BulkRecord | undefined {
  const { random, today } = context;
  if (child.group.kind !== 'class' || !random.chance(0.06)) return undefined;
  return {
    id: context.newId(),
    organisationId: child.organisation.id,
    student: student.id,
    kind: random.pick(['characteristic', 'adaptation', 'consultation']),
    writtenOn: random.day('2026-09-07', addDays(today, -5)),
    request: random.pick(REQUESTS),
    conclusion: random.pick(CONCLUSIONS),
    recommendations: random.pick(ADVICE),
    absent: [],
  };
}
