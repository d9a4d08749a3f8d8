import type { PreparedForm } from '../schema/prepare.ts';
import type { RuleEffects } from '../schema/rules.ts';
import { getAt, isEmpty, type Values } from '../values/paths.ts';
import { isWithin, type Problems, pointerOf } from './problems.ts';

/** Fields that a rule requires are not known to the schema. `say` is the sentence for an empty one. */
export function withRequiredByRules(
  problems: Problems,
  effects: RuleEffects,
  data: Values,
  prepared: PreparedForm,
  say: string,
): Problems {
  if (effects.required.size === 0) return problems;
  const all = new Map(problems);
  for (const path of effects.required) {
    const known = prepared.leaves.has(path) && !all.has(pointerOf(path));
    if (known && isEmpty(getAt(data, path))) all.set(pointerOf(path), say);
  }
  return all;
}

/** What the form does not show cannot be mended in it: not in its layout, or hidden by a rule, alone or with its section. */
export function shownProblems(problems: Problems, effects: RuleEffects, prepared: PreparedForm): Problems {
  if (problems.size === 0) return problems;
  const places: string[] = [];
  for (const tab of prepared.tabs)
    for (const section of tab.sections) {
      if (effects.hidden.has(section.id)) continue;
      for (const block of section.blocks)
        for (const { leaf } of block.rows.flat()) places.push(pointerOf(leaf.path));
    }
  const hidden = [...effects.hidden].map(path => pointerOf(path));
  return new Map(
    [...problems].filter(
      ([pointer]) =>
        places.some(place => isWithin(pointer, place)) && !hidden.some(place => isWithin(pointer, place)),
    ),
  );
}
