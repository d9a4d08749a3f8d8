import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedCatalogue } from '../../tests/support/catalogue.ts';
import { aDatabase, type TestDatabase, testSecret } from '../../tests/support/database.ts';
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { compileValidators } from '../catalogue/validation.ts';
import { Gateway } from './gateway.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { refusal } from './testing/club.ts';

let base: TestDatabase;
let catalogue: Catalogue;
let gateway: Gateway;
let schools: { id: number; parent_id: number }[];

beforeAll(async () => {
  base = await aDatabase({ demo: true });
  catalogue = await installedCatalogue();
  gateway = new Gateway({
    database: base.database,
    catalogue,
    validators: compileValidators(catalogue),
    secret: testSecret,
  });
  schools = await base.owner(
    `select o.id, o.parent_id from organisation o join organisation_type t on t.organisation_id = o.id
     where t.type = 'general' and o.level = 'organisation' order by o.id`,
  );
});
afterAll(() => base.close());

const actor = (role: string, more: Partial<Actor> = {}): Actor => ({
  userId: '00000000-0000-7000-8000-000000000001',
  personId: null,
  name: 'Секретарёва О. П.',
  appointmentId: '00000000-0000-7000-8000-0000000000aa',
  role,
  organisationId: schools[0]?.id ?? 0,
  organisationName: 'Школа',
  level: 'organisation',
  organisationIds: [schools[0]?.id ?? 0],
  everywhere: false,
  organisationTypes: ['general'],
  plugins: new Set(catalogue.plugins.keys()),
  today: '2026-11-22',
  address: '127.0.0.1',
  ...more,
});
const anywhere = { everywhere: true, organisationIds: [], level: 'region' as const };

describe('the installed cards', () => {
  test('every role opens and lists every card it may read, in every scope', async () => {
    for (const role of catalogue.roles.keys())
      for (const entity of catalogue.entities.values()) {
        const grants = catalogue.grants.filter(grant => grant.role === role && grant.entity === entity.id);
        if (!grants.some(grant => grant.actions.includes('read'))) continue;
        for (const who of [actor(role), actor(role, anywhere)]) {
          const paths = [...entity.fields.values()]
            .filter(field => field.kind !== 'rows')
            .map(field => field.path);
          const { items } = await gateway.list(who, entity.id, { limit: 1, count: 'exact', q: 'а' });
          const [one] = items.length > 0 ? items : (await gateway.list(who, entity.id, { limit: 1 })).items;
          if (!one) continue;
          const related = [...entity.relations.values()].filter(
            relation => relation.kind === 'many' && gatewayReads(who, relation.entity),
          );
          const opened = await gateway.open(who, entity.id, String(one.id), {
            include: related.map(relation => relation.name),
          });
          expect(opened.id).toBe(one.id);
          expect(paths.length).toBeGreaterThan(0);
        }
      }
  }, 60_000);

  const gatewayReads = (who: Actor, entityId: string) =>
    catalogue.grants.some(
      grant =>
        grant.role === who.role &&
        grant.entity === entityId &&
        grant.actions.includes('read') &&
        grant.fields === '*',
    );

  test('a secretary adds a student with a consent, a mother and the class in one save', async () => {
    const secretary = actor('secretary');
    const [group] = (await gateway.list(secretary, 'study-group', { limit: 1 })).items;
    const made = await gateway.create(secretary, 'student', {
      person: { lastName: 'Новичков', firstName: 'Степан', birthDate: '2015-05-06', sex: 'm', isNew: true },
      consents: [
        {
          purpose: catalogue.dictionaries.get('consent-purposes')?.items[0]?.code,
          form: 'paper',
          signedOn: '2026-11-20',
        },
      ],
      guardianships: [
        {
          kinship: 'mother',
          guardian: {
            person: { lastName: 'Новичкова', firstName: 'Ольга', isNew: true },
            mobilePhone: '89001234567',
            consents: [
              { purpose: 'education-process', form: 'paper', signedOn: '2026-11-20', signedBy: 'self' },
            ],
          },
        },
      ],
      movements: [
        {
          kind: 'opening',
          effectiveOn: '2026-09-01',
          toGroup: group?.id,
          orderNumber: '12',
          orderedOn: '2026-08-30',
        },
      ],
    });
    expect(made).toMatchObject({
      currentGroup: group?.id,
      status: 'active',
      enrolledOn: '2026-09-01',
      enrolmentOrder: '№ 12 от 30.08.2026',
    });
    const opened = await gateway.open(secretary, 'student', made.id, {
      include: ['guardianships.guardian', 'consents', 'movements'],
    });
    const [tie] = opened.guardianships as RecordAnswer[];
    expect(tie?.related?.guardian).toMatchObject({ mobilePhone: '+79001234567' });
    expect(tie?.labels['']).toBe('Новичкова Ольга — Мать');
    const elsewhere = actor('secretary', {
      organisationId: schools[1]?.id ?? 0,
      organisationIds: [schools[1]?.id ?? 0],
    });
    expect(await refusal(gateway.open(elsewhere, 'student', made.id))).toMatchObject({ status: 404 });
    expect((await gateway.list(elsewhere, 'student', { q: 'Новичков' })).items).toEqual([]);
    const saved = await gateway.patch(secretary, 'student', made.id, opened.version, {
      residence: { city: 'Ейск' },
    });
    expect(saved.residence).toEqual({ city: 'Ейск' });
  });

  test('a class teacher sees own pupils whole, through the group', async () => {
    const [found] = await base.owner<{ person_id: string; organisation_id: number; pupils: string }>(
      `select m.person_id, m.organisation_id, count(*) as pupils from student s
       join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
       join staff_member m on m.organisation_id = g.organisation_id and m.id = g.class_teacher_id
       group by 1, 2 order by 3 desc limit 1`,
    );
    const teacher = actor('class-teacher', {
      personId: found?.person_id ?? '',
      organisationId: found?.organisation_id ?? 0,
      organisationIds: [found?.organisation_id ?? 0],
    });
    const list = await gateway.list(teacher, 'student', {
      count: 'exact',
      fields: ['person', 'person.birthDate'],
      filter: { op: 'not', args: [{ op: 'isNull', args: [{ property: 'person.birthDate' }] }] },
    });
    expect(list.count).toBe(Number(found?.pupils));
  });
});
