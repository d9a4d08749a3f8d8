/** A definition sent by a reader: nothing that is closed to the reader can be told from what does not exist. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { Problem } from '../problems.ts';
import { scopeOf } from '../query/compile.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import type { ReportDefinition } from './definition.ts';
import { checkDefinition, type DefinitionNames } from './definition-check.ts';

/** What is closed to the reader is not there: both have one answer (G3). */
const namesForReader = (catalogue: Catalogue, actor: Actor): DefinitionNames => ({
  entity: id => findRights(catalogue, actor, id)?.can('read') ?? false,
  scope: entity => scopeOf(new ScopedQuery(catalogue, actor, entity).frame),
});

/**
 * Reads a definition sent by a reader: shape, names within it, names and types as far as the reader may know them.
 *
 * @param at JSON pointer of the definition in what was sent, for the places of errors
 * @throws REPORT_INVALID (422) with one error per flaw, each with its JSON pointer
 */
export function parseDefinition(
  json: unknown,
  catalogue: Catalogue,
  actor: Actor,
  at = '',
): ReportDefinition {
  const flaws = checkDefinition(json, catalogue, namesForReader(catalogue, actor));
  if (flaws.length === 0) return json as ReportDefinition;
  throw new Problem('REPORT_INVALID', 422, 'Отчёт описан неверно', flaws[0]!.reason, {
    errors: flaws.map(({ pointer, reason }) => ({
      path: at + pointer,
      code: 'REPORT_INVALID',
      message: reason,
    })),
  });
}
