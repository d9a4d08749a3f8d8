/** Who learns where: seats of this year's groups are given to families of the municipality. */
import { ageOn, type BulkRecord, type DemoContext, type DemoOrganisation, type DemoPerson } from '#sdk';

export interface Child {
  person: DemoPerson;
  organisation: DemoOrganisation;
  group: BulkRecord;
}

export interface Adult {
  person: DemoPerson;
  /** Code of the dictionary `kinship`. */
  kinship: 'mother' | 'father' | 'guardian';
}

export interface Household {
  children: Child[];
  adults: Adult[];
  /** Of the dictionary `family-composition`. */
  composition: string;
}

interface Seat {
  organisation: DemoOrganisation;
  group: BulkRecord;
  bornFrom: string;
  bornTo: string;
}

const SECOND_CHILD = 0.3;
const THIRD_CHILD = 0.2;
const UNDER_GUARDIANSHIP = 0.02;

export function familiesOf(context: DemoContext): Household[] {
  const municipalities = Map.groupBy(context.organisations, organisation => organisation.municipality.id);
  return [...municipalities.values()].flatMap(organisations => {
    const basic = organisations.filter(organisation => organisation.types[0] !== 'additional');
    const households = settle(
      context,
      basic.flatMap(organisation => seatsOf(context, organisation)),
    );
    const additional = organisations.filter(organisation => organisation.types[0] === 'additional');
    const newcomers = additional.flatMap(organisation => join(context, organisation, households));
    return [...households, ...settle(context, newcomers)];
  });
}

/** Groups of the year that is not closed. */
function groupsOf(context: DemoContext, organisation: DemoOrganisation): BulkRecord[] {
  const current = context
    .records('school-year')
    .find(year => year.organisationId === organisation.id && year.closed === false);
  return context.records('study-group').filter(group => group.schoolYear === current?.id);
}

function seatsOf(context: DemoContext, organisation: DemoOrganisation): Seat[] {
  const groups = groupsOf(context, organisation);
  const each = organisation.children / groups.length;
  return groups.flatMap(group => {
    const size = Math.round(each) + context.random.int(-2, 2);
    const [bornFrom, bornTo] = birthSpan(context, group);
    return Array.from({ length: size }, () => ({ organisation, group, bornFrom, bornTo }));
  });
}

/** Days between which those of a group were born. */
function birthSpan(context: DemoContext, group: BulkRecord): [string, string] {
  const year = Number(context.today.slice(0, 4)) - (context.today.slice(5) < '08-01' ? 1 : 0);
  const grade = Number(group.grade ?? 1);
  if (group.kind === 'preschool-group') return [`${year - grade - 1}-09-02`, `${year - grade}-09-01`];
  if (group.kind === 'association') return [`${year - 15}-09-01`, `${year - 7}-08-31`];
  const level = group.kind === 'college-group' ? grade + 9 : grade;
  return [`${year - 6 - level}-03-01`, `${year - 5 - level}-02-28`];
}

/** Gives every seat to a child; brothers and sisters sit in different years. */
function settle(context: DemoContext, given: readonly Seat[]): Household[] {
  const { random } = context;
  const seats = random.shuffle(given);
  const households: Household[] = [];
  while (seats.length > 0) {
    const taken = [seats.pop() as Seat];
    if (random.chance(SECOND_CHILD)) takeSibling(seats, taken);
    if (taken.length > 1 && random.chance(THIRD_CHILD)) takeSibling(seats, taken);
    households.push(household(context, taken));
  }
  return households;
}

function takeSibling(seats: Seat[], taken: Seat[]): void {
  const apart = (seat: Seat) =>
    taken.every(other => seat.bornFrom.slice(0, 4) !== other.bornFrom.slice(0, 4));
  const index = seats.findLastIndex(apart);
  if (index >= 0) taken.push(...seats.splice(index, 1));
}

function household(context: DemoContext, seats: readonly Seat[]): Household {
  const { random, people } = context;
  const family = people.family(seats.map(seat => [seat.bornFrom, seat.bornTo] as const));
  const children = seats.map((seat, i) => ({
    person: family.children[i] as DemoPerson,
    organisation: seat.organisation,
    group: seat.group,
  }));
  const large = children.length > 2;
  if (family.mother && random.chance(UNDER_GUARDIANSHIP))
    return {
      children,
      adults: [{ person: family.mother, kinship: 'guardian' }],
      composition: 'guardianship',
    };
  const adults: Adult[] = [];
  if (family.mother) adults.push({ person: family.mother, kinship: 'mother' });
  if (family.father) adults.push({ person: family.father, kinship: 'father' });
  const alone = family.mother ? 'single-mother' : 'single-father';
  const composition = adults.length === 2 ? (large ? 'full-large' : 'full') : large ? 'single-large' : alone;
  return { children, adults, composition };
}

/**
 * Six in ten children of additional education learn in a school of the town too: the same person gets a second
 * card. @returns the seats left for others
 */
function join(
  context: DemoContext,
  organisation: DemoOrganisation,
  households: readonly Household[],
): Seat[] {
  const { random } = context;
  const candidates = random.shuffle(
    households.filter(({ children }) => {
      const [child] = children;
      const age = child ? ageOn(child.person.birthDate as string, context.today) : 0;
      return child?.group.kind === 'class' && age >= 7 && age <= 16;
    }),
  );
  return seatsOf(context, organisation).filter(seat => {
    const household = random.chance(0.6) ? candidates.pop() : undefined;
    const first = household?.children[0];
    if (household === undefined || first === undefined) return true;
    household.children.push({ person: first.person, organisation, group: seat.group });
    return false;
  });
}
