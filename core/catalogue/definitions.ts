import { readdirSync, readFileSync } from 'node:fs';
import type { Refuse } from './fault.ts';
import type { JsonSchema } from './types.ts';

const folder = new URL('../../schemas/definitions/', import.meta.url);

/** Shared definitions of schemas/definitions by `$id`: `kartoteka/address` and the like. */
export class Definitions {
  readonly #byId = new Map<string, JsonSchema>();
  /** All of them as text, for the version of the catalogue. */
  readonly text: string;

  constructor() {
    for (const name of readdirSync(folder).sort()) {
      const { $schema: _, ...definition } = JSON.parse(
        readFileSync(new URL(name, folder), 'utf8'),
      ) as JsonSchema;
      this.#byId.set(String(definition.$id), definition);
    }
    this.text = JSON.stringify([...this.#byId]);
  }

  /** A fresh copy, so that a card may change it. */
  inline(id: string, pointer: string, refuse: Refuse): JsonSchema {
    const definition = this.#byId.get(id);
    if (!definition)
      return refuse(pointer, `Общего определения «${id}» нет. Есть: ${[...this.#byId.keys()].join(', ')}`);
    const { $id: _, ...copy } = structuredClone(definition);
    return copy;
  }
}
