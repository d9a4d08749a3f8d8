/** Two clubs with their people, for tests of the data door: the fixture plugin on a migrated database. */
import { join } from 'node:path';
import { aDatabase, type TestDatabase, testSecret } from '../../../tests/support/database.ts';
import type { Actor } from '../../access/actor.ts';
import { loadCatalogue } from '../../catalogue/load.ts';
import type { Catalogue, Entity } from '../../catalogue/types.ts';
import { compileValidators } from '../../catalogue/validation.ts';
import { projectRoot } from '../../config.ts';
import { Gateway } from '../gateway.ts';
import type { RecordAnswer } from '../gateway.types.ts';
import { migrate } from '../migrate.ts';

const fixturePlugins = join(projectRoot, 'tests/fixtures/plugins');

let loaded: Promise<Catalogue> | undefined;
/** Read once per worker, never changed. */
export function clubCatalogue(): Promise<Catalogue> {
  loaded ??= loadCatalogue({ pluginFolders: [fixturePlugins] });
  return loaded;
}

export interface Clubs extends TestDatabase {
  catalogue: Catalogue;
  gateway: Gateway;
  /** Ids of organisations: `north` and `south` stand in municipality `town`. */
  organisations: { region: number; town: number; north: number; south: number };
  /** Someone with the role in the organisation. */
  actor(role: string, organisation?: 'north' | 'south' | 'town' | 'region', more?: Partial<Actor>): Actor;
}

export async function someClubs(): Promise<Clubs> {
  const base = await aDatabase({ empty: true });
  const catalogue = await clubCatalogue();
  if (catalogue.quarantine.length > 0) throw new Error(JSON.stringify(catalogue.quarantine));
  const { quarantined } = await migrate(base.ownerUrl, catalogue, { secret: testSecret });
  if (quarantined.length > 0) throw new Error(JSON.stringify(quarantined));
  const organisation = async (name: string, level: string, parent: number | null) => {
    const [row] = await base.owner<{ id: number }>(
      'insert into organisation (name, full_name, level, parent_id) values ($1, $1, $2, $3) returning id',
      [name, level, parent],
    );
    return (row as { id: number }).id;
  };
  const region = await organisation('Край', 'region', null);
  const town = await organisation('Город', 'municipality', region);
  const north = await organisation('Северный клуб', 'organisation', town);
  const south = await organisation('Южный клуб', 'organisation', town);
  const organisations = { region, town, north, south };
  const gateway = new Gateway({
    database: base.database,
    catalogue,
    validators: compileValidators(catalogue),
    secret: testSecret,
  });
  return { ...base, catalogue, gateway, organisations, actor: actorMaker(organisations) };
}

/** The same clubs where members belong to no school year, so that no right on them depends on the row. */
export function withoutPeriod(clubs: Clubs): Clubs {
  const { period: _, ...member } = clubs.catalogue.entities.get('member') as Entity;
  const catalogue = { ...clubs.catalogue, entities: new Map(clubs.catalogue.entities).set('member', member) };
  const gateway = new Gateway({
    database: clubs.database,
    catalogue,
    validators: compileValidators(catalogue),
    secret: testSecret,
  });
  return { ...clubs, catalogue, gateway };
}

const USER = '00000000-0000-7000-8000-000000000001';

function actorMaker(organisations: Clubs['organisations']): Clubs['actor'] {
  const { north, south, town } = organisations;
  const scopes = { north: [north], south: [south], town: [town, north, south], region: [] };
  const levels = {
    north: 'organisation',
    south: 'organisation',
    town: 'municipality',
    region: 'region',
  } as const;
  return (role, organisation = 'north', more = {}) => ({
    userId: USER,
    personId: null,
    name: 'Петрова А. Б.',
    appointmentId: '00000000-0000-7000-8000-0000000000aa',
    role,
    organisationId: organisations[organisation],
    organisationName: organisation,
    level: levels[organisation],
    organisationIds: scopes[organisation],
    everywhere: organisation === 'region',
    organisationTypes: ['additional'],
    plugins: new Set(['club']),
    today: '2026-11-22',
    address: '127.0.0.1',
    ...more,
  });
}

/** A member by the head of the club; `more` lies over the plain one. */
export function aMember(
  clubs: Clubs,
  more: Record<string, unknown> = {},
  who?: Actor,
): Promise<RecordAnswer> {
  const { person, ...rest } = more;
  return clubs.gateway.create(who ?? clubs.actor('club-head'), 'member', {
    person: {
      lastName: 'Иванов',
      firstName: 'Пётр',
      birthDate: '2015-03-04',
      sex: 'm',
      isNew: true,
      ...(person as object),
    },
    ...rest,
  });
}

/** What a refused call says: its code, status and named places. */
export async function refusal(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    const { code, status, errors, members, detail } = error as {
      code: string;
      status: number;
      detail: string;
      errors: { path: string; code: string }[];
      members: Record<string, unknown>;
    };
    if (status === undefined) throw error;
    return { code, status, detail, places: errors.map(one => `${one.path} ${one.code}`), members };
  }
  throw new Error('the call was not refused');
}
