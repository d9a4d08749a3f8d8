/** The boxes of proposals: everybody has them; nobody decides about, or takes back, what does not concern them. */
import { NOBODY } from './asking.ts';
import { codeOf, type Probe } from './probe.ts';

const unreachable =
  (act: string, body: object): Probe =>
  async (_region, who, say) =>
    say(codeOf(await who.client.post(`/api/requests/${NOBODY}/${act}`, body)), '404 NOT_FOUND');

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
