import type { EntityDescription, RelationDescription } from '../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';

export const mayKeep = (can: RelationDescription['can']): boolean => can.create || can.update || can.delete;

/**
 * Whether there is anything to save. A psychologist changes no field of the student and yet writes the notes that
 * stand in this card (S003-5.10); who may change such cards but not this one now (a closed year) changes nothing.
 */
export function mayEdit(
  { allowed }: Pick<RecordAnswer, 'allowed'>,
  { can, relations }: Pick<EntityDescription, 'can' | 'relations'>,
): boolean {
  const keepsRows = relations.some(({ kind, can: own }) => kind === 'many' && mayKeep(own));
  return allowed.update || (!can.update && keepsRows);
}
