import { fold } from '../../../core/formats/text.ts';
import type { PersonMatch } from '../../../core/storage/gateway.types.ts';
import { isEmpty, type Values } from '../values/paths.ts';

/** What the reader settled on after the search. */
export type PersonChoice =
  /** A card of this kind exists in the own organisation. */
  | { kind: 'record'; id: string; label: string }
  /** The person is known to the region; the new card will be hers. */
  | { kind: 'person'; person: { id: string }; label: string }
  /** Nobody of the look-alikes, or none were found. */
  | { kind: 'new'; person: Values; label: string };

const COMPARED = ['lastName', 'firstName', 'middleName', 'birthDate', 'sex'] as const;

/** Names of the fields in which a look-alike differs from what was typed; fields left empty do not count. */
export function differences(typed: Values, match: PersonMatch): string[] {
  return COMPARED.filter(
    key =>
      !isEmpty(typed[key]) &&
      !isEmpty(match[key]) &&
      fold(String(typed[key])) !== fold(String(match[key] ?? '')),
  );
}

export const matchName = (match: PersonMatch): string =>
  [match.lastName, match.firstName, match.middleName].filter(Boolean).join(' ');

/** The own organisation's card of this kind, if the person has one. */
export const ownRecord = (match: PersonMatch, entity: string): string | undefined =>
  match.facets.find(facet => facet.own && facet.entity === entity && facet.recordId !== undefined)?.recordId;

/** Whether enough was typed for a search that finds few people. */
export const canSearch = (typed: Values): boolean =>
  !isEmpty(typed.snils) ||
  (!isEmpty(typed.lastName) && (!isEmpty(typed.firstName) || !isEmpty(typed.birthDate)));
