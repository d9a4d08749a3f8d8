/** The demo region without a database: what its plugins put in, checked as a request would be. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { installedCatalogue } from '../../tests/support/catalogue.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { compileValidators } from '../catalogue/validation.ts';
import { checkFormat, normaliseFormat } from '../formats/formats.ts';
import { deriveCatalogue } from '../forms/derive.ts';
import type { BulkRecord } from '../storage/bulk.ts';
import type { Tx } from '../storage/database.ts';
import type { DemoStore } from './context.ts';
import { makeDemo } from './load.ts';

// A whole region takes its time where other work goes on beside it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let catalogue: Catalogue;
let region: DemoStore;

beforeAll(async () => {
  catalogue = await installedCatalogue();
  region = await makeDemo(nothing(), catalogue);
}, 60_000);

/** Answers the numbers of new organisations and keeps nothing. */
function nothing(): Tx {
  let organisations = 0;
  return {
    query: async <R>() => [{ id: ++organisations }] as R[],
  };
}

/** As a request would send it: no ids, no fields that the system keeps. */
function asSent(entity: string, record: BulkRecord): Record<string, unknown> {
  const known = catalogue.entities.get(entity);
  const { id: _, organisationId: __, person, ...rest } = structuredClone(record);
  for (const field of known?.fields.values() ?? []) {
    if (field.computed) delete rest[field.path];
    if (field.kind === 'rows')
      for (const row of (rest[field.path] as Record<string, unknown>[] | undefined) ?? []) delete row.id;
  }
  if (person === undefined) return rest;
  const { id: personId, ...identity } = person;
  const shown = Object.entries(identity).filter(([name]) => known?.fields.has(`person.${name}`));
  return { ...rest, person: shown.length === 0 ? { id: personId } : Object.fromEntries(shown) };
}

describe('demo region', () => {
  test('S001-2.1 has three municipalities with at least three organisations of each type', () => {
    for (const type of ['preschool', 'general', 'additional', 'vocational']) {
      const found = region.organisations.filter(organisation => organisation.types[0] === type);
      expect(found.length, type).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(region.organisations.map(organisation => organisation.municipality.id)).size).toBe(3);
    expect(region.records.get('student')?.length).toBeGreaterThan(1_900);
    expect(region.records.get('staff-member')?.length).toBeGreaterThan(240);
  });

  test('every card passes the checks that a request passes', () => {
    const layers = region.forms.map(form => form.layer);
    const validators = compileValidators(deriveCatalogue(catalogue, layers));
    const faults: unknown[] = [];
    for (const [entity, records] of region.records)
      for (const record of records) {
        const sent = asSent(entity, record);
        const onlyPerson = Object.keys((sent.person as object | undefined) ?? {}).join() === 'id';
        for (const problem of validators.record(entity, sent))
          if (!(onlyPerson && problem.path.startsWith('/person'))) faults.push({ entity, ...problem });
      }
    expect(faults.slice(0, 5)).toEqual([]);
  });

  test('is the same every time, ids included', async () => {
    const again = await makeDemo(nothing(), catalogue);
    expect(again.records).toEqual(region.records);
    expect(again.signIns).toEqual(region.signIns);
  });

  test('gives every role of the system a sign-in whose person stands in that organisation', () => {
    const roles = new Set(region.signIns.map(signIn => signIn.role));
    expect([...catalogue.roles.keys()].filter(role => !roles.has(role))).toEqual([]);
    const people = new Set(
      [...region.records.values()].flat().map(record => `${record.organisationId} ${record.person?.id}`),
    );
    const loose = region.signIns.filter(
      ({ login, organisationId, personId }) =>
        !['region-admin', 'municipal-operator'].includes(login) &&
        !people.has(`${organisationId} ${personId}`),
    );
    expect(loose).toEqual([]);
  });

  test('ties the sign-in of the parent to the student and to a brother or sister in the same school', () => {
    const personOf = (login: string) => region.signIns.find(signIn => signIn.login === login)?.personId;
    const school = region.organisations[0]?.id;
    const guardian = region.records
      .get('guardian')
      ?.find(card => card.organisationId === school && card.person?.id === personOf('parent'));
    const children = (region.records.get('guardianship') ?? [])
      .filter(link => link.guardian === guardian?.id)
      .map(link => region.records.get('student')?.find(student => student.id === link.student)?.person?.id);
    expect(children).toContain(personOf('student'));
    expect(children.length).toBeGreaterThan(1);
  });

  test('S001-5.4 holds nothing that needs a consent where there is none', () => {
    const consented = new Set(
      (region.records.get('consent') ?? []).map(consent => `${consent.organisationId} ${consent.person?.id}`),
    );
    for (const [id, known] of [
      ['student', 'health'],
      ['staff-member', 'maritalStatus'],
    ] as const) {
      const needing = [...(catalogue.entities.get(id)?.fields.values() ?? [])]
        .filter(field => field.basis === 'consent')
        .map(field => field.path.split('.')[0] as string);
      const held = (region.records.get(id) ?? [])
        .filter(card => !consented.has(`${card.organisationId} ${card.person?.id}`))
        .filter(card => needing.some(field => card[field] !== undefined));
      expect(needing).toContain(known);
      expect(held).toEqual([]);
    }
  });

  test('numbers pass their check sums and belong to ranges that are not given out', () => {
    const people = [...region.records.values()]
      .flat()
      .flatMap(record => (record.person?.snils ? [record.person.snils as string] : []));
    expect(people.every(snils => snils.startsWith('9') && checkFormat('snils', snils) === undefined)).toBe(
      true,
    );
    const phones = (region.records.get('guardian') ?? []).flatMap(card =>
      card.mobilePhone ? [card.mobilePhone as string] : [],
    );
    expect(
      phones.every(phone => phone.startsWith('+7944') && normaliseFormat('phone-ru', phone) === phone),
    ).toBe(true);
  });
});
