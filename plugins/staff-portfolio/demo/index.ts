/** About 250 members of staff over all organisations with orders and portfolios, and the sign-ins of the staff roles. */
import type { BulkRecord, DemoContext, DemoOrganisation, OrganisationKind } from '#sdk';
import { staffCard } from './cards.ts';
import { ordersOf } from './orders.ts';
import { PORTFOLIO, portfolioOf } from './portfolio.ts';

/** Post -> how many; `scaled` grows with the number of children. */
type Staffing = [position: string, count: number, childrenPerOne?: number][];

const STAFFING: Record<OrganisationKind, Staffing> = {
  general: [
    ['director', 1], ['dep-uvr', 1], ['dep-vr', 1], ['dep-ahr', 1], ['dep-it', 1], ['secretary', 1], ['hr', 1],
    ['uchitel', 4, 20], ['ped-psiholog', 1], ['soc-pedagog', 1], ['st-vozhatyi', 1], ['librarian', 1], ['engineer', 1],
    ['service', 2],
  ],
  preschool: [
    ['zaveduyushchij', 1], ['st-vospitatel', 1], ['vospitatel', 2, 15], ['muz-ruk', 1], ['instr-fk', 1],
    ['uchitel-logoped', 1], ['junior-educator', 2], ['nurse', 1], ['cook', 1],
  ],
  additional: [['director', 1], ['dep-uvr', 1], ['metodist', 1], ['pdo', 4, 20], ['ped-organizator', 1], ['engineer', 1]],
  vocational: [
    ['director', 1], ['dep-ur', 1], ['dep-umr', 1], ['dep-vr', 1], ['head-unit', 1], ['study-secretary', 1],
    ['metodist', 1], ['prepodavatel', 6, 20], ['master-po', 2], ['ped-psiholog', 1], ['engineer', 1], ['hr', 1],
  ],
}; // biome-ignore format: a table of posts

/** Sign-in -> role, organisation, post and which of its holders. */
const SIGN_INS: [login: string, role: string, organisation: string, position: string, nth?: number][] = [
  ['org-admin', 'org-admin', 'school-1', 'engineer'],
  ['coordinator', 'coordinator', 'school-1', 'dep-it'],
  ['director', 'director', 'school-1', 'director'],
  ['deputy', 'deputy', 'school-1', 'dep-uvr'],
  ['deputy-prevention', 'deputy-prevention', 'school-1', 'dep-vr'],
  ['secretary', 'secretary', 'school-1', 'secretary'],
  ['hr', 'hr', 'school-1', 'hr'],
  ['teacher', 'teacher', 'school-1', 'uchitel'],
  ['psychologist', 'psychologist', 'school-1', 'ped-psiholog'],
  ['technical', 'technical', 'school-1', 'service'],
  ['forum-moderator', 'forum-moderator', 'school-1', 'st-vozhatyi'],
  ['secretary-2', 'secretary', 'school-2', 'secretary'],
  ['head-additional', 'director', 'additional-1', 'director'],
  ['additional-teacher', 'additional-teacher', 'additional-1', 'pdo'],
  ['head-college', 'director', 'college-1', 'director'],
  ['admin-college', 'org-admin', 'college-1', 'engineer'],
  ['study-secretary', 'study-secretary', 'college-1', 'study-secretary'],
  ['admission-secretary', 'admission-secretary', 'college-1', 'metodist'],
  ['lecturer', 'lecturer', 'college-1', 'prepodavatel'],
  ['deputy-study', 'deputy-study', 'college-1', 'dep-ur'],
  ['deputy-methods', 'deputy-methods', 'college-1', 'dep-umr'],
  ['department-head', 'department-head', 'college-1', 'head-unit'],
  ['head-preschool', 'director', 'kindergarten-1', 'zaveduyushchij'],
  ['preschool-teacher', 'preschool-teacher', 'kindergarten-1', 'vospitatel'],
];

export async function demo(context: DemoContext): Promise<void> {
  const staff = context.organisations.flatMap(organisation => staffOf(context, organisation));
  staff.push(partTimer(context, staff));
  for (const [login, role, key, position, nth = 0] of SIGN_INS)
    signInOf(context, staff, { login, role, key, position, nth });
  await context.insert('staff-member', staff);
  await context.insert(
    'staff-order',
    staff.flatMap(card => ordersOf(context, card)),
  );
  const portfolios = staff.map(card => portfolioOf(context, card));
  for (const entity of PORTFOLIO)
    await context.insert(
      entity,
      portfolios.flatMap(portfolio => portfolio[entity]),
    );
  const teacher = holders(context, staff, 'school-1', 'uchitel')[0];
  context.signIn({
    login: 'teacher',
    role: 'additional-teacher',
    organisationId: context.organisation('additional-1').id,
    ...(teacher?.person ? { personId: teacher.person.id } : {}),
    orderNumber: '31-к',
    orderDate: '2026-09-10',
    from: '2026-09-11',
  });
}

function staffOf(context: DemoContext, organisation: DemoOrganisation): BulkRecord[] {
  const posts = organisation.types.flatMap((type, i) => {
    const staffing =
      i === 0
        ? STAFFING[type]
        : STAFFING[type].filter(([post]) => post === 'vospitatel' || post === 'junior-educator');
    // A second type adds only its educators, for a few groups.
    const children = i === 0 ? organisation.children : 30;
    return staffing.flatMap(([post, count, perOne]) =>
      Array<string>(count + (perOne === undefined ? 0 : Math.floor(children / perOne))).fill(post),
    );
  });
  return posts.map((position, i) => staffCard(context, organisation, position, i));
}

/** A teacher of the school who also leads a group of additional education: one person, two cards. */
function partTimer(context: DemoContext, staff: readonly BulkRecord[]): BulkRecord {
  const teacher = holders(context, staff, 'school-1', 'uchitel')[0];
  if (teacher?.person === undefined) throw new Error('school-1 has no teacher');
  return {
    id: context.newId(),
    organisationId: context.organisation('additional-1').id,
    person: { id: teacher.person.id },
    mainPosition: 'pdo',
    employment: 'external',
    status: 'active',
    hiredOn: '2026-09-11',
    hireOrderNumber: '31-к',
    hireOrderDate: '2026-09-10',
    // The papers are those of the first card: one person, two employers.
    document: teacher.document,
    inn: teacher.inn,
    registration: teacher.registration,
    subjects: ['technical-direction'],
    teachingActivity: ['additional'],
    absent: ['additionalPositions', 'homePhone', 'email'],
  };
}

function holders(
  context: DemoContext,
  staff: readonly BulkRecord[],
  key: string,
  position: string,
): BulkRecord[] {
  const { id } = context.organisation(key);
  return staff.filter(card => card.organisationId === id && card.mainPosition === position);
}

function signInOf(
  context: DemoContext,
  staff: readonly BulkRecord[],
  {
    login,
    role,
    key,
    position,
    nth,
  }: { login: string; role: string; key: string; position: string; nth: number },
): void {
  const card = holders(context, staff, key, position)[nth];
  if (card?.person === undefined) throw new Error(`no ${position} in ${key}`);
  card.status = 'active';
  context.signIn({
    login,
    role,
    organisationId: context.organisation(key).id,
    personId: card.person.id,
    orderNumber: `${context.random.int(60, 90)}-к`,
    orderDate: '2026-08-24',
  });
}
