/** What is compiled of a catalogue: one desk for all actors of one, gone when the levels have published another. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { compileValidators, type Validators } from '../catalogue/validation.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import type { CursorSeal } from './cursor.ts';
import { ListPlans } from './list.ts';
import { OpenPlans } from './read.ts';

export interface Desk {
  catalogue: Catalogue;
  validators: Validators;
  plans: OpenPlans;
  lists: ListPlans;
}

export class Desks {
  readonly #installed: Catalogue;
  readonly #seal: CursorSeal;
  readonly #byCatalogue = new WeakMap<Catalogue, Desk>();

  constructor(installed: Catalogue, validators: Validators, seal: CursorSeal) {
    this.#installed = installed;
    this.#seal = seal;
    this.#byCatalogue.set(installed, this.#made(installed, validators));
  }

  /** By the catalogue of the actor's level. */
  of(actor: Actor): Desk {
    const catalogue = catalogueOf(this.#installed, actor);
    const known = this.#byCatalogue.get(catalogue) ?? this.#made(catalogue, compileValidators(catalogue));
    this.#byCatalogue.set(catalogue, known);
    return known;
  }

  #made(catalogue: Catalogue, validators: Validators): Desk {
    return {
      catalogue,
      validators,
      plans: new OpenPlans(catalogue),
      lists: new ListPlans(catalogue, this.#seal),
    };
  }
}
