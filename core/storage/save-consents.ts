/** Consents within one save: whose are to be made anew, and which fields are set that need one (S001-5.4). */
import { isGated, keepsConsents, purposeTitle } from '../catalogue/consents.ts';
import type { Entity } from '../catalogue/types.ts';
import type { FieldProblem } from '../problems.ts';
import {
  consentsStatement,
  type GatedWrite,
  isHeld,
  keepConsents,
  lockFacets,
  withoutConsent,
} from './consents.ts';
import { valueAt } from './labels.ts';
import type { SaveContext } from './save-context.ts';
import { pointerOf } from './save-parse.ts';
import type { StoredCard } from './stored.ts';

export class ConsentsOfSave {
  readonly #context: SaveContext;
  /** People whose records in the register change. */
  readonly #changed = new Set<string>();
  /** New cards of people who are known already. */
  readonly #joined = new Map<Entity, Set<string>>();
  readonly #writes: (GatedWrite & { held: boolean })[] = [];

  constructor(context: SaveContext) {
    this.#context = context;
  }

  /** Before a record of the register is made for a person named by id. */
  async prepare(entity: Entity, person: string | undefined, organisationId: number): Promise<void> {
    if (entity.consent && person !== undefined)
      await lockFacets(this.#context.tx, this.#context.catalogue, organisationId, [person]);
  }

  /** A record of the register was made, changed or removed. */
  changed(entity: Entity, personId: string | null): void {
    if (entity.consent && personId !== null) this.#changed.add(personId);
  }

  joined(entity: Entity, personId: string): void {
    if (!keepsConsents(entity)) return;
    this.#joined.set(entity, (this.#joined.get(entity) ?? new Set()).add(personId));
  }

  /** @param fields of the card after the save, which name the card it belongs to */
  sets(
    entity: Entity,
    card: { id: string; at: string; fields: Record<string, unknown>; stored?: StoredCard },
    paths: readonly string[],
  ): void {
    for (const path of paths) {
      const field = entity.fields.get(path);
      if (!field || !isGated(field)) continue;
      const whose = this.#whose(entity, card.id, card.fields);
      const { purpose, fullTitle: title } = field;
      const held = isHeld(card.stored?.consents, purpose, this.#context.actor.today);
      if (whose) this.#writes.push({ ...whose, purpose, title, at: pointerOf(card.at, path), held });
    }
  }

  #whose(
    entity: Entity,
    id: string,
    fields: Record<string, unknown>,
  ): Pick<GatedWrite, 'facet' | 'id'> | undefined {
    if (keepsConsents(entity)) return { facet: entity, id };
    const parent = entity.childOf && this.#context.catalogue.entities.get(entity.childOf.entity);
    const parentId = entity.childOf && valueAt(fields, entity.childOf.field);
    return parent && typeof parentId === 'string' ? { facet: parent, id: parentId } : undefined;
  }

  /** No consent changes, and no field is set that needs one. */
  get untouched(): boolean {
    return this.#changed.size === 0 && this.#joined.size === 0 && this.#writes.length === 0;
  }

  /** Nothing to bring up to date and nothing to ask. */
  get idle(): boolean {
    return this.#changed.size === 0 && this.#joined.size === 0 && this.#writes.every(write => write.held);
  }

  /** After everything is written: brings the column up to date, and finds what was set without a consent. */
  async flush(organisationId: number): Promise<FieldProblem[]> {
    const { tx, catalogue, actor } = this.#context;
    if (this.#changed.size > 0) await keepConsents(tx, catalogue, organisationId, [...this.#changed]);
    for (const [entity, people] of this.#joined) {
      const whose = { organisationIds: [organisationId], people: [...people] };
      const statement = consentsStatement(catalogue, whose, [entity]);
      if (statement) await tx.query(statement);
    }
    // What the locked card says holds unless this very save has changed it.
    const asked = this.#changed.size > 0 ? this.#writes : this.#writes.filter(write => !write.held);
    const missing = await withoutConsent(tx, organisationId, actor.today, asked);
    return missing.map(write => ({
      path: write.at,
      code: 'CONSENT_REQUIRED',
      message: `${write.title}: нет действующего согласия «${purposeTitle(catalogue, write.purpose)}»`,
    }));
  }
}
