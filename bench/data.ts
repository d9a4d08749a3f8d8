/**
 * The region that is measured: municipalities, schools of a usual size and one large one for the export, families
 * made by the generators of the demo region, and sign-ins. The same every time.
 */
import pg from 'pg';
import type { Catalogue } from '../core/catalogue/types.ts';
import { DemoContext, type DemoStore } from '../core/demo/context.ts';
import { IdMaker } from '../core/demo/random.ts';
import type { DemoOrganisation } from '../core/demo/region.ts';
import { saveSignIns } from '../core/demo/sign-ins.ts';
import { refreshMaintained } from '../core/storage/bulk.ts';
import { refreshConsents } from '../core/storage/consents.ts';
import type { Statement, Tx } from '../core/storage/database.ts';
import { types } from '../core/storage/values.ts';
import { demo as movements } from '../plugins/movement-orders/demo/index.ts';
import { consentsOf } from '../plugins/student-card/demo/consents.ts';
import { type Child, familiesOf, type Household } from '../plugins/student-card/demo/families.ts';
import { guardianCard } from '../plugins/student-card/demo/guardians.ts';
import { studentCard } from '../plugins/student-card/demo/students.ts';

export interface Scale {
  municipalities: number;
  organisations: number;
  students: number;
  staff: number;
}

export const SCALES: Record<'small' | 'full', Scale> = {
  small: { municipalities: 3, organisations: 60, students: 30_000, staff: 4_000 },
  full: { municipalities: 40, organisations: 1_200, students: 300_000, staff: 40_000 },
};

/** Students of the one organisation whose export is measured. */
export const EXPORTED = 10_000;
/** Organisations whose secretaries work at once in the other measurements. */
export const WORKING = 8;

const TODAY = '2026-11-22';
const LETTERS = ['А', 'Б'];

/**
 * Fills a migrated, empty database. Each organisation has a connection of its own: one connection keeps the plans
 * that it made for its checks of references while the tables were empty, and reads whole tables by them ever after.
 */
export async function buildData(
  ownerUrl: string,
  catalogue: Catalogue,
  scale: Scale,
  say: (text: string) => void,
): Promise<void> {
  const inOne: Transactions = async work => {
    const client = new pg.Client({ connectionString: ownerUrl, options: '-c timezone=UTC', types });
    await client.connect();
    try {
      await client.query('begin');
      const result = await work({
        query: async <R>({ text, values }: Statement) =>
          (await client.query(text, values as unknown[])).rows as R[],
      });
      await client.query('commit');
      return result;
    } finally {
      await client.end();
    }
  };
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from organisation limit 1');
    if (rowCount !== 0) throw new Error('Данные замера не доделаны: удалите папку замера и повторите.');
    await new Region(inOne, catalogue, scale, async done => {
      if (done === 1 || done % 20 === 0) await client.query('analyze');
      if (done % 20 === 0) say(`Организаций: ${done}`);
    }).build();
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

type Transactions = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

class Region {
  readonly #inOne: Transactions;
  readonly #catalogue: Catalogue;
  readonly #scale: Scale;
  readonly #after: (organisations: number) => Promise<void>;
  readonly #snils = new Set<string>();
  readonly #signIns: DemoStore['signIns'] = [];

  constructor(
    inOne: Transactions,
    catalogue: Catalogue,
    scale: Scale,
    after: (organisations: number) => Promise<void>,
  ) {
    this.#inOne = inOne;
    this.#catalogue = catalogue;
    this.#scale = scale;
    this.#after = after;
  }

  async build(): Promise<void> {
    const { municipalities, organisations, students } = this.#scale;
    const above = await this.#inOne(async tx => {
      const region = await this.#unit(tx, null, 'region', 'Минобр');
      const ids: number[] = [];
      for (let n = 0; n < municipalities; n++)
        ids.push(await this.#unit(tx, region, 'municipality', `Район ${n + 1}`));
      return ids;
    });
    const usual = Math.round((students - EXPORTED) / (organisations - 1));
    for (let n = 0; n < organisations; n++) {
      const municipality = above[n % municipalities] as number;
      const children = n === organisations - 1 ? EXPORTED : usual;
      await this.#inOne(async tx => {
        const id = await this.#unit(tx, municipality, 'organisation', `Школа ${n + 1}`);
        await this.#school(tx, schoolOf(n, id, municipality, children), n);
      });
      await this.#after(n + 1);
    }
    const ids = new IdMaker('bench sign-ins', `${TODAY}T06:00:00Z`);
    await this.#inOne(tx => saveSignIns(tx, this.#signIns, ids));
  }

  async #unit(tx: Tx, parent: number | null, level: string, name: string): Promise<number> {
    const [row] = await tx.query<{ id: number }>({
      text: 'insert into organisation (parent_id, level, name, full_name) values ($1, $2, $3, $3) returning id',
      values: [parent, level, name],
    });
    const { id } = row as { id: number };
    if (level === 'organisation')
      await tx.query({
        text: `insert into organisation_type (organisation_id, type) values ($1, 'general')`,
        values: [id],
      });
    return id;
  }

  async #school(tx: Tx, organisation: DemoOrganisation, n: number): Promise<void> {
    const store = {
      tx,
      catalogue: this.#catalogue,
      today: TODAY,
      organisations: [organisation],
      records: new Map(),
      signIns: [],
      changes: [],
      forms: [],
      // Whatever else plugins may ask of a demo region, these generators do not.
    } as Partial<DemoStore> as DemoStore;
    const context = new DemoContext(store, `bench ${n}`);
    await addGroups(context, organisation);
    await this.#families(context);
    await movements(context);
    await this.#staff(context, organisation);
    const moved = this.#catalogue.entities.get('movement-line');
    if (moved) await refreshMaintained(tx, this.#catalogue, moved, [organisation.id], TODAY);
    await refreshConsents(tx, this.#catalogue, { organisationIds: [organisation.id] });
    const last = n === this.#scale.organisations - 1;
    if (n < WORKING || last)
      this.#signIns.push({
        login: last ? 'bench-export' : `bench-${n}`,
        role: 'secretary',
        organisationId: organisation.id,
        from: '2026-08-25',
      });
  }

  async #families(context: DemoContext): Promise<void> {
    const cards: Record<string, Parameters<DemoContext['insert']>[1]> = {
      guardian: [],
      student: [],
      guardianship: [],
      consent: [],
    };
    for (const household of familiesOf(context)) {
      const people = [...household.adults, ...household.children].map(({ person }) => person);
      for (const person of people) {
        // Drawn at random, so among a million people a few would have the same number.
        if (person.snils !== undefined && this.#snils.has(person.snils)) delete person.snils;
        else if (person.snils !== undefined) this.#snils.add(person.snils);
      }
      addHousehold(context, household, cards);
    }
    for (const [entity, records] of Object.entries(cards)) await context.insert(entity, records);
  }

  async #staff(context: DemoContext, organisation: DemoOrganisation): Promise<void> {
    const { random } = context;
    const count = Math.round(this.#scale.staff / this.#scale.organisations);
    const posts = Array.from({ length: count }, () => {
      const { snils: _, ...person } = context.people.adult(
        random.chance(0.8) ? 'f' : 'm',
        '1962-01-01',
        '2001-12-31',
      );
      return {
        id: context.newId(),
        organisationId: organisation.id,
        person,
        mainPosition: 'uchitel',
        status: 'active',
      };
    });
    await context.insert('staff-member', posts);
  }
}

function schoolOf(n: number, id: number, municipalityId: number, children: number): DemoOrganisation {
  const town = { name: 'г. Яснополь', postcode: '6590', phoneCode: '3991', settlement: 'urban' as const };
  const name = `Школа ${n + 1}`;
  return {
    key: `school-${n + 1}`,
    id,
    name,
    fullName: name,
    types: ['general'],
    legalForm: 'mbou',
    municipality: { id: municipalityId, name: 'Район', authority: 'Управление образования' },
    town,
    street: 'ул. Озёрная',
    house: String(n + 1),
    children,
  };
}

async function addGroups(context: DemoContext, organisation: DemoOrganisation): Promise<void> {
  const year = { id: context.newId(), organisationId: organisation.id };
  await context.insert('school-year', [
    { ...year, name: '2026/2027', startsOn: '2026-09-01', endsOn: '2027-05-26', closed: false },
  ]);
  const letters = organisation.children > 5_000 ? [...'АБВГДЕЖИКЛМНОПРСТУФХ'] : LETTERS;
  const groups = letters.flatMap(letter =>
    Array.from({ length: 11 }, (_, grade) => ({
      id: context.newId(),
      organisationId: organisation.id,
      schoolYear: year.id,
      kind: 'class',
      name: `${grade + 1}${letter}`,
      grade: grade + 1,
      letter,
      capacity: 30,
      shift: '1',
    })),
  );
  await context.insert('study-group', groups);
}

function addHousehold(
  context: DemoContext,
  household: Household,
  cards: Record<string, Parameters<DemoContext['insert']>[1]>,
): void {
  const home = context.address((household.children[0] as Child).organisation);
  const guardians = household.adults.map(adult => ({
    adult,
    card: guardianCard(context, adult, (household.children[0] as Child).organisation, home),
  }));
  cards.guardian?.push(...guardians.map(({ card }) => card));
  for (const child of household.children) {
    const student = studentCard(context, child, household, home, true);
    cards.student?.push(student);
    cards.consent?.push(...consentsOf(context, { child, household, student }));
    for (const { adult, card } of guardians)
      cards.guardianship?.push({
        id: context.newId(),
        organisationId: child.organisation.id,
        student: student.id,
        guardian: card.id,
        kinship: adult.kinship,
        livesTogether: true,
      });
  }
}
