/** Staff orders: everybody was hired, a few were moved or went on leave. The card's post and status follow from them. */
import { addDays, type BulkRecord, type DemoContext } from '#sdk';

/** From which post people come to a leading one. */
const BEFORE: Record<string, string> = {
  director: 'dep-uvr',
  'dep-uvr': 'uchitel',
  zaveduyushchij: 'st-vospitatel',
};

export function ordersOf(context: DemoContext, card: BulkRecord): BulkRecord[] {
  const { random } = context;
  const hiredOn = card.hiredOn as string;
  const before = hiredOn < '2015-01-01' ? BEFORE[card.mainPosition as string] : undefined;
  const hire = order(context, card, 'hire', hiredOn, {
    position: before ?? card.mainPosition,
    employment: card.employment,
    ...(card.employment === 'external' || random.chance(0.04)
      ? { until: random.day('2026-10-31', '2027-08-31') }
      : {}),
    reason: 'Трудовой договор',
  });
  const orders = [hire];
  if (before)
    orders.push(
      order(context, card, 'transfer', random.day('2016-08-01', '2025-09-01'), {
        position: card.mainPosition,
        reason: 'Заявление',
      }),
    );
  if (card.status !== 'active')
    orders.push(
      order(context, card, 'leave', leaveFrom(context, hiredOn), {
        statusAfter: card.status,
        until: random.day('2027-01-15', '2028-06-30'),
        reason: 'Заявление',
      }),
    );
  return orders;
}

const leaveFrom = ({ random }: DemoContext, hiredOn: string) =>
  random.day(hiredOn > '2026-01-10' ? hiredOn : '2026-01-10', '2026-11-10');

function order(
  context: DemoContext,
  card: BulkRecord,
  kind: string,
  effectiveOn: string,
  facts: Record<string, unknown>,
): BulkRecord {
  const { random } = context;
  return {
    id: context.newId(),
    organisationId: card.organisationId as number,
    staff: card.id,
    kind,
    number: `${random.int(1, 140)}-к`,
    orderedOn: addDays(effectiveOn, -random.int(0, 3)),
    effectiveOn,
    ...facts,
  };
}
