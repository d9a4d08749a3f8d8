/** Consents of staff: whoever's card holds more than labour law asks for has given one (S001-П1-1.4, S003-8.6). */
import { addDays, type BulkRecord, type DemoContext } from '#sdk';

/** Fields of the card that are held by consent. */
const BEYOND = ['residence', 'homePhone', 'email', 'maritalStatus'];

export const staffConsents = (context: DemoContext): BulkRecord[] =>
  context
    .records('staff-member')
    .filter(card => BEYOND.some(field => card[field] !== undefined))
    .map(card => ({
      id: context.newId(),
      organisationId: card.organisationId as number,
      person: { id: card.person?.id as string },
      purpose: 'staff-hr',
      form: 'paper',
      number: `С-${context.random.int(4001, 4900)}`,
      signedOn: addDays((card.hiredOn as string | undefined) ?? '2026-08-31', -context.random.int(0, 5)),
      signedBy: 'self',
      textVersion: '2026-1',
      absent: ['validUntil'],
    }));
