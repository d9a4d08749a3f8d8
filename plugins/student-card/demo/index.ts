/**
 * About 2,000 students with their families: siblings share guardians, some children learn in two organisations,
 * a few cards lack something, and those without a consent lack what needs one.
 */
import type { BulkRecord, DemoContext, DemoOrganisation } from '#sdk';
import { pastChanges } from './changes.ts';
import { consentsOf } from './consents.ts';
import { type Child, familiesOf, type Household } from './families.ts';
import { customValues, publishForms } from './forms.ts';
import { guardianCard } from './guardians.ts';
import { achievementsOf, psychologistNoteOf, supportOf } from './records.ts';
import { reportedChanges } from './requests.ts';
import { staffConsents } from './staff-consents.ts';
import { preventionRecord, studentCard } from './students.ts';

/** Cards of one load by entity, in the order in which they refer to each other. */
interface Cards {
  guardian: BulkRecord[];
  student: BulkRecord[];
  guardianship: BulkRecord[];
  consent: BulkRecord[];
  'prevention-record': BulkRecord[];
}

interface Enrolled {
  child: Child;
  student: BulkRecord;
  /** Purposes the family consents to today. */
  purposes: ReadonlySet<unknown>;
}

export async function demo(context: DemoContext): Promise<void> {
  const cards: Cards = { guardian: [], student: [], guardianship: [], consent: [], 'prevention-record': [] };
  const households = familiesOf(context);
  const enrolled = households.flatMap(household => addHousehold(context, cards, household));
  publishForms(context);
  customValues(context, cards.student);
  for (const [entity, records] of Object.entries(cards)) await context.insert(entity, records);
  const signedIn = signIns(context, households, enrolled);
  pastChanges(context);
  await addRecords(context, enrolled, signedIn);
  await context.insert('consent', staffConsents(context));
}

/** Records of their own in the cards, as far as the consents allow (S001-5.4). */
async function addRecords(
  context: DemoContext,
  enrolled: readonly Enrolled[],
  signedIn: Child,
): Promise<void> {
  const present = (record: BulkRecord | undefined) => (record ? [record] : []);
  const agreed = (purpose: string) => enrolled.filter(({ purposes }) => purposes.has(purpose));
  const learning = agreed('education-process');
  await context.insert(
    'achievement',
    learning.flatMap(({ child, student }) => achievementsOf(context, child, student, child === signedIn)),
  );
  await context.insert(
    'support',
    agreed('health-data').flatMap(({ child, student }) =>
      present(supportOf(context, child, student, child === signedIn)),
    ),
  );
  await context.insert(
    'psychologist-note',
    agreed('health-data').flatMap(({ child, student }) =>
      present(psychologistNoteOf(context, child, student)),
    ),
  );
}

function addHousehold(context: DemoContext, cards: Cards, household: Household): Enrolled[] {
  const home = context.address(household.children[0]?.organisation as DemoOrganisation);
  /** A guardian has one card in each organisation where a child learns. */
  const guardians = new Map<string, BulkRecord>();
  const enrolled: Enrolled[] = [];
  for (const child of household.children) {
    const agreed = context.random.chance(0.93);
    const student = studentCard(context, child, household, home, agreed);
    cards.student.push(student);
    const consents = agreed ? consentsOf(context, { child, household, student }) : [];
    cards.consent.push(...consents);
    const purposes = new Set(consents.map(({ purpose }) => purpose));
    if (!purposes.has('health-data')) withoutHealth(student);
    const ended = consents.filter(({ withdrawnOn }) => withdrawnOn !== undefined);
    for (const { purpose } of ended) purposes.delete(purpose);
    enrolled.push({ child, student, purposes });
    const record = preventionRecord(context, child, student);
    if (record) cards['prevention-record'].push(record);
    for (const adult of household.adults) {
      const key = `${adult.person.id} ${child.organisation.id}`;
      let card = guardians.get(key);
      if (card === undefined) {
        card = guardianCard(context, adult, child.organisation, home);
        guardians.set(key, card);
        cards.guardian.push(card);
        if (card.document !== undefined)
          cards.consent.push(...consentsOf(context, { child, adult, guardian: card }));
      }
      cards.guardianship.push({
        id: context.newId(),
        organisationId: child.organisation.id,
        student: student.id,
        guardian: card.id,
        kinship: adult.kinship,
        livesTogether: adult.kinship !== 'father' || context.random.chance(0.85),
      });
    }
  }
  return enrolled;
}

/** What a consent of its own is asked for, and was not given. */
function withoutHealth(student: BulkRecord): void {
  delete student.health;
  delete student.policy;
  student.absent = student.absent?.filter(path => !path.startsWith('health.')) ?? [];
}

/**
 * A student old enough to sign in, with a brother or sister in the same school, and their mother; the family
 * consented to all that the card may hold.
 *
 * @returns the student
 */
function signIns(
  context: DemoContext,
  households: readonly Household[],
  enrolled: readonly Enrolled[],
): Child {
  const school = context.organisation('school-1');
  const here = (child: Child) => child.organisation.id === school.id;
  const agreed = new Set(
    enrolled.flatMap(({ child, purposes }) =>
      purposes.has('education-process') && purposes.has('health-data') ? [child] : [],
    ),
  );
  const inGroup = (child: Child) => here(child) && child.group.name === '9А' && agreed.has(child);
  const mothers = households.filter(household => household.adults.some(adult => adult.kinship === 'mother'));
  const family =
    mothers.find(
      household =>
        household.children.some(inGroup) &&
        household.children.filter(here).length > 1 &&
        household.children.filter(here).every(child => agreed.has(child)),
    ) ?? mothers.find(household => household.children.some(inGroup));
  const other = mothers.find(household => household !== family && household.children.some(inGroup));
  if (family === undefined || other === undefined)
    throw new Error('no family for the sign-ins of student and parent');
  const child = family.children.find(inGroup) as Child;
  reportedChanges(context, child.person);
  const people = { student: child.person, parent: motherOf(family), 'parents-committee': motherOf(other) };
  for (const [login, person] of Object.entries(people))
    context.signIn({
      login,
      role: login,
      organisationId: school.id,
      personId: person.id,
      orderNumber: '121-од',
      orderDate: '2026-09-01',
    });
  return child;
}

const motherOf = (household: Household) =>
  (household.adults.find(adult => adult.kinship === 'mother') as Household['adults'][number]).person;
