/** The catalogue as an actor's level has it; most organisations of a region share one object. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { deriveCatalogue } from './derive.ts';
import type { PublishedLayer } from './layers.ts';

/** Different sets of publications kept; what is compiled of them goes with them. */
const MAX_DERIVED = 200;
const caches = new WeakMap<Catalogue, Map<string, Catalogue>>();
/** By the very list that identity remembers for an organisation: no key to be made for each request. */
const byList = new WeakMap<readonly PublishedLayer[], { installed: Catalogue; derived: Catalogue }>();

/** Where nothing is published, the installed catalogue itself. */
export function catalogueOf(installed: Catalogue, actor: Pick<Actor, 'forms'>): Catalogue {
  const layers = actor.forms;
  if (!layers || layers.length === 0) return installed;
  const last = byList.get(layers);
  if (last?.installed === installed) return last.derived;
  const derived = byKey(installed, layers);
  byList.set(layers, { installed, derived });
  return derived;
}

function byKey(installed: Catalogue, layers: readonly PublishedLayer[]): Catalogue {
  const cache = caches.get(installed) ?? new Map<string, Catalogue>();
  caches.set(installed, cache);
  const key = layers.map(layer => layer.id).join(' ');
  const known = cache.get(key);
  if (known) {
    // The one used last goes last.
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const derived = deriveCatalogue(installed, layers);
  if (cache.size >= MAX_DERIVED) cache.delete(cache.keys().next().value as string);
  cache.set(key, derived);
  return derived;
}
