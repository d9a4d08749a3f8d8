/** Routes of accounts and appointments: who may do it at all, and never with an account of another organisation. */

import { codeOf, type Probe } from './probe.ts';
import { isIn, type Region, type Who } from './region.ts';

const office = ['org-admin', 'director', 'hr', 'secretary', 'region-admin'];
const slips = ['org-admin', 'director', 'hr', 'secretary', 'class-teacher', 'curator'];

const NOBODY = '00000000-0000-7000-8000-00000000dead';

/** Those who work outside the actor's scope with all their appointments; to a region nobody does. */
function strangers(region: Region, who: Who): Who[] {
  const known = new Set(
    region.people
      .filter(other => isIn(who.actor, other.actor.organisationId))
      .map(other => other.actor.userId),
  );
  return region.people.filter(other => !known.has(other.actor.userId));
}
const stranger = (region: Region, who: Who): Who | undefined => strangers(region, who)[0];

/** Refused by right before anything is looked at; to a holder the account of another organisation is not there. */
const onAccount =
  (method: 'post' | 'patch', url: (id: string) => string, body?: object): Probe =>
  async (region, who, say) => {
    const holds = office.includes(who.role);
    const nobody = await who.client[method](url(NOBODY), body);
    say(codeOf(nobody), holds ? '404 NOT_FOUND' : '403 FORBIDDEN');
    const foreign = stranger(region, who);
    if (!foreign) return;
    const id = url('').includes('appointments/') ? foreign.actor.appointmentId : foreign.actor.userId;
    const got = await who.client[method](url(id), body);
    say(['403 FORBIDDEN', '404 NOT_FOUND'].includes(codeOf(got)), true);
  };

const listed = async (region: Region, who: Who, say: Parameters<Probe>[2], method: 'get' | 'post') => {
  type Page = { items: { id: string; appointments: { organisation: { id: number } }[] }[] };
  const got =
    method === 'get'
      ? await who.client.get<Page>('/api/accounts')
      : await who.client.post<Page>('/api/accounts/query', { q: 'Иван' });
  say(codeOf(got), office.includes(who.role) ? '200' : '403 FORBIDDEN');
  if (got.status !== 200) return;
  const outside = strangers(region, who);
  say(
    got.body.items.filter(item => outside.some(other => other.actor.userId === item.id)).map(item => item.id),
    [],
  );
};

export const accountRoutes: Record<string, Probe> = {
  'GET /api/accounts': (region, who, say) => listed(region, who, say, 'get'),
  'POST /api/accounts/query': (region, who, say) => listed(region, who, say, 'post'),
  'GET /api/accounts/staffing': async (_region, who, say) =>
    say(
      codeOf(await who.client.get('/api/accounts/staffing')),
      office.includes(who.role) ? '200' : '403 FORBIDDEN',
    ),
  'POST /api/accounts': async (_region, who, say) => {
    const body = {
      card: { kind: 'staff', id: NOBODY },
      login: 'nobody',
      appointment: { role: 'region-admin' },
    };
    const got = await who.client.post('/api/accounts', body);
    // Nobody gives the right of a region from below, and nobody without a card gets an account.
    say(got.status < 300, false);
    if (!office.includes(who.role)) say(codeOf(got), '403 FORBIDDEN');
  },
  'POST /api/accounts/:id/block': onAccount('post', id => `/api/accounts/${id}/block`),
  'POST /api/accounts/:id/unblock': onAccount('post', id => `/api/accounts/${id}/unblock`),
  'POST /api/accounts/:id/password': onAccount('post', id => `/api/accounts/${id}/password`),
  'POST /api/accounts/:id/appointments': async (region, who, say) => {
    const body = {
      role: 'teacher',
      organisation: who.actor.organisationId,
      orderNumber: '1',
      orderDate: '2026-09-01',
    };
    for (const id of [NOBODY, stranger(region, who)?.actor.userId ?? NOBODY]) {
      const got = await who.client.post(`/api/accounts/${id}/appointments`, body);
      say(got.status < 300, false);
      if (!office.includes(who.role)) say(codeOf(got), '403 FORBIDDEN');
    }
  },
  'PATCH /api/appointments/:id': onAccount('patch', id => `/api/appointments/${id}`, { to: '2026-12-31' }),
  'POST /api/accounts/slips': async (region, who, say) => {
    const foreign = stranger(region, who)?.actor.userId ?? NOBODY;
    const got = await who.client.post<{ items?: unknown[] }>('/api/accounts/slips', { ids: [foreign] });
    if (!slips.includes(who.role)) say(codeOf(got), '403 FORBIDDEN');
    else say(got.body.items ?? [], []);
  },
};
