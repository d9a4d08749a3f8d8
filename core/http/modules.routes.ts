/** Modules: what is installed, for whom it is switched on, and what could not be taken in, with the reason. */
import { isAbsolute, relative } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { captions } from '../forms/captions.ts';
import { holds, requireDuty } from '../identity/duties.ts';
import type { EnablementChange, EnablementItem } from '../identity/enablement.ts';
import { pluginHealth } from '../plugins/health.ts';
import { notFound } from '../problems.ts';
import { requireConfirmed } from './confirmation.ts';
import { json, ref } from './openapi/note.ts';
import { bodyInvalid, type Language } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { entityTitle } from './texts.ts';

const day = { type: 'string', format: 'date' } as const;
const enablementBody = object(
  {
    organisationType: { type: 'string', maxLength: 64 },
    organisationId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    // On, off, or null: as the wider target says.
    enabled: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    // Absent: today.
    from: day,
    // Absent or null: until further notice.
    to: { anyOf: [day, { type: 'null' }] },
  },
  [],
);
type EnablementBody = {
  organisationType?: string;
  organisationId?: number;
  enabled?: boolean | null;
  from?: string;
  to?: string | null;
};

export function moduleRoutes(app: FastifyInstance, services: Services): void {
  app.get(
    '/api/modules',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Modules: where they are on, what stands of them, what was refused',
          tag: 'modules',
          answers: json('Modules'),
        },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor, language }) => {
      requireDuty(actor, 'modules:read');
      return modulesAnswer(services, actor, language);
    },
  );

  app.put<{ Params: { plugin: string }; Body: EnablementBody; Querystring: { preview: boolean } }>(
    '/api/modules/:plugin/enablement',
    {
      config: {
        access: 'session',
        api: {
          summary:
            'Switches a module on or off for a target; `preview=true` only says whom that would concern',
          tag: 'modules',
          answers: {
            200: { description: 'The module', schema: { anyOf: [ref('Module'), ref('EnablementPreview')] } },
          },
        },
      },
      schema: {
        params: object({ plugin: { type: 'string', maxLength: 64 } }, ['plugin']),
        // With `preview=true` nothing is changed: the answer says whom the change would concern.
        querystring: object({ preview: { type: 'boolean', default: false } }),
        body: enablementBody,
      },
    },
    async request => {
      const { actor, params, query, body, language } = request;
      requireDuty(actor, 'modules:enable');
      const { plugin } = params;
      if (!services.catalogue.plugins.has(plugin)) throw notFound('Такого модуля нет');
      const change = await checkedChange(services, actor, body);
      if (query.preview) return services.enablement.preview(plugin, change);
      await requireConfirmed(services, request);
      await services.enablement.change(actor, plugin, change);
      const { plugins } = await modulesAnswer(services, actor, language);
      return plugins.find(item => item.id === plugin);
    },
  );
}

async function modulesAnswer(services: Services, actor: Actor, language: Language) {
  const { catalogue, enablement, organisations, database, clock } = services;
  const today = clock.today();
  const enable = holds(actor, 'modules:enable');
  const [rows, counts, typeCounts, health] = await Promise.all([
    enablement.list(),
    enablement.counts(today),
    organisations.countByType(),
    // What stands in the database of the whole region is the region's to know.
    enable ? pluginHealth(database, catalogue) : undefined,
  ]);
  const plugins = [...catalogue.plugins.values()].map(plugin => ({
    id: plugin.id,
    title: captions(catalogue, plugin.id, language)('plugin', plugin.title),
    version: plugin.version,
    requires: plugin.requires,
    requiredBy: [...catalogue.plugins.values()].filter(one => plugin.id in one.requires).map(one => one.id),
    organisationTypes: plugin.organisationTypes.map(id => ({
      id,
      title: typeTitle(catalogue, id, language),
    })),
    entities: plugin.entities.flatMap(id => {
      const entity = catalogue.entities.get(id);
      return entity ? [{ id, title: entityTitle(catalogue, entity, language) }] : [];
    }),
    enabled: actor.plugins.has(plugin.id),
    organisations: counts.get(plugin.id) ?? 0,
    enablement: rows
      .filter(row => row.plugin === plugin.id)
      .map(row => shownRow(catalogue, row, today, language)),
    ...(health ? { health: health.of.get(plugin.id) } : {}),
  }));
  return {
    today,
    organisations: typeCounts.all,
    types: typesOf(catalogue, rows, typeCounts.byType, language),
    plugins,
    quarantine: catalogue.quarantine.map(fault => ({ ...fault, file: shownFile(services, fault.file) })),
    removed: health?.removed ?? [],
    can: { enable },
  };
}

/** Types that organisations have or that a module is about, in the order of the dictionary. */
function typesOf(
  catalogue: Catalogue,
  rows: EnablementItem[],
  counts: ReadonlyMap<string, number>,
  language: Language,
) {
  const used = new Set([
    ...counts.keys(),
    ...rows.flatMap(row => row.organisationType ?? []),
    ...[...catalogue.plugins.values()].flatMap(plugin => plugin.organisationTypes),
  ]);
  return [...catalogue.organisationTypes.keys()]
    .filter(id => used.has(id))
    .map(id => ({ id, title: typeTitle(catalogue, id, language), organisations: counts.get(id) ?? 0 }));
}

function typeTitle(catalogue: Catalogue, id: string, language: Language): string {
  const item = catalogue.dictionaries.get('org-types')?.items.find(one => one.code === id);
  return (language === 'en' ? item?.en : undefined) ?? catalogue.organisationTypes.get(id)?.title ?? id;
}

function shownRow(
  catalogue: Catalogue,
  { plugin: _, ...row }: EnablementItem,
  today: string,
  language: Language,
) {
  return {
    ...row,
    ...(row.organisationType ? { typeTitle: typeTitle(catalogue, row.organisationType, language) } : {}),
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
  if (organisationType === undefined && organisationId === undefined)
    throw at('/organisationType', 'Укажите тип организаций, организацию или муниципалитет');
  if (organisationType !== undefined && !services.catalogue.organisationTypes.has(organisationType))
    throw at('/organisationType', 'Такого типа организаций нет');
  if (organisationId !== undefined && !(await services.enablement.organisationExists(organisationId)))
    throw at('/organisationId', 'Такой организации нет');
  if (from < actor.today) throw at('/from', 'Задним числом модули не включают и не выключают');
  if (to !== null && to < from) throw at('/to', 'Последний день раньше первого');
  return {
    ...(organisationType === undefined ? {} : { organisationType }),
    ...(organisationId === undefined ? {} : { organisationId }),
    enabled: body.enabled === undefined ? true : body.enabled,
    from,
    to,
  };
}
