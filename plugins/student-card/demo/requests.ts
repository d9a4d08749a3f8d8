/** What the family with sign-ins has reported: a move, a wrong address of mail, and one that was refused. */
import type { DemoContext } from '#sdk';

export function reportedChanges(context: DemoContext, child: { id: string }): void {
  const school = context.organisation('school-1');
  const record = context
    .records('student')
    .find(card => card.organisationId === school.id && card.person?.id === child.id);
  if (record === undefined) throw new Error('the child of the family has no card');
  const home = (record.residence ?? {}) as Record<string, string>;
  const next = context.address(school);
  const of = (address: Record<string, string | undefined>) => ({
    'residence.street': address.street ?? null,
    'residence.house': address.house ?? null,
    'residence.flat': address.flat ?? null,
  });
  context.request({
    entity: 'student',
    record,
    by: 'parent',
    at: '2026-11-20T15:12:08Z',
    patch: of({ ...next }),
    before: of(home),
    reason: 'Переехали, регистрация прежняя',
  });
  context.request({
    entity: 'student',
    record,
    by: 'student',
    at: '2026-11-21T09:40:31Z',
    patch: { email: 'devyatyj-klass@example.ru' },
    before: { email: record.email ?? null },
    reason: 'Старым ящиком не пользуюсь',
  });
  context.request({
    entity: 'student',
    record,
    by: 'parent',
    at: '2026-10-05T16:03:44Z',
    patch: { familyComposition: 'single-mother' },
    before: { familyComposition: record.familyComposition ?? null },
    refused: { by: 'secretary', comment: 'Нужен подтверждающий документ: принесите его секретарю' },
  });
}
