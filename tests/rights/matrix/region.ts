/** The demo region for the matrix: one signed-in person of every role, and every card as stored. */
import type { Actor } from '../../../core/access/actor.ts';
import type { Entity, Field } from '../../../core/catalogue/types.ts';
import type { Expression } from '../../../core/expressions/types.ts';
import type { TestApp, TestClient } from '../../support/app.ts';
import { demoDay } from '../../support/database.ts';
import type { Condition, Reader } from '../conditions.ts';
import { Oracle, type TestGrant } from '../oracle.ts';
import type { Organisation, Row, Value, World } from '../world.ts';

export interface Who {
  role: string;
  client: TestClient;
  actor: Actor;
}

/** `own`: an organisation in scope. A region has no foreign one. */
export type Place = 'own' | 'foreign';

export interface Region {
  app: TestApp;
  world: World;
  grants: TestGrant[];
  people: Who[];
  oracle(who: Who, action?: string): Oracle;
  /** The remembered cards have changed: what oracles have found out of them holds no longer. */
  changed(): void;
  /** Reads the cards of a kind again. */
  reread(entity: Entity): Promise<void>;
  /** Is the plugin of the card on for the actor's organisation? */
  isOn(who: Who, entity: Entity): boolean;
  places(who: Who): Place[];
  /** A card in the place, one that the actor sees if there is one; undefined where there are none at all. */
  sample(who: Who, entity: Entity, place: Place): Row | undefined;
}

export async function theRegion(app: TestApp): Promise<Region> {
  const world = await readWorld(app);
  const grants = app.services.catalogue.grants.map(grant =>
    typeof grant.rows === 'string' ? grant : { ...grant, condition: conditionOf(grant.entity, grant.rows) },
  );
  const people = await signEveryoneIn(app, world);
  const on = await enabledTypes(app);
  const oracles = new Map<string, Oracle>();
  const region: Region = {
    app,
    world,
    grants,
    people,
    oracle: (who, action = 'read') => {
      const key = `${who.role} ${action}`;
      const oracle = oracles.get(key) ?? new Oracle(world, grants, who.actor, action);
      oracles.set(key, oracle);
      return oracle;
    },
    changed: () => oracles.clear(),
    reread: async entity => {
      const known = world.rows.get(entity.id) as Map<string, Row>;
      // The rows of questions that are being asked stay the same objects.
      for (const row of await readRows(app, entity))
        known.set(row.id, Object.assign(known.get(row.id) ?? row, row));
      oracles.clear();
    },
    isOn: (who, entity) => entity.builtin || on(who.actor, entity.plugin),
    places: who => (who.actor.everywhere ? ['own'] : ['own', 'foreign']),
    sample: (who, entity, place) => {
      const rows = [...(world.rows.get(entity.id)?.values() ?? [])].filter(
        row => isIn(who.actor, entity.builtin ? Number(row.id) : row.organisationId) === (place === 'own'),
      );
      const oracle = region.oracle(who);
      return rows.find(row => region.isOn(who, entity) && oracle.sees(entity.id, row)) ?? rows[0];
    },
  };
  return region;
}

export const isIn = (actor: Actor, organisation: number | null): boolean =>
  actor.everywhere || organisation === null || actor.organisationIds.includes(organisation);

interface OrganisationRow extends Organisation {
  types: string[];
}

let organisationTypes = new Map<number, string[]>();

async function readWorld(app: TestApp): Promise<World> {
  const { catalogue } = app.services;
  const organisations = await app.db.owner<OrganisationRow & Record<string, unknown>>(
    `select o.id, o.level, o.parent_id as parent, o.name, o.full_name,
       array(select type from organisation_type t where t.organisation_id = o.id) as types from organisation o order by o.id`,
  );
  organisationTypes = new Map(organisations.map(one => [one.id, one.types]));
  const rows: World['rows'] = new Map();
  for (const entity of catalogue.entities.values())
    rows.set(entity.id, new Map((await readRows(app, entity)).map(row => [row.id, row])));
  return { db: app.db, catalogue, installed: catalogue, customFields: [], organisations, rows };
}

async function readRows(app: TestApp, entity: Entity): Promise<Row[]> {
  const person = entity.person ? 'left join person p on p.id = t.person_id' : '';
  const found = await app.db.owner<{ own: Record<string, Value>; person?: Record<string, Value> }>(
    `select to_jsonb(t) as own ${person ? ', to_jsonb(p) as person' : ''} from "${entity.table}" t ${person} order by t.id`,
  );
  const filled = new Map<string, Set<string>>();
  for (const field of entity.fields.values())
    if (field.kind === 'rows') {
      const having = await app.db.owner<{ record_id: string }>(
        `select distinct record_id from "${field.sqlType}"`,
      );
      filled.set(field.path, new Set(having.map(one => one.record_id)));
    }
  return found.map(({ own, person: identity }) => {
    const value = (field: Field): Value => {
      if (field.kind === 'rows') return filled.get(field.path)?.has(String(own.id)) ? [] : null;
      return (field.owner === 'person' ? identity : own)?.[field.column] ?? null;
    };
    return {
      id: String(own.id),
      organisationId: (own.organisation_id as number | undefined) ?? null,
      personId: (own.person_id as string | undefined) ?? null,
      values: new Map([...entity.fields.values()].map(field => [field.path, value(field)])),
      absent: (own.absent ?? []) as string[],
    };
  });
}

async function signEveryoneIn(app: TestApp, world: World): Promise<Who[]> {
  const people: Who[] = [];
  for (const { login } of app.services.signInHints) {
    const client = await app.signIn(login);
    for (const { id, role, organisation } of client.session.appointments) {
      if (people.some(who => who.role === role)) continue;
      const own = await app.signIn(login);
      own.actUnder(id);
      const [user] = await app.db.owner<{ id: string; person_id: string }>(
        'select id, person_id from app_user where login = $1',
        [login],
      );
      people.push({ role, client: own, actor: actorOf(world, role, id, organisation.id, user) });
    }
  }
  return people;
}

function actorOf(
  world: World,
  role: string,
  appointmentId: string,
  organisationId: number,
  user: { id: string; person_id: string } | undefined,
): Actor {
  const own = world.organisations.find(one => one.id === organisationId) as Organisation;
  const below = (id: number): number[] => [
    id,
    ...world.organisations.filter(one => one.parent === id).flatMap(one => below(one.id)),
  ];
  return {
    userId: user?.id ?? '',
    personId: user?.person_id ?? null,
    name: role,
    appointmentId,
    role,
    organisationId,
    organisationName: own.name,
    level: own.level,
    organisationIds: own.level === 'region' ? [] : below(organisationId),
    everywhere: own.level === 'region',
    organisationTypes: organisationTypes.get(organisationId) ?? [],
    plugins: new Set(),
    today: demoDay,
    address: '',
  };
}

/** The demo region switches modules on by type only. */
async function enabledTypes(app: TestApp): Promise<(actor: Actor, plugin: string) => boolean> {
  const rows = await app.db.owner<{ plugin: string; organisation_type: string }>(
    'select plugin, organisation_type from enablement where organisation_type is not null and valid_to is null',
  );
  return (actor, plugin) =>
    rows.some(
      row =>
        row.plugin === plugin &&
        [...organisationTypes].some(
          ([id, types]) => isIn(actor, id) && types.includes(row.organisation_type),
        ),
    );
}

/** The row scope of a grant as a predicate of its own, with nothing of the code that makes SQL of it. */
export function conditionOf(kind: string, json: Expression): Condition {
  return {
    json,
    known: () => true,
    test: (reader, row) => {
      const value = answerTo(json, kind, reader, row);
      return value === null ? null : value === true;
    },
  };
}

function answerTo(e: Expression, kind: string, reader: Reader, row: Row): Value {
  if (typeof e !== 'object' || e === null) return e;
  if (Array.isArray(e)) return e.map(item => answerTo(item, kind, reader, row));
  if ('rollup' in e) {
    const { where, rollup, fn } = e;
    const from = cardsBefore(rollup, kind, reader, row);
    const name = rollup.split('.').at(-1) ?? '';
    const to = relationTarget(reader, from.kind, name);
    const many = (from.row ? reader.many(from.kind, from.row, name) : []).filter(
      one => where === undefined || answerTo(where, to, reader, one) === true,
    );
    if (fn === 'exists') return many.length > 0;
    if (fn === 'count') return many.length;
  } else if ('property' in e) return reader.value(kind, row, e.property);
  else if ('actor' in e && e.actor === 'person') return reader.person;
  else if ('actor' in e && e.actor === 'organisation') return reader.organisation;
  else if ('op' in e) {
    const args = e.args.map(arg => answerTo(arg, kind, reader, row));
    const [a = null, b = null] = args;
    if (e.op === 'isNull') return a === null;
    if (e.op === 'or') return args.includes(true) ? true : args.includes(null) ? null : false;
    if (e.op === 'and') return args.includes(false) ? false : args.includes(null) ? null : true;
    if (e.op === 'not') return a === null ? null : a !== true;
    if (a === null || b === null) return null;
    if (e.op === '=') return a === b;
    if (e.op === '<>') return a !== b;
    if (e.op === 'in') return (b as readonly unknown[]).includes(a);
  }
  throw new Error(`the matrix does not know rows of grants like ${JSON.stringify(e)}: teach it`);
}

/** The card whose to-many relation a rollup ends with: `student.guardianships` begins at the student. */
function cardsBefore(path: string, kind: string, reader: Reader, row: Row) {
  let at: { kind: string; row: Row | undefined } = { kind, row };
  for (const name of path.split('.').slice(0, -1))
    at = { kind: relationTarget(reader, at.kind, name), row: at.row && reader.step(at.kind, at.row, name) };
  return at;
}

function relationTarget(reader: Reader, kind: string, name: string): string {
  const target = reader.targetOf(kind, name);
  if (!target) throw new Error(`no relation ${name} of ${kind}`);
  return target;
}
