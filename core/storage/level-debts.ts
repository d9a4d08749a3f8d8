/** What a save does not ask of who cannot give it. */
import type { Rights } from '../access/rights.ts';
import type { FieldProblem } from '../problems.ts';

/** What only the form of a level requires is asked of those who may fill it; for the others it stays a debt. */
export function withoutLevelDebts({ entity, writable }: Rights, found: readonly FieldProblem[], at: string) {
  const byRule = new Set(entity.form.rules.flatMap(rule => (rule.checked && rule.require) || []));
  return found.filter(({ code, path: pointer }) => {
    const path = pointer.slice(at.length + 1).replaceAll('/', '.');
    const asked = entity.fields.get(path)?.requiredByLevel || byRule.has(path);
    return code !== 'REQUIRED' || !asked || writable(path);
  });
}
