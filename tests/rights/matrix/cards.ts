/** Routes of cards: every role x card x own or foreign organisation x class of fields, expected from the grants. */
import type { Entity } from '../../../core/catalogue/types.ts';
import { type Asking, classesOf } from './asking.ts';
import { drafts } from './drafting.ts';
import { propose } from './proposing.ts';
import { accessLog, describe, exportsAndReports, files, history, lists, names, open } from './reading.ts';
import type { Region, Who } from './region.ts';
import type { Tally } from './tally.ts';
import { create, patch, remove, transition } from './writing.ts';

export const cardRoutes = [
  'GET /api/entities/:entity',
  'GET /api/records/:entity',
  'POST /api/records/:entity/query',
  'GET /api/records/:entity/:id',
  'GET /api/records/:entity/:id/history',
  'POST /api/records/:entity',
  'PATCH /api/records/:entity/:id',
  'DELETE /api/records/:entity/:id',
  'POST /api/records/:entity/:id/transitions/:name',
  'POST /api/records/:entity/export',
  'GET /api/records/:entity/export',
  'POST /api/report-runs',
  'GET /api/records/:entity/:id/files',
  'POST /api/records/:entity/:id/files',
  'GET /api/records/:entity/:id/files/:file',
  'DELETE /api/records/:entity/:id/files/:file',
  'POST /api/records/:entity/:id/requests',
  'GET /api/records/:entity/:id/names',
  'GET /api/records/:entity/:id/access-log',
  'GET /api/records/:entity/:id/draft',
  'PUT /api/records/:entity/:id/draft',
  'DELETE /api/records/:entity/:id/draft',
] as const;
/** A new card stands in the actor's own organisation, and a description in none. */
const placeless = new Set<string>(['GET /api/entities/:entity', 'POST /api/records/:entity']);

/** Every cell that must have been tried. */
export function cellsOfCards(region: Region): string[] {
  const entities = [...region.world.catalogue.entities.values()];
  return region.people.flatMap(who =>
    entities.flatMap(entity =>
      cardRoutes.flatMap(route =>
        (placeless.has(route) ? ['-'] : region.places(who)).flatMap(place =>
          classesOf(entity).map(cls => [route, who.role, entity.id, place, cls].join(' | ')),
        ),
      ),
    ),
  );
}

export async function askAboutCards(region: Region, tally: Tally, who: Who, entity: Entity): Promise<void> {
  const samples = region.places(who).map(place => ({ place, row: region.sample(who, entity, place) }));
  const asking: Asking = { region, tally, who, entity, samples };
  await describe(asking);
  for (const sample of samples) {
    await open(asking, sample.place, sample.row);
    await history(asking, sample.place, sample.row);
    await files(asking, sample.place, sample.row);
    await names(asking, sample.place, sample.row);
    await accessLog(asking, sample.place, sample.row);
    await drafts(asking, sample.place, sample.row);
  }
  await lists(asking);
  await exportsAndReports(asking);
  await create(asking);
  for (const sample of samples) {
    await propose(asking, sample.place, sample.row);
    await patch(asking, sample.place, sample.row);
    await remove(asking, sample.place, sample.row);
    await transition(asking, sample.place, sample.row);
  }
}
