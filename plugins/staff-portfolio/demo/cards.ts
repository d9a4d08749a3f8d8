/** Personal cards of staff: believable, with gaps; what needs a consent is missing where it was not given. */
import { addDays, addYears, ageOn, type BulkRecord, type DemoContext, type DemoOrganisation } from '#sdk';
import { isTeaching, subjectsOf } from './posts.ts';

/** Posts held by men more often than one time in eight. */
const MOSTLY_MEN = new Set(['engineer', 'master-po', 'dep-it', 'dep-ahr', 'instr-fk']);
/** A share of the cards lacks each of the facts. */
const GAP = 0.05;

const filled = (context: DemoContext, field: string, fact: unknown) =>
  fact === undefined || context.random.chance(GAP) ? {} : { [field]: fact };

export function staffCard(
  context: DemoContext,
  organisation: DemoOrganisation,
  position: string,
  serial: number,
): BulkRecord {
  const { random, identifiers, people } = context;
  const man = random.chance(MOSTLY_MEN.has(position) ? 0.6 : 0.12);
  const person = people.adult(man ? 'm' : 'f', '1960-03-01', '2003-06-30');
  const grownUp = addYears(person.birthDate as string, 22);
  const hiredOn = random.day(grownUp > '1999-08-01' ? grownUp : '1999-08-01', '2026-09-01');
  const manager = position === 'director' || position === 'zaveduyushchij' || position.startsWith('dep-');
  const additional = manager && random.chance(0.5) ? [teachingPost(organisation)] : [];
  const absent: string[] = additional.length === 0 && random.chance(0.9) ? ['additionalPositions'] : [];
  absent.push(...sectionsWithout(context, position));
  return {
    id: context.newId(),
    organisationId: organisation.id,
    person: { ...person },
    // Kept by the orders; given here so that they know what to say.
    mainPosition: position,
    ...(additional.length > 0 ? { additionalPositions: additional } : {}),
    employment: random.weighted([
      ['main', 90],
      ['internal', 4],
      ['external', 6],
    ]),
    status: statusOf(context, position),
    hiredOn,
    ...papers(context, organisation, person.birthDate as string),
    ...contacts(context, organisation, serial, absent),
    ...work(context, [position, ...additional], hiredOn, grownUp, absent),
    ...filled(context, 'workPhone', random.maybe(0.7, identifiers.phone(organisation.town.phoneCode))),
    ...filled(context, 'medicalUntil', random.day('2026-10-20', '2027-11-20')),
    absent,
  };
}

/** Sections of the portfolio of which somebody has already said that there is nothing to write. */
function sectionsWithout({ random }: DemoContext, position: string): string[] {
  const sections = random.chance(0.45) ? ['awards'] : [];
  if (!isTeaching(position))
    for (const section of ['certifications', 'portfolioItems'])
      if (random.chance(0.85)) sections.push(section);
  return sections;
}

const statusOf = ({ random }: DemoContext, position: string): string =>
  position === 'uchitel' || position === 'vospitatel'
    ? random.weighted([
        ['active', 94],
        ['parental-leave', 4],
        ['maternity', 1],
        ['long-leave', 1],
      ])
    : 'active';

/** What labour law asks for. */
function papers(context: DemoContext, organisation: DemoOrganisation, birthDate: string) {
  const { identifiers } = context;
  const issuer = organisation.municipality.name === 'город Яснополь' ? 'г. Яснополю' : 'Приозёрскому краю';
  return {
    ...filled(context, 'document', identifiers.document(birthDate, context.today, issuer)),
    ...filled(context, 'inn', identifiers.inn12()),
    ...filled(context, 'registration', context.address(organisation)),
  };
}

/** What is held with a consent only; a few have not given it. */
function contacts(context: DemoContext, organisation: DemoOrganisation, serial: number, absent: string[]) {
  const { random, identifiers } = context;
  if (random.chance(0.06)) return {};
  const homePhone = random.maybe(0.25, identifiers.phone(organisation.town.phoneCode));
  if (homePhone === undefined) absent.push('homePhone');
  return {
    ...filled(context, 'residence', context.address(organisation)),
    ...(homePhone ? { homePhone } : {}),
    ...filled(context, 'email', `sotrudnik${serial + 1}@${organisation.key}.example.ru`),
    ...filled(
      context,
      'maritalStatus',
      random.weighted([
        ['2', 62],
        ['1', 16],
        ['5', 15],
        ['4', 5],
        ['3', 2],
      ]),
    ),
  };
}

function work(
  context: DemoContext,
  posts: readonly string[],
  hiredOn: string,
  grownUp: string,
  absent: string[],
) {
  const { random } = context;
  const teaches = posts.some(isTeaching);
  const subjects = subjectsOf(context, posts);
  if (subjects.length === 0) absent.push('subjects');
  const activity = teaches ? activityOf(context, posts) : [];
  if (activity.length === 0) absent.push('teachingActivity');
  const totalFrom = addDays(grownUp, -random.int(0, 900));
  const from = totalFrom < hiredOn ? random.day(totalFrom, hiredOn) : hiredOn;
  if (!teaches) absent.push('service.pedagogicalFrom');
  return {
    ...(subjects.length > 0 ? { subjects } : {}),
    ...(activity.length > 0 ? { teachingActivity: activity } : {}),
    service: {
      ...filled(context, 'totalFrom', from),
      ...(teaches && !random.chance(GAP) ? { pedagogicalFrom: from < '2000-01-01' ? from : hiredOn } : {}),
    },
  };
}

function activityOf({ random }: DemoContext, posts: readonly string[]): string[] {
  if (posts.includes('vospitatel')) return ['group'];
  if (posts.includes('pdo')) return ['additional'];
  if (posts.includes('uchitel-logoped') || posts.includes('ped-psiholog')) return ['corrective'];
  return [
    'lessons',
    ...(random.chance(0.4) ? ['class'] : []),
    ...(random.chance(0.5) ? ['extracurricular'] : []),
  ];
}

const teachingPost = (organisation: DemoOrganisation) =>
  ({ general: 'uchitel', preschool: 'vospitatel', additional: 'pdo', vocational: 'prepodavatel' })[
    organisation.types[0] ?? 'general'
  ];

/** Full years of work with children on the demo day, for categories and awards. */
export const yearsOfWork = (context: DemoContext, card: BulkRecord): number =>
  ageOn((card.hiredOn as string | undefined) ?? context.today, context.today);
