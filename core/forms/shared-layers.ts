/** One object for one publication, however many organisations it was read for. */
import type { PublishedLayer } from './layers.ts';

/** Publications kept; one that falls out is kept twice at worst. */
const MAX_LAYERS = 5_000;

export class SharedLayers {
  readonly #known = new Map<string, PublishedLayer>();

  shared(read: readonly PublishedLayer[]): PublishedLayer[] {
    return read.map(layer => {
      const known = this.#known.get(layer.id);
      if (known) return known;
      if (this.#known.size >= MAX_LAYERS) this.#known.delete(this.#known.keys().next().value as string);
      this.#known.set(layer.id, layer);
      return layer;
    });
  }
}
