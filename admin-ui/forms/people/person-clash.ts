import type { PersonMatch } from '../../../core/storage/gateway.types.ts';
import type { ApiProblem } from '../../api/client.ts';
import { pathOf } from '../validation/problems.ts';
import { getAt, isObject, setAt, splitPath, type Values } from '../values/paths.ts';
import type { PersonChoice } from './person-match.ts';

/** The server's refusal to double a person, and the place of that person in what was sent. */
export interface PersonClash {
  /** Path of the person's object: `person`, `guardianships.0.guardian.person`. */
  path: string;
  candidates: PersonMatch[];
  /** Id of the card of this kind that the person has here already. */
  facetId: string | undefined;
  detail: string;
}

export function personClash(problem: ApiProblem): PersonClash | undefined {
  if (problem.code !== 'PERSON_EXISTS' && problem.code !== 'FACET_EXISTS') return undefined;
  const pointer = problem.errors[0]?.path ?? '/person';
  const path = pathOf(pointer);
  const { candidates, id, recordId } = problem.members;
  const facet = typeof id === 'string' ? id : recordId;
  return {
    path: path === '' ? 'person' : path,
    candidates: Array.isArray(candidates) ? (candidates as PersonMatch[]) : [],
    facetId: typeof facet === 'string' ? facet : undefined,
    detail: problem.detail,
  };
}

/** The record that the person belongs to: '' for the card itself, else the path of the object in a reference. */
export const ownerPath = (path: string): string => splitPath(path).slice(0, -1).join('.');

/** The body with the reader's decision in it. A card that exists replaces the object in a reference by its id. */
export function settleClash(body: Values, clash: PersonClash, choice: PersonChoice): Values {
  const owner = ownerPath(clash.path);
  if (choice.kind === 'record') return owner === '' ? body : setAt(body, owner, choice.id);
  if (choice.kind === 'person') return setAt(body, clash.path, choice.person);
  const typed = getAt(body, clash.path);
  return setAt(body, clash.path, { ...(isObject(typed) ? typed : {}), isNew: true });
}
