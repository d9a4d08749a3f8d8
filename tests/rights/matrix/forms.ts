/** The form constructor and dictionaries: designing is a right (C18); by hand, not from the table of the code. */
import type { Probe } from './probe.ts';

const designers = ['org-admin', 'coordinator', 'municipal-operator', 'region-admin'];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What is sent changes nothing: a designer is told what is wrong with it, everybody else only of the right. */
const designing =
  (method: Method, url: string, body?: unknown): Probe =>
  async (_region, who, say) => {
    const { status } = await who.client.request(method, url, body === undefined ? {} : { body });
    if (designers.includes(who.role)) say(status !== 403 && status < 500, true);
    else say(status, 403);
  };

const fields = '/api/custom-fields/student';
const overlay = '/api/forms/student/overlay';
const nobody = `${fields}/cf_0000000000`;

export const formRoutes: Record<string, Probe> = {
  'GET /api/forms': designing('GET', '/api/forms'),
  'POST /api/dictionaries': designing('POST', '/api/dictionaries', {}),
  'GET /api/dictionaries/:id/items': designing('GET', '/api/dictionaries/kinship/items'),
  'PUT /api/dictionaries/:id/items': designing('PUT', '/api/dictionaries/kinship/items', {}),
  'GET /api/custom-fields/:entity': designing('GET', fields),
  'POST /api/custom-fields/:entity': designing('POST', fields, {}),
  'PATCH /api/custom-fields/:entity/:id': designing('PATCH', nobody, {}),
  'DELETE /api/custom-fields/:entity/:id': designing('DELETE', nobody),
  'GET /api/forms/:entity/overlay': designing('GET', overlay),
  'PUT /api/forms/:entity/overlay': designing('PUT', overlay, {}),
  'POST /api/forms/:entity/overlay/preview': designing('POST', `${overlay}/preview`, { role: 'nobody' }),
  'POST /api/forms/:entity/overlay/impact': designing('POST', `${overlay}/impact`, {}),
  'POST /api/forms/:entity/overlay/publish': designing('POST', `${overlay}/publish`, { note: 'проба' }),
  'GET /api/forms/:entity/overlay/versions': designing('GET', `${overlay}/versions`),
  'GET /api/forms/:entity/overlay/versions/:number': designing('GET', `${overlay}/versions/1`),
  'POST /api/forms/:entity/overlay/versions/:number/restore': designing(
    'POST',
    `${overlay}/versions/1/restore`,
    {},
  ),
};
