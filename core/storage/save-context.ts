import type { Actor } from '../access/actor.ts';
import type { Catalogue, Relation } from '../catalogue/types.ts';
import type { Validators } from '../catalogue/validation.ts';
import type { Tx } from './database.ts';

/** What one save works with: the transaction, the description of cards, who saves and why. */
export interface SaveContext {
  tx: Tx;
  catalogue: Catalogue;
  validators: Validators;
  actor: Actor;
  reason: string | undefined;
}

/** The card that brings another along. */
export interface Parent {
  relation: Relation;
  id: string;
  personId: string | null;
}
