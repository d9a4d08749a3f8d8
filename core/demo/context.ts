/** What a plugin's `demo/index.ts` gets: the region made so far, seeded chance, people, and a way to put cards in. */
import type { Catalogue } from '../catalogue/types.ts';
import { completeField } from '../forms/check-field.ts';
import { deriveCatalogue } from '../forms/derive.ts';
import { type CustomField, emptyOverlay, type Overlay, type PublishedLayer } from '../forms/layers.ts';
import { type BulkRecord, loadBulk } from '../storage/bulk.ts';
import type { Tx } from '../storage/database.ts';
import { Identifiers } from './identifiers.ts';
import { People } from './people.ts';
import { IdMaker, Random } from './random.ts';
import { type DemoOrganisation, type OrganisationKind, REGION, STREETS } from './region.ts';

/** A demo sign-in asked for by a plugin: a user of the person with the role in the organisation. */
export interface DemoSignIn {
  login: string;
  role: string;
  organisationId: number;
  personId?: string;
  /** Number and day of the order of appointment. */
  orderNumber?: string;
  orderDate?: string;
  from: string;
}

/** A past save of a card, for its history: the card holds the `to` values already. */
export interface DemoChange {
  entity: string;
  record: BulkRecord;
  /** Sign-in of who saved. */
  by: string;
  /** Instant, ISO. */
  at: string;
  /** Path -> values before and after. */
  fields: Record<string, { from?: unknown; to?: unknown }>;
}

/** A change of a card that somebody reported who may not make it (S004-4.5). */
export interface DemoRequest {
  entity: string;
  record: BulkRecord;
  /** Sign-in of who reported. */
  by: string;
  /** Instant, ISO. */
  at: string;
  /** Path -> value as it is to be; and as the card has it. */
  patch: Record<string, unknown>;
  before: Record<string, unknown>;
  reason?: string;
  /** Absent: it waits. */
  refused?: { by: string; comment: string };
}

export interface DemoAddress {
  postcode: string;
  region: string;
  municipality: string;
  city: string;
  street: string;
  house: string;
  flat?: string;
}

/** An organisation that a plugin adds to the region, for a type of its own. */
export interface NewDemoOrganisation {
  key: string;
  /** Key of the municipality: yasnopol, zalesye, tihie. */
  municipality: string;
  name: string;
  fullName: string;
  types: string[];
}

/** Custom fields and an overlay that a level of the demo region has published for a kind of card. */
export interface DemoForm {
  /** Key of an organisation or of a municipality. */
  level: string;
  entity: string;
  /** The same ids every time: `cf_` and ten small letters or digits. */
  fields: (Partial<CustomField> & Pick<CustomField, 'id' | 'kind' | 'title'>)[];
  overlay?: Partial<Overlay>;
  note: string;
  /** Sign-in of who published, and the instant, ISO. */
  by: string;
  at: string;
}

/** What all plugins of one load share. */
export interface DemoStore {
  tx: Tx;
  catalogue: Catalogue;
  today: string;
  organisations: DemoOrganisation[];
  /** Ids of those that plugins added, by key. Other plugins do not know such types and make nothing for them. */
  added: Map<string, number>;
  addOrganisation(organisation: NewDemoOrganisation): Promise<number>;
  records: Map<string, BulkRecord[]>;
  signIns: DemoSignIn[];
  changes: DemoChange[];
  requests: DemoRequest[];
  forms: DemoPublication[];
  municipalities: Map<string, number>;
}

export type DemoPublication = DemoForm & { layer: PublishedLayer & { kind: 'form' } };

export class DemoContext {
  /** ISO day on which the region is looked at. */
  readonly today: string;
  readonly organisations: readonly DemoOrganisation[];
  readonly random: Random;
  readonly people: People;
  readonly identifiers: Identifiers;
  #store: DemoStore;
  #ids: IdMaker;

  constructor(store: DemoStore, seed: string) {
    this.#store = store;
    this.today = store.today;
    this.organisations = store.organisations;
    this.random = new Random(seed);
    this.#ids = new IdMaker(`${seed} ids`, `${store.today.slice(0, 4)}-09-01T06:00:00Z`);
    this.people = new People(this.random, this.#ids);
    this.identifiers = new Identifiers(this.random);
  }

  newId(): string {
    return this.#ids.next();
  }

  /** @throws RangeError if there is no such organisation */
  organisation(key: string): DemoOrganisation {
    const found = this.organisations.find(organisation => organisation.key === key);
    if (found === undefined) throw new RangeError(`the demo region has no organisation ${key}`);
    return found;
  }

  /** @throws RangeError if neither the region nor a plugin has such an organisation */
  organisationId(key: string): number {
    return this.#store.added.get(key) ?? this.organisation(key).id;
  }

  /** Adds an organisation that no other plugin makes cards for. @returns its id */
  async addOrganisation(organisation: NewDemoOrganisation): Promise<number> {
    const id = await this.#store.addOrganisation(organisation);
    this.#store.added.set(organisation.key, id);
    return id;
  }

  ofType(type: OrganisationKind): DemoOrganisation[] {
    return this.organisations.filter(organisation => organisation.types.includes(type));
  }

  /** Stores the cards; fields that movements keep may be left out. */
  async insert(entity: string, records: BulkRecord[]): Promise<void> {
    const layers = this.#store.forms.map(form => form.layer);
    const known = deriveCatalogue(this.#store.catalogue, layers).entities.get(entity);
    if (known === undefined) throw new RangeError(`no card "${entity}" is installed`);
    await loadBulk(this.#store.tx, known, records);
    this.#store.records.set(entity, [...this.records(entity), ...records]);
  }

  /** Cards that this and earlier plugins put in, in the shape they were given. */
  records(entity: string): readonly BulkRecord[] {
    return this.#store.records.get(entity) ?? [];
  }

  /** Codes of a dictionary, in its order. */
  codes(dictionary: string): string[] {
    return (this.#store.catalogue.dictionaries.get(dictionary)?.items ?? []).map(item => item.code);
  }

  signIn(signIn: Omit<DemoSignIn, 'from'> & { from?: string }): void {
    this.#store.signIns.push({ from: '2026-08-25', ...signIn });
  }

  /** Writes a save into the history of a card put in before. */
  change(change: DemoChange): void {
    this.#store.changes.push(change);
  }

  /** Reports a change of a card put in before. */
  request(request: DemoRequest): void {
    this.#store.requests.push(request);
  }

  /** Publishes fields and form of one level; cards put in afterwards may hold values under `ext`. */
  publishForm(form: DemoForm): void {
    const municipality = this.#store.municipalities.get(form.level);
    const fields = form.fields.map(field => completeField(field.id, field));
    this.#store.forms.push({
      ...form,
      layer: {
        id: this.newId(),
        organisationId: municipality ?? this.organisationId(form.level),
        level: municipality === undefined ? 'organisation' : 'municipality',
        kind: 'form',
        subject: form.entity,
        definition: { fields, overlay: { ...emptyOverlay(), ...form.overlay } },
      },
    });
  }

  /** An address in the organisation's town. */
  address(organisation: DemoOrganisation): DemoAddress {
    const { town, municipality } = organisation;
    const rural = town.settlement === 'rural';
    return {
      postcode: `${town.postcode}${this.random.int(10, 49)}`,
      region: REGION.name,
      municipality: municipality.name,
      city: town.name,
      street: this.random.pick(STREETS),
      house: `${this.random.int(1, rural ? 60 : 120)}${this.random.chance(0.1) ? this.random.pick(['а', 'б', '/2']) : ''}`,
      ...(rural || this.random.chance(0.15) ? {} : { flat: String(this.random.int(1, 180)) }),
    };
  }
}
