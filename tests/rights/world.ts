/**
 * A small region full of random cards for the oracle test of rights: the fixture plugin on a database of its own,
 * and the same rows read back as the owner, who sees all of them.
 */
import type { Catalogue, Entity, Field } from '../../core/catalogue/types.ts';
import { deriveCatalogue } from '../../core/forms/derive.ts';
import { type BulkRecord, loadBulk } from '../../core/storage/bulk.ts';
import { refreshConsents } from '../../core/storage/consents.ts';
import { migrate } from '../../core/storage/migrate.ts';
import { clubCatalogue } from '../../core/storage/testing/club.ts';
import { aDatabase, type TestDatabase, testSecret } from '../support/database.ts';
import { allLayers, someFields, type WorldField, writeValues } from './custom.ts';
import type { Chance } from './random.ts';

export type Value = string | number | boolean | readonly unknown[] | null;

/** One card as stored, all its fields by path; without rights. */
export interface Row {
  id: string;
  organisationId: number | null;
  personId: string | null;
  values: ReadonlyMap<string, Value>;
  absent: readonly string[];
}

export interface Organisation {
  id: number;
  level: 'region' | 'municipality' | 'organisation';
  parent: number | null;
  name: string;
}

export interface World {
  db: TestDatabase;
  /** With the custom fields of all levels: what there is to be asked for. */
  catalogue: Catalogue;
  /** Without them: what grants are written in. */
  installed: Catalogue;
  customFields: WorldField[];
  organisations: Organisation[];
  /** Rows by kind of card, then by id. */
  rows: Map<string, Map<string, Row>>;
}

export const kinds = [
  'season',
  'activity',
  'leader',
  'club-group',
  'member',
  'contact',
  'contactship',
  'permit',
  'agreement',
  'membership',
  'club-card',
] as const;

export async function aWorld(chance: Chance): Promise<World> {
  const db = await aDatabase({ empty: true });
  const installed = await clubCatalogue();
  await migrate(db.ownerUrl, installed, { secret: testSecret });
  const organisations = await growTree(db, chance);
  await fill(db, installed, organisations, chance);
  const customFields = someFields(organisations, chance);
  await writeValues(db, organisations, customFields, chance);
  const catalogue = deriveCatalogue(installed, allLayers(organisations, customFields));
  await writeHistory(db, catalogue);
  const rows = await readRows(db, catalogue, organisations);
  return { db, catalogue, installed, customFields, organisations, rows };
}

async function growTree(db: TestDatabase, chance: Chance): Promise<Organisation[]> {
  const tree: Organisation[] = [];
  const add = async (level: Organisation['level'], parent: number | null, name: string) => {
    const [row] = await db.owner<{ id: number }>(
      'insert into organisation (name, full_name, level, parent_id) values ($1, $1, $2, $3) returning id',
      [name, level, parent],
    );
    const id = (row as { id: number }).id;
    tree.push({ id, level, parent, name });
    return id;
  };
  const region = await add('region', null, 'Край');
  for (let town = 1; town <= 3; town += 1) {
    const municipality = await add('municipality', region, `Город ${town}`);
    const clubs = chance.whole(1, 3);
    for (let club = 1; club <= clubs; club += 1)
      await add('organisation', municipality, `Клуб ${town}-${club}`);
  }
  return tree;
}

const LAST = ['Ёлкин', 'Елкина', 'Иванов', 'Петров', 'Сидорова', 'Белый', 'Ивановский'];
const FIRST = ['Пётр', 'Мария', 'Алёна', 'Иван'];
const MIDDLE = ['Ильич', 'Петровна', 'Иванович'];
const DAYS = ['2010-01-31', '2012-02-29', '2015-03-04', '2026-09-01', '2026-11-22'];
/** First and last days are days that cards have: a period holds both. */
const SEASONS = [
  ['2009-09-01', '2012-02-29'],
  ['2012-03-01', '2026-09-01'],
] as const;
const CITIES = ['Томск', 'Омск', 'Ейск'];

class Filler {
  readonly records = new Map<string, BulkRecord[]>(kinds.map(kind => [kind, []]));
  readonly #chance: Chance;
  readonly #people: BulkRecord['person'][] = [];
  #number = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  add(kind: string, organisationId: number | undefined, fields: Record<string, unknown>): string {
    const id = this.#chance.uuid();
    const record = { id, ...(organisationId === undefined ? {} : { organisationId }), ...fields };
    this.records.get(kind)?.push(record);
    return id;
  }

  /** Now and then somebody whom another card, maybe of another organisation, knows already. */
  person(): { id: string } {
    const chance = this.#chance;
    if (this.#people.length > 0 && chance.once(4)) return { id: chance.pick(this.#people)?.id as string };
    this.#number += 1;
    const person = {
      id: chance.uuid(),
      lastName: chance.pick(LAST),
      firstName: chance.pick(FIRST),
      middleName: chance.maybe(3, MIDDLE),
      birthDate: chance.pick(DAYS),
      sex: chance.maybe(5, ['m', 'f']),
      snils: chance.once(3) ? undefined : String(10_000_000_000 + this.#number),
    };
    this.#people.push(person);
    return person;
  }

  phone = () =>
    this.#chance.maybe(
      3,
      [1, 2, 3, 4].map(n => `+7900111223${n}`),
    );

  organisation(id: number, activities: string[]): void {
    const chance = this.#chance;
    const of = (count: number, make: (index: number) => string) =>
      Array.from({ length: count }, (_, i) => make(i));
    const leaders = of(2, () => this.add('leader', id, { person: this.person(), phone: this.phone() }));
    const seasons = SEASONS.map(([startsOn, endsOn], index) =>
      this.add('season', id, { name: `Сезон ${index + 1}`, startsOn, endsOn, closed: chance.once(2) }),
    );
    const groups = of(3, index =>
      this.add('club-group', id, {
        grade: chance.whole(1, 3),
        letter: ['А', 'Б', 'В'][index],
        leader: chance.maybe(4, leaders),
        season: chance.maybe(4, seasons),
        activity: chance.maybe(3, activities),
        budget: chance.maybe(3, [100, 200.5, 300]),
      }),
    );
    const members = of(chance.whole(5, 9), () => this.#member(id, groups, leaders));
    const contacts = of(4, () =>
      this.add('contact', id, {
        person: this.person(),
        phone: this.phone(),
        workplace: chance.maybe(2, ['Завод', 'Школа']),
      }),
    );
    for (const [place, member] of members.entries())
      for (const contact of chance.some(contacts, place % 3))
        this.add('contactship', id, {
          member,
          contact,
          kinship: chance.pick(['mother', 'father']),
          note: chance.maybe(3, ['звонить вечером', 'звонить утром']),
        });
    for (const member of members)
      if (!chance.once(4))
        this.add('membership', id, {
          member,
          kind: chance.pick(['join', 'move', 'leave']),
          effectiveOn: chance.pick(DAYS),
          toGroup: chance.maybe(4, groups),
        });
    of(4, () =>
      this.add('permit', id, {
        person: this.person(),
        kind: chance.pick(['Справка', 'Разрешение']),
        signedOn: chance.pick(DAYS),
      }),
    );
    this.#agreements(id);
    this.add('club-card', id, { name: `Карточка ${id}`, inn: chance.maybe(3, ['7707083893']) });
  }

  /** About half of the purposes of a member's data are agreed to; some agreements have ended. */
  #agreements(id: number): void {
    const chance = this.#chance;
    const members = (this.records.get('member') ?? []).filter(record => record.organisationId === id);
    for (const { person } of members)
      for (const purpose of ['education-process', 'health-data'])
        for (let times = chance.whole(0, 2); times > 0; times -= 1)
          this.add('agreement', id, {
            person: { id: person?.id },
            purpose,
            givenOn: chance.pick(DAYS.slice(0, 4)),
            validUntil: chance.maybe(2, ['2026-11-21', '2026-11-22', '2027-08-31']),
            withdrawnOn: chance.once(4) ? '2026-10-01' : undefined,
          });
  }

  #member(id: number, groups: string[], leaders: string[]): string {
    const chance = this.#chance;
    this.#number += 1;
    const awards = chance.some(['Кубок', 'Медаль'], chance.whole(0, 2)).map(name => ({
      id: chance.uuid(),
      name,
      level: chance.maybe(3, ['s', 'm']),
    }));
    return this.add('member', id, {
      person: this.person(),
      currentGroup: chance.maybe(4, groups),
      status: chance.maybe(4, ['active', 'left']),
      nickname: chance.once(2) ? undefined : `прозвище${this.#number}`,
      phone: this.phone(),
      residence: { city: chance.maybe(2, CITIES), street: chance.maybe(2, ['Лесная', 'Ёлочная']) },
      fee: chance.maybe(3, [0, 10, 20.5]),
      insured: chance.maybe(3, [true, false]),
      rank: chance.maybe(3, [1, 2, 3]),
      joinedOn: chance.maybe(3, DAYS),
      size: chance.maybe(3, ['s', 'm', 'l']),
      skills: chance.maybe(3, [['run'], ['swim', 'ride']]),
      tags: chance.maybe(3, [['новый'], ['новый', 'сильный']]),
      hobby: chance.maybe(4, ['танцы', 'марки', 'рыбалка']),
      mentor: chance.maybe(3, leaders),
      health: { allergy: chance.maybe(3, ['кошки', 'пыль']), weight: chance.maybe(3, [40, 50]) },
      trips: chance.some(['Алтай', 'Байкал'], chance.whole(0, 2)).map(name => ({ id: chance.uuid(), name })),
      diagnosis: chance.maybe(2, ['тайна', 'секрет']),
      awards,
      absent: chance.once(3) ? ['phone'] : [],
    });
  }
}

async function fill(db: TestDatabase, catalogue: Catalogue, tree: Organisation[], chance: Chance) {
  const filler = new Filler(chance);
  const activities = ['Бокс', 'Шахматы'].map(name => filler.add('activity', undefined, { name }));
  for (const { id, level } of tree) if (level === 'organisation') filler.organisation(id, activities);
  await db.database.scoped({ organisationIds: [], everywhere: true }, async tx => {
    for (const kind of kinds)
      await loadBulk(tx, catalogue.entities.get(kind) as Entity, filler.records.get(kind) ?? []);
    await refreshConsents(tx, catalogue);
  });
}

/** What saving the cards one by one would have noted: one entry for each card, one for each person. */
async function writeHistory(db: TestDatabase, catalogue: Catalogue): Promise<void> {
  const note = `insert into change (organisation_id, entity, record_id, version, action, fields, user_name)`;
  for (const kind of kinds) {
    const entity = catalogue.entities.get(kind) as Entity;
    const pairs = [...entity.fields.values()]
      .filter(field => field.owner === 'record' && field.kind !== 'rows')
      .map(field => {
        const value = field.custom ? `nullif(ext -> '${field.custom.id}', 'null')` : `"${field.column}"`;
        return `'${field.path}', jsonb_build_object('to', ${value})`;
      });
    const organisation = entity.scope === 'organisation' ? 'organisation_id' : 'null';
    await db.owner(
      `${note} select ${organisation}, '${kind}', id, 1, 'create', ${filled(pairs)}, 'Кто-то'
       from "${entity.table}"`,
    );
  }
  const names = ['last_name', 'first_name', 'middle_name', 'birth_date', 'sex', 'snils'];
  const paths = ['lastName', 'firstName', 'middleName', 'birthDate', 'sex', 'snils'];
  const pairs = names.map((name, index) => `'person.${paths[index]}', jsonb_build_object('to', ${name})`);
  await db.owner(`${note} select null, 'person', id, 1, 'create', ${filled(pairs)}, 'Кто-то' from person`);
}

const filled = (pairs: string[]) =>
  `coalesce((select jsonb_object_agg(key, value) from jsonb_each(jsonb_build_object(${pairs.join(', ')}))
     where value -> 'to' <> 'null'), '{}')`;

async function readRows(
  db: TestDatabase,
  catalogue: Catalogue,
  tree: Organisation[],
): Promise<World['rows']> {
  const rows: World['rows'] = new Map();
  for (const kind of kinds) {
    const entity = catalogue.entities.get(kind) as Entity;
    const person = entity.person ? 'left join person p on p.id = t.person_id' : '';
    const found = await db.owner<{ own: Record<string, Value>; person?: Record<string, Value> }>(
      `select to_jsonb(t) as own ${person ? ', to_jsonb(p) as person' : ''} from "${entity.table}" t ${person}`,
    );
    rows.set(kind, new Map());
    for (const { own, person: identity } of found) {
      const values = new Map<string, Value>();
      for (const field of entity.fields.values())
        if (field.custom) {
          const ext = own.ext as unknown as Record<string, Value>;
          values.set(field.path, ext[field.custom.id] ?? null);
        } else if (field.kind === 'rows') values.set(field.path, await readGroup(db, field, String(own.id)));
        else values.set(field.path, (field.owner === 'person' ? identity : own)?.[field.column] ?? null);
      rows.get(kind)?.set(String(own.id), {
        id: String(own.id),
        organisationId: (own.organisation_id as number | undefined) ?? null,
        personId: (own.person_id as string | undefined) ?? null,
        values,
        absent: (own.absent ?? []) as string[],
      });
    }
  }
  rows.set('organisation', new Map(tree.map(one => [String(one.id), organisationRow(one)])));
  return rows;
}

async function readGroup(db: TestDatabase, field: Field, memberId: string): Promise<Value> {
  const members = (field.rows ?? []).map(part => `, '${part.path}', "${part.column}"`).join('');
  const rows = await db.owner(
    `select jsonb_strip_nulls(jsonb_build_object('id', id${members})) as one
     from "${field.sqlType}" where record_id = $1 order by position, id`,
    [memberId],
  );
  return rows.length === 0 ? null : rows.map(row => row.one);
}

const organisationRow = ({ id, name, level, parent }: Organisation): Row => ({
  id: String(id),
  organisationId: null,
  personId: null,
  values: new Map<string, Value>([
    ['name', name],
    ['fullName', name],
    ['level', level],
    ['parent', parent],
  ]),
  absent: [],
});
