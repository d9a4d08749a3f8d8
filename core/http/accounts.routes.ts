/** Users and appointments: who has an account, who is appointed by which order, one-time passwords on paper. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeStamp } from '../documents/stamp.ts';
import type { AccountAppointment, AccountItem, AccountQuery } from '../identity/account-directory.ts';
import type { OpenRequest, SlipsAnswer, SlipsRequest } from '../identity/account-office.ts';
import { SLIPS_MAX } from '../identity/account-office.ts';
import { requireAct } from '../identity/account-rights.ts';
import { slipsDocument } from '../identity/slips-document.ts';
import { requireConfirmed } from './confirmation.ts';
import { attachment } from './export-file.ts';
import { type ApiNote, empty, json, ref } from './openapi/note.ts';
import type { Language } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { roleTitle } from './session.routes.ts';

const uuid = { type: 'string', format: 'uuid' } as const;
const day = { type: 'string', format: 'date' } as const;
const role = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } as const;
const number = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;
const orderNumber = { type: 'string', maxLength: 40 } as const;
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

const idParams = object({ id: uuid }, ['id']);
const filters = {
  role,
  organisation: number,
  blocked: { type: 'boolean' },
  after: uuid,
  limit: { type: 'integer', minimum: 1, maximum: 200 },
} as const;
const appointmentFields = {
  role,
  organisation: number,
  orderNumber,
  orderDate: day,
  from: day,
  to: day,
} as const;
const openBody = object(
  {
    card: object({ kind: { type: 'string', enum: ['staff', 'student', 'guardian'] }, id: uuid }, [
      'kind',
      'id',
    ]),
    login: { type: 'string', maxLength: 64 },
    appointment: object(appointmentFields, ['role']),
  },
  ['appointment'],
);
const changeBody = object({
  orderNumber: orNull(orderNumber),
  orderDate: orNull(day),
  from: day,
  to: orNull(day),
});
const slipsBody = object({
  group: object({ id: uuid, of: { type: 'string', enum: ['student', 'guardian'] } }, ['id', 'of']),
  staff: { type: 'boolean' },
  ids: { type: 'array', items: uuid, minItems: 1, maxItems: SLIPS_MAX },
  renew: { type: 'boolean' },
  format: { type: 'string', enum: ['json', 'pdf'], default: 'json' },
});

type OfOne = { Params: { id: string } };
type NewAppointmentBody = OpenRequest['appointment'] & { organisation: number };
interface ChangeBody {
  orderNumber?: string | null;
  orderDate?: string | null;
  from?: string;
  to?: string | null;
}

const told = (summary: string, answers: ApiNote['answers']) =>
  ({ access: 'session', api: { summary, tag: 'accounts', answers } }) as const;

export function accountRoutes(app: FastifyInstance, services: Services): void {
  readingRoutes(app, services);
  accountActs(app, services);
  appointmentActs(app, services);
  passwordActs(app, services);
}

function readingRoutes(app: FastifyInstance, services: Services): void {
  const { directory } = services.accounts;
  const list = async ({ actor, language }: FastifyRequest, query: AccountQuery) => {
    requireAct(actor, 'read');
    const page = await directory.list(actor, query);
    return { ...page, items: page.items.map(item => shown(services, item, language)) };
  };

  app.get<{ Querystring: AccountQuery }>(
    '/api/accounts',
    {
      config: told('Accounts one looks after; names are looked for by POST', json('AccountPage')),
      schema: { querystring: object(filters) },
    },
    request => list(request, request.query),
  );

  app.post<{ Body: AccountQuery }>(
    '/api/accounts/query',
    {
      config: told('The same with a search, which does not belong into an address', json('AccountPage')),
      schema: { body: object({ ...filters, q: { type: 'string', maxLength: 200 } }), querystring: noQuery },
    },
    request => list(request, request.body),
  );

  app.get(
    '/api/accounts/staffing',
    {
      config: told('Who is appointed to what, and the roles one may give', json('Staffing')),
      schema: { querystring: noQuery },
    },
    async ({ actor, language }) => {
      requireAct(actor, 'read');
      const title = (id: string) => roleTitle(services.catalogue, id, language);
      const lines = await directory.staffing(actor);
      return {
        items: lines.map(line => ({ ...line, roleTitle: title(line.role) })),
        givable: directory.givable(actor).map(one => ({ ...one, roleTitle: title(one.role) })),
      };
    },
  );
}

function accountActs(app: FastifyInstance, services: Services): void {
  const { accounts } = services;
  app.post<{ Body: OpenRequest }>(
    '/api/accounts',
    {
      config: told('Makes an account for a person who has a card; the password is told once', {
        201: { description: 'Made', schema: ref('OpenedAccount') },
      }),
      schema: { body: openBody, querystring: noQuery },
    },
    async (request, reply) => {
      requireAct(request.actor, 'appoint');
      await requireConfirmed(services, request);
      return reply.code(201).send(await accounts.open(request.actor, request.body));
    },
  );

  for (const act of ['block', 'unblock'] as const)
    app.post<OfOne>(
      `/api/accounts/:id/${act}`,
      {
        config: told(
          act === 'block' ? 'Blocks an account; its sessions end at once' : 'Lets a blocked account in again',
          empty('Done'),
        ),
        schema: { params: idParams, querystring: noQuery },
      },
      async (request, reply) => {
        const { actor, params } = request;
        requireAct(actor, 'block');
        // Shutting somebody out cannot wait for a password; letting them in again can.
        if (act === 'unblock') await requireConfirmed(services, request);
        const unit = await accounts.accounts();
        await (act === 'block' ? unit.block(params.id, actor) : unit.unblock(params.id, actor));
        return reply.code(204).send();
      },
    );
}

function appointmentActs(app: FastifyInstance, services: Services): void {
  const { accounts } = services;
  app.post<OfOne & { Body: NewAppointmentBody }>(
    '/api/accounts/:id/appointments',
    {
      config: told('Appoints to a role by an order', {
        201: { description: 'Appointed', schema: ref('NewId') },
      }),
      schema: {
        params: idParams,
        body: object(appointmentFields, ['role', 'organisation']),
        querystring: noQuery,
      },
    },
    async (request, reply) => {
      const { actor, params, body } = request;
      requireAct(actor, 'appoint');
      await requireConfirmed(services, request);
      const { organisation, from, to, ...rest } = body;
      const unit = await accounts.accounts();
      const id = await unit.appoint(
        params.id,
        {
          ...rest,
          organisationId: organisation,
          ...(from ? { validFrom: from } : {}),
          ...(to ? { validTo: to } : {}),
        },
        actor,
      );
      return reply.code(201).send({ id });
    },
  );

  app.patch<OfOne & { Body: ChangeBody }>(
    '/api/appointments/:id',
    {
      config: told('Changes order or days of an appointment; `to` ends it', empty('Changed')),
      schema: { params: idParams, body: changeBody, querystring: noQuery },
    },
    async (request, reply) => {
      const { actor, params, body } = request;
      requireAct(actor, 'appoint');
      await requireConfirmed(services, request);
      const { from, to, ...order } = body;
      const unit = await accounts.accounts();
      await unit.changeAppointment(
        params.id,
        {
          ...order,
          ...(from === undefined ? {} : { validFrom: from }),
          ...(to === undefined ? {} : { validTo: to }),
        },
        actor,
      );
      return reply.code(204).send();
    },
  );
}

function passwordActs(app: FastifyInstance, services: Services): void {
  const { accounts } = services;
  app.post<OfOne>(
    '/api/accounts/:id/password',
    {
      config: told(
        'A new one-time password, told once; the old one and all sessions end',
        json('OneTimePassword'),
      ),
      schema: { params: idParams, querystring: noQuery },
    },
    async request => {
      const { actor, params } = request;
      requireAct(actor, 'password');
      await requireConfirmed(services, request);
      return { password: await (await accounts.accounts()).resetPassword(params.id, actor) };
    },
  );

  app.post<{ Body: SlipsRequest & { format: 'json' | 'pdf' } }>(
    '/api/accounts/slips',
    {
      config: told('One-time passwords of a class, of the staff or of picked accounts, told once', {
        200: {
          description: 'Slips; as `pdf` a paper to be cut',
          schema: ref('Slips'),
          media: ['application/json', 'application/pdf'],
        },
      }),
      schema: { body: slipsBody, querystring: noQuery },
    },
    async (request, reply) => {
      requireAct(request.actor, 'slips');
      await requireConfirmed(services, request);
      const { format, ...wish } = request.body;
      const slips = await accounts.slips(request.actor, wish);
      return format === 'pdf' && slips.items.length > 0 ? sendSlips(services, request, reply, slips) : slips;
    },
  );
}

/** The paper with its stamp (S001-4.5); without anybody to give a password to there is none, the answer is JSON. */
async function sendSlips(
  services: Services,
  { actor, protocol, host }: FastifyRequest,
  reply: FastifyReply,
  slips: SlipsAnswer,
): Promise<FastifyReply> {
  const { clock, config, catalogue, audit, accounts } = services;
  const tree = slipsDocument(
    slips,
    actor.organisationName,
    `${config.secureCookies ? 'https' : protocol}://${host}`,
  );
  const now = clock.now();
  const stamp = makeStamp(actor, 'Пользователи и назначения', now, {
    roleTitle: roleTitle(catalogue, actor.role, 'ru'),
    timeZone: config.timeZone,
  });
  const file = await accounts.pdf.makePdf(tree, stamp, now);
  await audit.write({
    action: 'print',
    actor,
    address: actor.address,
    records: slips.items.length,
    details: { document: 'password-slips' },
  });
  return reply
    .type('application/pdf')
    .header('content-disposition', attachment(`${tree.title}.pdf`, 'passwords.pdf'))
    .header('kartoteka-skipped', String(slips.skipped.length))
    .send(Buffer.from(file));
}

function shown({ catalogue }: Services, item: AccountItem, language: Language) {
  return {
    ...item,
    appointments: item.appointments.map((one: AccountAppointment) => ({
      ...one,
      roleTitle: roleTitle(catalogue, one.role, language),
    })),
  };
}
