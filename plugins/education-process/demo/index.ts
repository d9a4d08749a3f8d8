/** Two school years of every organisation (the last one closed) with their classes and groups. */
import type { BulkRecord, DemoContext, DemoOrganisation, OrganisationKind } from '#sdk';

interface Year {
  name: string;
  startsOn: string;
  endsOn: string;
  closed: boolean;
}

interface PlannedGroup {
  kind: string;
  name: string;
  grade?: number;
  letter?: string;
  capacity: number;
  /** Name of the same group a year before. */
  previousName?: string;
  profile?: string;
}

const LETTERS = ['А', 'Б', 'В'];

const SPECIALITIES: Record<string, string[]> = {
  'college-1': ['ИС', 'ТМ', 'СВ'],
  'college-2': ['ЛХ', 'ДО'],
  'college-3': ['АГ', 'ВТ'],
};

const ASSOCIATIONS: Record<string, string[]> = {
  'additional-1': ['Студия живописи «Палитра»', 'Робототехника', 'Хор «Капель»', 'Шахматы'],
  'additional-2': ['Театр «Рампа»', 'Народный танец', 'Авиамоделирование'],
  'additional-3': ['Юный эколог', 'Садовод', 'Юный орнитолог'],
};

const PRESCHOOL_GROUPS: [name: string, age: number][] = [
  ['Младшая «Гномики»', 3],
  ['Средняя «Пчёлки»', 4],
  ['Старшая «Лучики»', 5],
  ['Подготовительная «Капитошки»', 6],
];

/** Leaders of groups are taken from holders of these posts. */
const LEADERS: Record<OrganisationKind, string> = {
  general: 'uchitel',
  preschool: 'vospitatel',
  additional: 'pdo',
  vocational: 'prepodavatel',
};

export async function demo(context: DemoContext): Promise<void> {
  const [last, current] = years(context.today);
  for (const organisation of context.organisations) {
    const lastYear = yearRecord(context, organisation, last);
    const thisYear = yearRecord(context, organisation, current);
    await context.insert('school-year', [lastYear, thisYear]);
    const before = groupRecords(context, organisation, lastYear, []);
    await context.insert('study-group', before);
    await context.insert('study-group', groupRecords(context, organisation, thisYear, before));
  }
  signInLeader(context, 'class-teacher', 'school-1', '9А');
  signInLeader(context, 'curator', 'college-1', 'ИС-21');
}

/** The school year of the day and the one before it. */
function years(today: string): [Year, Year] {
  const start = Number(today.slice(0, 4)) - (today.slice(5) < '08-01' ? 1 : 0);
  const year = (from: number, closed: boolean): Year => ({
    name: `${from}/${from + 1}`,
    startsOn: `${from}-09-01`,
    endsOn: `${from + 1}-05-26`,
    closed,
  });
  return [year(start - 1, true), year(start, false)];
}

const yearRecord = (context: DemoContext, organisation: DemoOrganisation, year: Year): BulkRecord => ({
  id: context.newId(),
  organisationId: organisation.id,
  ...year,
});

function groupRecords(
  context: DemoContext,
  organisation: DemoOrganisation,
  year: BulkRecord,
  before: readonly BulkRecord[],
): BulkRecord[] {
  const { random } = context;
  const leaders = new Map<string, BulkRecord[]>();
  const current = !year.closed;
  return organisation.types
    .flatMap(type => plannedGroups(organisation, type).map(group => ({ type, group })))
    .map(({ type, group: { previousName, ...group } }) => {
      const post = LEADERS[type];
      if (!leaders.has(post)) leaders.set(post, leadersOf(context, organisation, post));
      const leader = leaders.get(post)?.shift();
      const previous = before.find(old => old.name === previousName);
      const second =
        group.kind === 'class' && organisation.key === 'school-2' && [3, 6, 7].includes(group.grade ?? 0);
      return {
        id: context.newId(),
        organisationId: organisation.id,
        schoolYear: year.id,
        ...group,
        shift: second ? '2' : '1',
        // A few groups wait for their leader.
        ...(leader && (random.chance(0.94) || group.name === '9А' || group.name === 'ИС-21')
          ? { classTeacher: leader.id }
          : {}),
        ...(previous && current ? { previousGroup: previous.id } : {}),
      };
    });
}

/** The first holder has a sign-in of a plain teacher and leads no group, where there are others. */
function leadersOf(context: DemoContext, organisation: DemoOrganisation, post: string): BulkRecord[] {
  const holders = context
    .records('staff-member')
    .filter(
      card =>
        card.organisationId === organisation.id && card.mainPosition === post && card.status === 'active',
    );
  return organisation.types[0] === 'preschool' ? [...holders] : holders.slice(1);
}

function plannedGroups(organisation: DemoOrganisation, type: OrganisationKind): PlannedGroup[] {
  if (type === 'general') return classes(organisation);
  if (type === 'vocational') return collegeGroups(organisation);
  if (type === 'additional')
    return (ASSOCIATIONS[organisation.key] ?? []).map(name => ({
      kind: 'association',
      name,
      grade: 1,
      capacity: 15,
      previousName: name,
    }));
  const groups = organisation.types[0] === 'preschool' ? PRESCHOOL_GROUPS : PRESCHOOL_GROUPS.slice(1, 3);
  return groups.map(([name, age]) => ({ kind: 'preschool-group', name, grade: age, capacity: 20 }));
}

function classes(organisation: DemoOrganisation): PlannedGroup[] {
  const parallels = Math.max(1, Math.min(LETTERS.length, Math.round(organisation.children / 250)));
  const groups: PlannedGroup[] = [];
  for (let grade = 1; grade <= 11; grade++)
    for (const letter of LETTERS.slice(0, parallels)) {
      // The tenth is formed anew after the ninth.
      const previousName = grade === 1 || grade === 10 ? undefined : `${grade - 1}${letter}`;
      groups.push({
        kind: 'class',
        name: `${grade}${letter}`,
        grade,
        letter,
        capacity: organisation.town.settlement === 'rural' ? 20 : 25,
        ...(previousName === undefined ? {} : { previousName }),
        ...(grade >= 10 ? { profile: letter === 'А' ? 'technological' : 'humanities' } : {}),
      });
    }
  return groups;
}

function collegeGroups(organisation: DemoOrganisation): PlannedGroup[] {
  const specialities = SPECIALITIES[organisation.key] ?? [];
  return specialities.flatMap(code =>
    [1, 2].map(course => ({
      kind: 'college-group',
      name: `${code}-${course}1`,
      grade: course,
      capacity: 25,
      ...(course > 1 ? { previousName: `${code}-${course - 1}1` } : {}),
    })),
  );
}

/** A sign-in for whoever leads the group this year. */
function signInLeader(context: DemoContext, login: string, key: string, name: string): void {
  const organisation = context.organisation(key);
  const group = context
    .records('study-group')
    .findLast(card => card.organisationId === organisation.id && card.name === name);
  const leader = context.records('staff-member').find(card => card.id === group?.classTeacher);
  if (leader?.person === undefined) throw new Error(`group ${name} of ${key} has no leader`);
  context.signIn({
    login,
    role: login,
    organisationId: organisation.id,
    personId: leader.person.id,
    orderNumber: '118-од',
    orderDate: '2026-08-28',
    from: '2026-09-01',
  });
}
