/** Consents: one of each purpose for a person in an organisation (S001-5.4). */
import { addDays, ageOn, type BulkRecord, type DemoContext, type DemoPerson } from '#sdk';
import type { Adult, Child, Household } from './families.ts';

type Subject =
  | { child: Child; household: Household; student: BulkRecord }
  | { child: Child; adult: Adult; guardian: BulkRecord };

/** Purpose -> share of families that give it. */
const OF_CHILDREN: [string, number][] = [
  ['education-process', 1],
  ['health-data', 0.85],
  ['transfer-external', 0.6],
  ['photo-publication', 0.5],
];

export function consentsOf(context: DemoContext, subject: Subject): BulkRecord[] {
  if ('adult' in subject)
    return [consent(context, subject.child, { purpose: 'education-process', person: subject.adult.person })];
  const { child, household } = subject;
  const adult = household.adults[0]?.person;
  const ofAge = ageOn(child.person.birthDate as string, context.today) >= 18;
  const signer = ofAge ? undefined : adult;
  return OF_CHILDREN.filter(([, share]) => context.random.chance(share)).map(([purpose]) =>
    consent(context, child, { purpose, person: child.person, ...(signer ? { signer } : {}) }),
  );
}

function consent(
  context: DemoContext,
  child: Child,
  { purpose, person, signer }: { purpose: string; person: DemoPerson; signer?: DemoPerson },
): BulkRecord {
  const { random } = context;
  const withdrawn = purpose === 'photo-publication' && random.chance(0.02);
  const dated = purpose !== 'education-process' && random.chance(0.5);
  const record = plain(
    context,
    child,
    { purpose, person, ...(signer ? { signer } : {}) },
    { dated, withdrawn },
  );
  return person === child.person ? ended(context, record) : record;
}

/** A few have taken their consent back, of a few it ends within the month: what was held is frozen, not lost. */
function ended(context: DemoContext, record: BulkRecord): BulkRecord {
  const number = Number(String(record.number).slice('С-'.length));
  if (number % 61 === 0 && record.withdrawnOn === undefined)
    return {
      ...record,
      withdrawnOn: addDays(context.today, -(number % 30) - 1),
      withdrawalReason: 'Заявление родителя',
    };
  if (number % 43 === 0 && record.purpose !== 'education-process')
    return { ...record, validUntil: addDays(context.today, (number % 29) + 1), absent: [] };
  return record;
}

function plain(
  context: DemoContext,
  child: Child,
  { purpose, person, signer }: { purpose: string; person: DemoPerson; signer?: DemoPerson },
  { dated, withdrawn }: { dated: boolean; withdrawn: boolean },
): BulkRecord {
  const { random } = context;
  return {
    id: context.newId(),
    organisationId: child.organisation.id,
    person: { id: person.id },
    purpose,
    form: random.chance(0.93) ? 'paper' : 'electronic',
    number: `С-${random.int(1, 4000)}`,
    signedOn: random.day('2026-08-20', '2026-09-15'),
    signedBy: signer ? 'representative' : 'self',
    ...(signer
      ? { signerName: [signer.lastName, signer.firstName, signer.middleName].filter(Boolean).join(' ') }
      : {}),
    textVersion: '2026-1',
    ...(dated ? { validUntil: '2027-08-31' } : {}),
    ...(withdrawn ? { withdrawnOn: '2026-10-12', withdrawalReason: 'Заявление родителя' } : {}),
    absent: dated ? [] : ['validUntil'],
  };
}
