/** Modules: what is installed, for whom it is switched on, and what could not be taken in, with the reason. */
import { isAbsolute, relative } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { captions } from '../forms/captions.ts';
import { holds, requireDuty } from '../identity/duties.ts';
import type { EnablementChange, EnablementItem } from '../identity/enablement.ts';
import { notFound } from '../problems.ts';
import { bodyInvalid, type Language } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { entityTitle } from './texts.ts';

const day = { type: 'string', format: 'date' } as const;
const enablementBody = object(
  {
    organisationType: { type: 'string', maxLength: 64 },
    organisationId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    from: day,
    // Absent or null: until further notice.
    to: { anyOf: [day, { type: 'null' }] },
  },
  [],
);
type EnablementBody = {
  organisationType?: string;
  organisationId?: number;
  from?: string;
  to?: string | null;
};

export function moduleRoutes(app: FastifyInstance, services: Services): void {
  app.get(
    '/api/modules',
    { config: { access: 'session' }, schema: { querystring: noQuery } },
    async ({ actor, language }) => {
      requireDuty(actor, 'modules:read');
      return modulesAnswer(services, actor, language);
    },
  );

  app.put<{ Params: { plugin: string }; Body: EnablementBody }>(
    '/api/modules/:plugin/enablement',
    {
      config: { access: 'session' },
      schema: {
        params: object({ plugin: { type: 'string', maxLength: 64 } }, ['plugin']),
        querystring: noQuery,
        body: enablementBody,
      },
    },
    async ({ actor, params, body, language }) => {
      requireDuty(actor, 'modules:enable');
      const { plugin } = params;
      if (!services.catalogue.plugins.has(plugin)) throw notFound('Такого модуля нет');
      await services.enablement.change(actor, plugin, await checkedChange(services, actor, body));
      const { plugins } = await modulesAnswer(services, actor, language);
      return plugins.find(item => item.id === plugin);
    },
  );
}

async function modulesAnswer(services: Services, actor: Actor, language: Language) {
  const { catalogue } = services;
  const rows = await services.enablement.list();
  const plugins = [...catalogue.plugins.values()].map(plugin => ({
    id: plugin.id,
    title: captions(catalogue, plugin.id, language)('plugin', plugin.title),
    version: plugin.version,
    requires: plugin.requires,
    organisationTypes: plugin.organisationTypes.map(id => ({ id, title: typeTitle(catalogue, id) })),
    entities: plugin.entities.flatMap(id => {
      const entity = catalogue.entities.get(id);
      return entity ? [{ id, title: entityTitle(catalogue, entity, language) }] : [];
    }),
    enabled: actor.plugins.has(plugin.id),
    enablement: rows.filter(row => row.plugin === plugin.id).map(row => shownRow(services, row)),
  }));
  const quarantine = catalogue.quarantine.map(fault => ({ ...fault, file: shownFile(services, fault.file) }));
  return { plugins, quarantine, can: { enable: holds(actor, 'modules:enable') } };
}

const typeTitle = (catalogue: Catalogue, id: string) => catalogue.organisationTypes.get(id)?.title ?? id;

function shownRow({ catalogue, clock }: Services, { plugin: _, ...row }: EnablementItem) {
  const today = clock.today();
  return {
    ...row,
    ...(row.organisationType ? { typeTitle: typeTitle(catalogue, row.organisationType) } : {}),
    active: row.from <= today && (row.to === undefined || row.to >= today),
  };
}

/** Path within the plugin folder: where the server stands on its disk is nobody's business. */
function shownFile({ config }: Services, file: string): string {
  if (!isAbsolute(file)) return file;
  for (const folder of config.pluginFolders) {
    const inside = relative(folder, file);
    if (!inside.startsWith('..')) return inside;
  }
  return file.split(/[/\\]/).slice(-2).join('/');
}

async function checkedChange(
  services: Services,
  actor: Actor,
  body: EnablementBody,
): Promise<EnablementChange> {
  const { organisationType, organisationId } = body;
  const from = body.from ?? actor.today;
  const to = body.to ?? null;
  const at = (path: string, message: string) => bodyInvalid([{ path, code: 'CHOICE', message }]);
  if ((organisationType === undefined) === (organisationId === undefined))
    throw at('/organisationType', 'Укажите либо тип организаций, либо организацию');
  if (organisationType !== undefined && !services.catalogue.organisationTypes.has(organisationType))
    throw at('/organisationType', 'Такого типа организаций нет');
  if (organisationId !== undefined && !(await services.enablement.organisationExists(organisationId)))
    throw at('/organisationId', 'Такой организации нет');
  if (to !== null && body.from !== undefined && to < from) throw at('/to', 'Последний день раньше первого');
  return {
    ...(organisationType === undefined ? {} : { organisationType }),
    ...(organisationId === undefined ? {} : { organisationId }),
    from: to !== null && to < from ? to : from,
    to,
  };
}
