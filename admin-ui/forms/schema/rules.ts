import type { FormRule } from '../../../core/catalogue/types.ts';
import type { Expression } from '../../../core/expressions/types.ts';
import { getAt, prune, type Values } from '../values/paths.ts';
import type { Leaf } from './leaves.ts';

/** Paths of fields or groups that the form's rules hide or require just now. */
export interface RuleEffects {
  hidden: ReadonlySet<string>;
  required: ReadonlySet<string>;
}
export const NO_RULES: RuleEffects = { hidden: new Set(), required: new Set() };

export type Truth = (expression: Expression, values: Values) => boolean;

/** A field that some rule shows is hidden until that rule holds; `hide` wins over `show`. */
export function effectsOf(rules: FormRule[], values: Values, isTrue: Truth): RuleEffects {
  if (rules.length === 0) return NO_RULES;
  const hidden = new Set<string>();
  const required = new Set<string>();
  const holding = rules.map(rule => isTrue(rule.when, values));
  rules.forEach((rule, index) => {
    if (!holding[index]) for (const path of rule.show ?? []) hidden.add(path);
  });
  rules.forEach((rule, index) => {
    if (!holding[index]) return;
    for (const path of rule.show ?? []) hidden.delete(path);
    for (const path of rule.require ?? []) required.add(path);
  });
  rules.forEach((rule, index) => {
    if (holding[index]) for (const path of rule.hide ?? []) hidden.add(path);
  });
  return { hidden, required };
}

/** What a field's neighbours make of it: a passport's series has a mask and is required, a foreign paper's not. */
export function conditionsNow(leaf: Leaf, values: Values): { format: string | undefined; required: boolean } {
  if (leaf.conditions.length === 0) return { format: undefined, required: false };
  const group = prune(leaf.group === undefined ? values : (getAt(values, leaf.group) ?? {}));
  const holding = leaf.conditions.filter(condition => condition.holds(group));
  return {
    format: holding.find(condition => condition.format)?.format,
    required: holding.some(condition => condition.required),
  };
}
