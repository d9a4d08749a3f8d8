/**
 * What levels of management have added to the student's card in the constructor: the municipality of Yasnopol asks who
 * comes by the school bus, school 1 keeps its lockers. Filled on some cards.
 */
import type { BulkRecord, DemoContext } from '#sdk';

const BUS = 'cf_schoolbus1';
const STOP = 'cf_busstop001';
const LOCKER = 'cf_lockernum1';
const KEY_SINCE = 'cf_keysince01';
const STOPS = ['Лесная', 'Посёлок Южный', 'Заречная', 'Совхоз «Озёрный»'];

const SEEN_BY = ['secretary', 'deputy', 'director', 'org-admin', 'coordinator', 'class-teacher'];
const KEPT_BY = ['secretary', 'org-admin', 'class-teacher'];

export function publishForms(context: DemoContext): void {
  const common = { read: SEEN_BY, write: KEPT_BY, counts: false } as const;
  const own = () => ({ ...common, read: [...common.read], write: [...common.write] });
  context.publishForm({
    level: 'yasnopol',
    entity: 'student',
    fields: [
      {
        ...own(),
        id: BUS,
        kind: 'boolean',
        title: 'Подвоз школьным автобусом',
        titleEn: 'Comes by the school bus',
        read: [...SEEN_BY, 'municipal-operator'],
      },
      { ...own(), id: STOP, kind: 'text', title: 'Остановка', titleEn: 'Bus stop', maxLength: 100 },
    ],
    overlay: {
      sections: [
        {
          id: 's_bus',
          title: 'Подвоз',
          titleEn: 'School bus',
          rows: [
            [
              { field: `ext.${BUS}`, span: 6 },
              { field: `ext.${STOP}`, span: 6 },
            ],
          ],
        },
      ],
      rules: [
        {
          when: { op: '=', args: [{ property: `ext.${BUS}` }, true] },
          show: [`ext.${STOP}`],
          require: [`ext.${STOP}`],
        },
      ],
    },
    note: 'Учёт подвоза с начала учебного года',
    by: 'municipal-operator',
    at: '2026-08-28T07:30:00Z',
  });
  context.publishForm({
    level: 'school-1',
    entity: 'student',
    fields: [
      {
        ...own(),
        id: LOCKER,
        kind: 'text',
        title: 'Номер шкафчика',
        titleEn: 'Locker',
        maxLength: 10,
        help: 'На двери, в раздевалке первого этажа',
      },
      { ...own(), id: KEY_SINCE, kind: 'date', title: 'Ключ выдан', titleEn: 'Key given on' },
    ],
    note: 'Шкафчики первого этажа',
    by: 'org-admin',
    at: '2026-09-04T09:10:00Z',
  });
}

/** Values by the order of the cards, so that the chance of the other data is not used up. */
export function customValues(context: DemoContext, students: readonly BulkRecord[]): void {
  const school = context.organisation('school-1');
  const schools = context.ofType('general').filter(one => one.municipality.id === school.municipality.id);
  for (const { id } of schools)
    for (const [place, card] of students.filter(one => one.organisationId === id).entries()) {
      const ext: Record<string, unknown> = {};
      if (place % 9 === 4)
        Object.assign(ext, { [BUS]: true, [STOP]: STOPS[((place / 9) % STOPS.length) | 0] });
      else if (place % 9 === 5) ext[BUS] = false;
      if (id === school.id && place % 3 === 0) {
        ext[LOCKER] = `${(place % 4) + 1}-${String(place).padStart(3, '0')}`;
        if (place % 2 === 0) ext[KEY_SINCE] = `2026-09-${String((place % 20) + 4).padStart(2, '0')}`;
      }
      if (Object.keys(ext).length > 0) card.ext = ext;
    }
}
