/** Conditions with `ifGiven`: an argument of `and` or `or` that counts only when its parameter is given. */
import type { Expression } from '../expressions/types.ts';

export interface IfGivenUse {
  name: string;
  /** JSON pointer of the conditional part. */
  pointer: string;
}

/**
 * The expression without its conditional parts whose parameter is not given; undefined when nothing is left.
 * `params` are the names found, for the check of a definition.
 */
export function withoutIfGiven(
  e: Expression,
  given: (name: string) => boolean,
): { expression: Expression | undefined; params: IfGivenUse[] } {
  const params: IfGivenUse[] = [];
  const visit = (part: Expression, pointer: string): Expression | undefined => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    let node = part as Expression & object & { ifGiven?: unknown };
    if ('ifGiven' in node) {
      const { ifGiven, ...rest } = node;
      const name = String(ifGiven);
      params.push({ name, pointer });
      if (!given(name)) return undefined;
      node = rest as typeof node;
    }
    if (!('op' in node) || (node.op !== 'and' && node.op !== 'or') || !Array.isArray(node.args)) return node;
    const args = node.args
      .map((arg, index) => visit(arg, `${pointer}/args/${index}`))
      .filter(arg => arg !== undefined);
    return args.length === 0 && node.args.length > 0 ? undefined : { ...node, args };
  };
  return { expression: visit(e, ''), params };
}
