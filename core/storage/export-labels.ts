/**
 * Labels of the records that exported rows refer to. Few records are referred to by many rows, so each is asked for
 * once, a batch of rows at a time, under the same rights; joined, it would be looked up and written out in every row.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Database, Tx } from './database.ts';
import type { ExportedRow } from './gateway.types.ts';
import { labelsOf } from './record-labels.ts';

/** A cell that holds the id of a record of the kind. */
export interface ReferenceCell {
  cell: number;
  entity: string;
}

/** Labels remembered for one cell; beyond it they are asked for anew. */
const MAX_KNOWN = 20_000;

export class ExportLabels {
  readonly #labels: { at: ReferenceCell; known: Map<string, string> }[];
  readonly #read: (entity: string, ids: readonly string[]) => Promise<Map<string, string>>;

  constructor(database: Database, catalogue: Catalogue, actor: Actor, cells: readonly ReferenceCell[]) {
    this.#labels = cells.map(at => ({ at, known: new Map() }));
    const tx: Tx = { query: statement => database.read(actor, statement) };
    this.#read = (entity, ids) => labelsOf(tx, catalogue, actor, entity, ids);
  }

  /** Puts labels in the place of ids; an id stays where the actor may not see what it leads to. */
  async fill(rows: readonly ExportedRow[]): Promise<void> {
    for (const { at, known } of this.#labels) {
      const ids = rows.map(({ cells }) => cells[at.cell]).filter(id => typeof id === 'string');
      const unseen = [...new Set(ids)].filter(id => !known.has(id));
      if (known.size + unseen.length > MAX_KNOWN) known.clear();
      const asked = known.size === 0 ? [...new Set(ids)] : unseen;
      const found = asked.length > 0 ? await this.#read(at.entity, asked) : new Map<string, string>();
      for (const id of asked) known.set(id, found.get(id) ?? id);
      for (const { cells } of rows) {
        const id = cells[at.cell];
        if (typeof id === 'string') cells[at.cell] = known.get(id) ?? id;
      }
    }
  }
}
