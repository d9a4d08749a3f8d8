/**
 * Accounts as people ask for them: for a person who has a card in scope, for a whole class, as slips on paper.
 * The unit of work stands in accounts.ts and is loaded when it is first needed.
 */
import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import { PdfMaker } from '../documents/pdf.ts';
import type { Expression } from '../expressions/types.ts';
import { badRequest, forbidden, invalid, notFound } from '../problems.ts';
import type { Database } from '../storage/database.ts';
import type { Gateway } from '../storage/gateway.ts';
import type { Opened, Slip, SlipRefusal } from './account.types.ts';
import { AccountDirectory } from './account-directory.ts';
import { CARDS, GROUP, mayAny, onlyOwnGroups, rolesFor, roleTrait } from './account-rights.ts';
import type { Accounts } from './accounts.ts';
import { proposeLogin } from './logins.ts';

export interface OpenRequest {
  /** The person's card; absent for officials of authorities, who have none. */
  card?: { kind: 'staff' | 'student' | 'guardian'; id: string };
  login?: string;
  appointment: {
    role: string;
    /** Default: where the card stands. */
    organisation?: number;
    orderNumber?: string;
    orderDate?: string;
    from?: string;
    to?: string;
  };
}

export interface SlipsRequest {
  /** Students of a group, or who represents them. */
  group?: { id: string; of: 'student' | 'guardian' };
  /** Everybody of the staff who has an account. */
  staff?: boolean;
  /** Accounts by their ids. */
  ids?: string[];
  /** New passwords also for those who have chosen one. */
  renew?: boolean;
}

export interface SlipsAnswer {
  /** Caption of the group; absent for staff and picked accounts. */
  group?: string;
  items: (Slip & { name: string })[];
  skipped: { name: string; reason: SlipRefusal }[];
}

interface Known {
  personId: string;
  organisationId: number;
  lastName: string;
  firstName: string;
  middleName: string | null;
}

interface SlipsOf {
  people: Known[];
  role?: string;
  inOwnGroup: boolean;
  group?: string;
}

/** More than the largest staff list; a page of cards holds as many. */
export const SLIPS_MAX = 500;

const KNOWN = `select distinct on (p.last_name, p.first_name, p.id) p.id as "personId",
    f.organisation_id as "organisationId", p.last_name as "lastName", p.first_name as "firstName",
    p.middle_name as "middleName"
  from facet f join person p on p.id = f.person_id
  where ($3 or f.organisation_id = any ($4::int[]))`;

export class AccountOffice {
  readonly directory: AccountDirectory;
  readonly pdf = new PdfMaker();
  readonly #database: Database;
  readonly #gateway: Gateway;
  readonly #openAccounts: () => Promise<Accounts>;
  #accounts: Promise<Accounts> | undefined;

  constructor(deps: {
    database: Database;
    gateway: Gateway;
    clock: Clock;
    connectionString: string;
    roles: ReadonlySet<string>;
  }) {
    this.#database = deps.database;
    this.#gateway = deps.gateway;
    this.directory = new AccountDirectory(deps.database, deps.roles);
    this.#openAccounts = async () => (await import('./accounts.ts')).Accounts.open(deps);
  }

  /** The unit of work. */
  accounts(): Promise<Accounts> {
    this.#accounts ??= this.#openAccounts().catch(error => {
      this.#accounts = undefined;
      throw error;
    });
    return this.#accounts;
  }

  async close(): Promise<void> {
    await Promise.all([this.pdf.close(), this.#accounts?.then(accounts => accounts.close())]);
  }

  /** @throws Problem NOT_FOUND for a card out of scope, FORBIDDEN, INVALID, LOGIN_TAKEN, LOGIN_INVALID */
  async open(actor: Actor, request: OpenRequest): Promise<Opened> {
    const { card, appointment } = request;
    const { kind } = roleTrait(appointment.role);
    if (!rolesFor(actor, 'appoint', [appointment.role]).length)
      throw forbidden('Назначать на эту роль вам не поручено');
    const needed = kind === 'authority' ? 'staff' : kind;
    if (card ? card.kind !== needed : kind !== 'authority')
      throw invalid([
        {
          path: '/card',
          code: 'CHOICE',
          message: 'Выберите человека, у которого есть карточка для этой роли',
        },
      ]);
    const known = card && (await this.#ofCards(actor, CARDS[card.kind].entity, [card.id]))[0];
    if (card && !known) throw notFound('Такой карточки нет или она вам недоступна');
    const organisationId = appointment.organisation ?? known?.organisationId ?? actor.organisationId;
    if (known && organisationId !== known.organisationId && !actor.everywhere)
      throw forbidden('Назначать можно в организации, где стоит карточка');
    const login = request.login?.trim() || (known && proposeLogin(nameOf(known)));
    if (!login) throw invalid([{ path: '/login', code: 'REQUIRED', message: 'Укажите имя для входа' }]);
    const { role, orderNumber, orderDate, from, to } = appointment;
    return (await this.accounts()).open(
      { ...(known ? { id: known.personId } : {}), login, exact: Boolean(request.login?.trim()) },
      {
        role,
        organisationId,
        ...(orderNumber?.trim() ? { orderNumber: orderNumber.trim() } : {}),
        ...(orderDate ? { orderDate } : {}),
        ...(from ? { validFrom: from } : {}),
        ...(to ? { validTo: to } : {}),
      },
      actor,
    );
  }

  /** One-time passwords for many, told once. Whoever cannot be given one is named with the reason. */
  async slips(actor: Actor, request: SlipsRequest): Promise<SlipsAnswer> {
    const asked = await this.#slipsOf(actor, request);
    const accounts = await this.accounts();
    const answer: SlipsAnswer = { items: [], skipped: [], ...(asked.group ? { group: asked.group } : {}) };
    const { role, inOwnGroup } = asked;
    // One after another: each password is hashed, and sign-ins of others must not wait for a whole school.
    for (const known of asked.people) {
      const name = fullName(known);
      const { personId, organisationId } = known;
      const login = proposeLogin(nameOf(known));
      const slip = await accounts.slip(
        { personId, organisationId, login, ...(role ? { role } : {}) },
        { renew: request.renew === true, inOwnGroup, by: actor },
      );
      if (typeof slip === 'string') answer.skipped.push({ name, reason: slip });
      else answer.items.push({ ...slip, name });
    }
    return answer;
  }

  async #slipsOf(actor: Actor, { group, staff, ids }: SlipsRequest): Promise<SlipsOf> {
    if ([group, staff || undefined, ids].filter(one => one !== undefined).length !== 1)
      throw badRequest('CHOICE', 'Назовите что-то одно: класс, сотрудников или учётные записи');
    if (!mayAny(actor, 'slips') || (onlyOwnGroups(actor) && !group))
      throw forbidden('Пароли этим людям выдаёт администратор');
    if (group) return this.#ofGroup(actor, group);
    if (ids) return { people: await this.#ofAccounts(actor, ids), inOwnGroup: false };
    if (!rolesFor(actor, 'slips', ['teacher']).length)
      throw forbidden('Пароли сотрудникам выдаёт администратор');
    const page = await this.#gateway.list(actor, CARDS.staff.entity, { fields: [], limit: SLIPS_MAX });
    const people = await this.#ofCards(
      actor,
      CARDS.staff.entity,
      page.items.map(({ id }) => String(id)),
    );
    return { people, inOwnGroup: false };
  }

  async #ofGroup(actor: Actor, { id, of }: { id: string; of: 'student' | 'guardian' }): Promise<SlipsOf> {
    const { entity, role, ofGroup } = CARDS[of];
    const groups = await this.#gateway.list(actor, GROUP.entity, {
      filter: { op: '=', args: [{ property: 'id' }, id] },
      fields: [GROUP.leader],
    });
    const [group] = groups.items;
    if (!group) throw notFound();
    const [leader] = await this.#ofCards(
      actor,
      CARDS.staff.entity,
      [group[GROUP.leader] ?? []].flat() as string[],
    );
    const leads = actor.personId !== null && leader?.personId === actor.personId;
    if (!leads && onlyOwnGroups(actor)) throw forbidden('Пароли выдаёт классный руководитель этого класса');
    if (!rolesFor(actor, 'slips', [role]).length) throw forbidden('Пароли этим людям выдаёт администратор');
    const inGroup: Expression = { op: '=', args: [{ property: ofGroup.group }, id] };
    const fields = ofGroup.record === 'id' ? [] : [ofGroup.record];
    const page = await this.#gateway.list(actor, ofGroup.list, { filter: inGroup, fields, limit: SLIPS_MAX });
    const cards = page.items.map(item => String(item[ofGroup.record]));
    const people = await this.#ofCards(actor, entity, cards);
    return { people, role, inOwnGroup: leads, group: String(group.label) };
  }

  #ofCards(actor: Actor, entity: string, ids: string[]): Promise<Known[]> {
    const text = `${KNOWN} and f.entity = $1 and f.record_id = any ($2::uuid[]) order by p.last_name, p.first_name, p.id`;
    const values = [entity, ids, actor.everywhere, actor.organisationIds];
    return this.#database.read<Known>(actor, { text, values });
  }

  /** People of accounts; those whom the organisation does not know are left out. */
  async #ofAccounts(actor: Actor, ids: string[]): Promise<Known[]> {
    const rows = await this.#database.system(tx =>
      tx.query<{ person_id: string }>({
        text: 'select person_id from app_user where id = any ($1::uuid[]) and person_id is not null',
        values: [ids],
      }),
    );
    const text = `${KNOWN} and $1::text is null and f.person_id = any ($2::uuid[]) order by p.last_name, p.first_name, p.id`;
    const people = rows.map(row => row.person_id);
    return this.#database.read<Known>(actor, {
      text,
      values: [null, people, actor.everywhere, actor.organisationIds],
    });
  }
}

const nameOf = ({ lastName, firstName, middleName }: Known) => ({
  lastName,
  firstName,
  ...(middleName ? { middleName } : {}),
});

const fullName = ({ lastName, firstName, middleName }: Known) =>
  [lastName, firstName, middleName].filter(Boolean).join(' ');
