/**
 * Routes that are not about one card: what each answers to each role. A route that stands neither here nor among
 * those of cards fails the matrix: whoever adds it says here who may call it.
 */
import type { Entity } from '../../../core/catalogue/types.ts';
import { accountRoutes } from './accounts.ts';
import { formRoutes } from './forms.ts';
import { codeOf, type Probe } from './probe.ts';
import { isIn, type Region, type Who } from './region.ts';
import { mergeRoutes, requestRoutes } from './requests.ts';
import type { Tally } from './tally.ts';

const open =
  (url: string): Probe =>
  async (_region, who, say) =>
    say(codeOf(await who.client.get(url)), '200');

const entitiesOf = (region: Region): Entity[] => [...region.world.catalogue.entities.values()];
const reads = (region: Region, who: Who, entity: Entity) =>
  region.isOn(who, entity) && region.oracle(who).may(entity.id);
const holdsAction = (region: Region, who: Who, entity: Entity, action: string) =>
  region.isOn(who, entity) && region.oracle(who).tuples(entity.id, action).length > 0;

const modulesReaders = ['region-admin', 'municipal-operator', 'org-admin', 'director', 'coordinator'];

export const plainRoutes: Record<string, Probe> = {
  ...accountRoutes,
  ...requestRoutes,
  ...mergeRoutes,
  ...formRoutes,
  'GET /healthz': open('/healthz'),
  'GET /readyz': open('/readyz'),
  'GET /api/sign-in-hints': open('/api/sign-in-hints'),
  'GET /api/session': async (_region, who, say) => {
    const got = await who.client.get<{ active: { role: string } }>('/api/session');
    say(got.body.active.role, who.role);
  },
  'POST /api/session': async ({ app }, who, say) => {
    const login = who.client.session.user.login;
    const got = await app.stranger.post('/api/session', { login, password: 'not the password' });
    say(got.status >= 400 && got.status < 500, true);
  },
  'DELETE /api/session': async ({ app }, who, say) => {
    const other = await app.signIn(who.client.session.user.login);
    say((await other.delete('/api/session')).status < 300, true);
    say((await other.get('/api/session')).status, 401);
    say((await who.client.get('/api/session')).status, 200);
  },
  'PUT /api/session/active': async (region, who, say) => {
    const own = who.actor.appointmentId;
    say((await who.client.put('/api/session/active', { appointment: own })).status < 300, true);
    const login = who.client.session.user.login;
    const foreign = region.people.find(other => other.client.session.user.login !== login);
    const got = await who.client.put('/api/session/active', { appointment: foreign?.actor.appointmentId });
    say(got.status === 403 || got.status === 404, true);
  },
  'POST /api/session/confirm': async (_region, who, say) => {
    const got = await who.client.post('/api/session/confirm', { password: 'kartoteka-demo' });
    say(got.status, 204);
  },
  'GET /api/session/second-factor': async (_region, who, say) => {
    const got = await who.client.get('/api/session/second-factor');
    say(got.body, { enrolled: false, required: false, recovery: 0 });
  },
  'POST /api/session/second-factor': async (_region, who, say) => {
    const got = await who.client.post<{ secret: string }>('/api/session/second-factor');
    say(got.status, 200);
  },
  'POST /api/session/second-factor/confirm': async (_region, who, say) =>
    say(
      codeOf(await who.client.post('/api/session/second-factor/confirm', { otp: 'abcdef' })),
      '422 OTP_WRONG',
    ),
  'POST /api/session/second-factor/remove': async (_region, who, say) =>
    say(
      codeOf(await who.client.post('/api/session/second-factor/remove', { otp: 'abcdef' })),
      '422 OTP_WRONG',
    ),
  'GET /api/session/logins': async (_region, who, say) => {
    const got = await who.client.get<{ items: { current: boolean }[] }>('/api/session/logins');
    say(got.body.items.filter(one => one.current).length, 1);
  },
  'DELETE /api/session/logins/:id': async (region, who, say) => {
    // Nobody ends the login of another.
    const other = region.people.find(one => one.actor.userId !== who.actor.userId);
    const theirs = await other?.client.get<{ items: { id: string }[] }>('/api/session/logins');
    const got = await who.client.delete(`/api/session/logins/${theirs?.body.items[0]?.id}`);
    say(codeOf(got), '404 NOT_FOUND');
  },
  'PUT /api/session/password': async (_region, who, say) => {
    const got = await who.client.put('/api/session/password', { current: 'wrong', next: 'kartoteka-demo-2' });
    say(got.status >= 400 && got.status < 500, true);
  },
  'GET /api/entities': async (region, who, say) => {
    const got = await who.client.get<{ items: { id: string }[] }>('/api/entities');
    const expected = entitiesOf(region).filter(entity => reads(region, who, entity));
    say(got.body.items.map(item => item.id).sort(), expected.map(entity => entity.id).sort());
  },
  // Of the own person: where one has a card to which the right holds.
  'GET /api/people/:id/extract': async (region, who, say) => {
    const id = who.actor.personId ?? '00000000-0000-7000-8000-000000000000';
    const got = await who.client.get(`/api/people/${id}/extract`);
    const held = entitiesOf(region).some(
      entity =>
        holdsAction(region, who, entity, 'extract') &&
        [...(region.world.rows.get(entity.id)?.values() ?? [])].some(
          row =>
            row.personId === id &&
            row.organisationId === who.actor.organisationId &&
            region.oracle(who, 'extract').holding(entity.id, row, 'extract').length > 0,
        ),
    );
    say(codeOf(got), held ? '200' : '404 NOT_FOUND');
  },
  'GET /api/dictionaries': open('/api/dictionaries'),
  'GET /api/dictionaries/:id': open('/api/dictionaries/kinship'),
  'GET /api/openapi.json': open('/api/openapi.json'),
  'GET /api/docs': open('/api/docs'),
  'GET /api/docs/:file': async (_region, who, say) => {
    const got = await who.client.get('/api/docs/package.json');
    say(got.status === 404 || got.status === 400, true);
  },
  'POST /api/people/search': async (region, who, say) => {
    const adds = entitiesOf(region).some(
      entity => entity.person && holdsAction(region, who, entity, 'create'),
    );
    const got = await who.client.post('/api/people/search', { lastName: 'Иван' });
    say(codeOf(got), adds ? '200' : '403 FORBIDDEN');
  },
  'GET /api/home': async (region, who, say) => {
    const got = await who.client.get<{
      debts: { entity: string }[];
      changes: { entity: string; id: string }[];
    }>('/api/home');
    say(codeOf(got), '200');
    const byId = new Map(entitiesOf(region).map(entity => [entity.id, entity]));
    for (const { entity: id } of got.body.debts)
      say(holdsAction(region, who, byId.get(id) as Entity, 'update'), true);
    say(unseen(region, who, got.body.changes), []);
  },
  'POST /api/search': async (region, who, say) => {
    const got = await who.client.post<{ items: { entity: string; id: string }[] }>('/api/search', {
      q: 'Иван',
    });
    say(codeOf(got), '200');
    say(unseen(region, who, got.body.items), []);
  },
  'GET /api/organisations': async (region, who, say) => {
    const got = await who.client.get<{ items: { id: number }[] }>('/api/organisations');
    const inScope = region.world.organisations.filter(one => isIn(who.actor, one.id));
    say(got.body.items.map(item => item.id).sort(), inScope.map(one => one.id).sort());
  },
  'GET /api/modules': async (_region, who, say) =>
    say(
      codeOf(await who.client.get('/api/modules')),
      modulesReaders.includes(who.role) ? '200' : '403 FORBIDDEN',
    ),
  'PUT /api/modules/:plugin/enablement': async (_region, who, say) => {
    // An empty change is refused to everybody, but only the holder of the duty learns why.
    const got = await who.client.put('/api/modules/student-card/enablement', {});
    say(got.status === 403, who.role !== 'region-admin');
    say(got.status < 300, false);
  },
  'GET /api/report-sources': async (region, who, say) => {
    const got = await who.client.get<{ items: { id: string; fields: { path: string }[] }[] }>(
      '/api/report-sources',
    );
    const expected = entitiesOf(region)
      .filter(entity => reads(region, who, entity))
      .map(entity => [
        entity.id,
        [...entity.fields.values()]
          .filter(field => field.kind !== 'rows' && region.oracle(who).known(entity.id, field.path))
          .map(field => field.path),
      ]);
    // Beside its own fields every card has a few of the system: not this test's matter.
    const shown = got.body.items.map(item => {
      const own = region.world.catalogue.entities.get(item.id)?.fields;
      return [item.id, item.fields.map(field => field.path).filter(path => own?.has(path))];
    });
    say(shown, expected);
  },
  'GET /api/reports': async (region, who, say) => {
    const got = await who.client.get<{ items: { id: string }[] }>('/api/reports');
    say(got.body.items.map(item => item.id).sort(), reportsOf(region, who).sort());
  },
  'GET /api/reports/:id': async (region, who, say) => {
    const visible = reportsOf(region, who);
    for (const id of region.world.catalogue.reports.keys())
      say(codeOf(await who.client.get(`/api/reports/${id}`)), visible.includes(id) ? '200' : '404 NOT_FOUND');
  },
};

function reportsOf(region: Region, who: Who): string[] {
  const { catalogue } = region.world;
  return [...catalogue.reports.values()].flatMap(({ id, plugin, definition }) => {
    const { audience, source } = definition as { audience?: string[]; source: string };
    const entity = catalogue.entities.get(source);
    const on =
      entity && reads(region, who, entity) && region.isOn(who, { ...entity, plugin, builtin: false });
    return on && (audience === undefined || audience.includes(who.role)) ? [id] : [];
  });
}

/** Cards of an answer that are not to be in it. */
const unseen = (region: Region, who: Who, items: readonly { entity: string; id: string }[]): string[] =>
  items.flatMap(({ entity, id }) => {
    const row = region.world.rows.get(entity)?.get(id);
    return row !== undefined && region.oracle(who).sees(entity, row) ? [] : [`${entity} ${id}`];
  });

export async function askPlainRoutes(region: Region, tally: Tally, who: Who): Promise<void> {
  for (const [route, probe] of Object.entries(plainRoutes)) {
    tally.cell(route, who.role);
    await probe(region, who, (got, expected) => tally.check(`${route} | ${who.role}`, got, expected));
  }
}
