/** Ids of controls: the way from a fault's place to the input and back. */
import type { PreparedForm } from './schema/prepare.ts';
import { splitPath } from './values/paths.ts';

export const idOf = (idPrefix: string, path: string): string => [idPrefix, ...splitPath(path)].join('_');

/** The path behind a control's id; controls in rows have the row's number in it. */
export function pathOfId(id: string, idPrefix: string, prepared: PreparedForm): string | undefined {
  for (const [path, leaf] of prepared.leaves) {
    const own = idOf(idPrefix, path);
    if (own === id) return path;
    if (leaf.row && id.startsWith(`${own}_`))
      return `${path}.${id.slice(own.length + 1).replaceAll('_', '.')}`;
  }
  return undefined;
}

/** Focuses the control of the path, or the nearest field above it; false when the form shows none. */
export function focusField(root: HTMLElement | null, idPrefix: string, path: string): boolean {
  const parts = splitPath(path);
  for (let length = parts.length; length > 0; length -= 1) {
    const id = idOf(idPrefix, parts.slice(0, length).join('.'));
    const element = root?.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
    if (!element) continue;
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    return true;
  }
  return false;
}
