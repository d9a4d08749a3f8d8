/** Opening lines: everyone stands in a group from the day of enrolment, so that group and status are derived. */
import { addDays, type BulkRecord, type DemoContext } from '#sdk';

export async function demo(context: DemoContext): Promise<void> {
  const groups = new Map(context.records('study-group').map(group => [group.id, group]));
  const lines: BulkRecord[] = [];
  for (const student of context.records('student')) {
    const group = groups.get(student.currentGroup as string);
    if (group === undefined) continue;
    const effectiveOn = enrolledOn(context, group);
    const orderedOn = addDays(effectiveOn, -context.random.int(1, 12));
    lines.push({
      id: context.newId(),
      organisationId: student.organisationId as number,
      student: student.id,
      kind: 'opening',
      effectiveOn,
      toGroup: group.id,
      orderNumber: `${orderSerial(orderedOn)}-у`,
      orderedOn,
    });
  }
  await context.insert('movement-line', lines);
}

/** 1 September of the year the child came; one in fifteen came later, in the middle of a year. */
function enrolledOn(context: DemoContext, group: BulkRecord): string {
  const { random, today } = context;
  const thisYear = Number(today.slice(0, 4)) - (today.slice(5) < '08-01' ? 1 : 0);
  const grade = Number(group.grade ?? 1);
  const yearsHere =
    group.kind === 'preschool-group'
      ? grade - 3
      : group.kind === 'class' && grade >= 10
        ? grade - 10
        : grade - 1;
  const first = `${thisYear - yearsHere}-09-01`;
  if (!random.chance(1 / 15)) return first;
  return random.day(addDays(first, 20), addDays(today, -3));
}

/** Orders of one day and organisation share a number: it follows the day. */
const orderSerial = (day: string) => Number(day.slice(5, 7)) * 9 + Math.floor(Number(day.slice(8, 10)) / 3);
