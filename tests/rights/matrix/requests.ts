/** The boxes of proposals: everybody has them; nobody decides about, or takes back, what does not concern them. */
import { NOBODY } from './asking.ts';
import { codeOf, type Probe } from './probe.ts';
import type { Region, Who } from './region.ts';

const unreachable =
  (act: string, body: object): Probe =>
  async (_region, who, say) =>
    say(codeOf(await who.client.post(`/api/requests/${NOBODY}/${act}`, body)), '404 NOT_FOUND');

/** Who may join entries of one person: whoever holds the action `merge` on a card of a module that is on. */
const merges = (region: Region, who: Who) =>
  [...region.world.catalogue.entities.values()].some(
    entity => region.isOn(who, entity) && region.oracle(who).tuples(entity.id, 'merge').length > 0,
  );
const twoNobodies = { keep: NOBODY, drop: NOBODY.replace(/.$/, 'e') };

export const mergeRoutes: Record<string, Probe> = {
  'GET /api/people/duplicates': async (region, who, say) =>
    say(
      codeOf(await who.client.get('/api/people/duplicates')),
      merges(region, who) ? '200' : '403 FORBIDDEN',
    ),
  'GET /api/people/merges': async (region, who, say) =>
    say(codeOf(await who.client.get('/api/people/merges')), merges(region, who) ? '200' : '403 FORBIDDEN'),
  'POST /api/people/merge': async (region, who, say) => {
    const expected = merges(region, who) ? '404 NOT_FOUND' : '403 FORBIDDEN';
    say(codeOf(await who.client.post('/api/people/merge', twoNobodies)), expected);
    say(codeOf(await who.client.post('/api/people/merge?preview=true', twoNobodies)), expected);
  },
  'POST /api/people/merges/:id/undo': async (region, who, say) =>
    say(
      codeOf(await who.client.post(`/api/people/merges/${NOBODY}/undo`, {})),
      merges(region, who) ? '404 NOT_FOUND' : '403 FORBIDDEN',
    ),
};

export const requestRoutes: Record<string, Probe> = {
  'GET /api/requests': async (_region, who, say) => {
    for (const box of ['incoming', 'outgoing'])
      for (const state of ['open', 'closed'])
        say(codeOf(await who.client.get(`/api/requests?box=${box}&state=${state}`)), '200');
  },
  'GET /api/requests/count': async (_region, who, say) =>
    say(codeOf(await who.client.get('/api/requests/count')), '200'),
  'GET /api/requests/:id': async (_region, who, say) =>
    say(codeOf(await who.client.get(`/api/requests/${NOBODY}`)), '404 NOT_FOUND'),
  'POST /api/requests/:id/approve': unreachable('approve', {}),
  'POST /api/requests/:id/refuse': unreachable('refuse', { comment: 'нет' }),
  'POST /api/requests/:id/withdraw': unreachable('withdraw', {}),
};
