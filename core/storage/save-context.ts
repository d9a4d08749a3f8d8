import type { Actor } from '../access/actor.ts';
import type { Catalogue, Relation } from '../catalogue/types.ts';
import type { Validators } from '../catalogue/validation.ts';
import type { EndingTx } from './database.ts';

/** What one save works with: the transaction, the description of cards, who saves and why. */
export interface SaveContext {
  tx: EndingTx;
  catalogue: Catalogue;
  validators: Validators;
  actor: Actor;
  reason: string | undefined;
  /** The other organisations that know the person have agreed. */
  sharedConfirmed: boolean;
  /**
   * Lock what is read, and look for the СНИЛС of people said to be new before they are added. Otherwise the database
   * refuses a known one, or a card that another has changed meanwhile, and the save is made again with this.
   */
  careful: boolean;
  /** Fields of a card that the actor may read; undefined where the card is out of reach. */
  fieldsSeen(entityId: string, id: string): Promise<ReadonlySet<string> | undefined>;
}

/** The card that brings another along. */
export interface Parent {
  relation: Relation;
  id: string;
  personId: string | null;
}

/** Id of a card in a to-many relation -> its fields that the actor may read. */
export type RelatedFields = ReadonlyMap<string, ReadonlySet<string>>;
/** The cards that the actor sees in the to-many relations named by a patch. */
export type RelatedCards = ReadonlyMap<string, RelatedFields>;
