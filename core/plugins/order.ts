/** Which plugin is taken in after which. */

export interface Requiring {
  id: string;
  requires: Record<string, string>;
}

/**
 * Plugins in the order of their needs, by id where that is free. Those that need each other in a circle are
 * given back apart, each with the circle it stands in.
 */
export function orderByNeeds<P extends Requiring>(
  plugins: readonly P[],
): { order: P[]; circles: Map<string, string[]> } {
  const byId = new Map(plugins.map(plugin => [plugin.id, plugin]));
  const circles = new Map<string, string[]>();
  const order: P[] = [];
  const done = new Set<string>();
  const visit = (plugin: P, way: string[]) => {
    const again = way.indexOf(plugin.id);
    if (again >= 0) {
      for (const id of way.slice(again)) circles.set(id, way.slice(again));
      return;
    }
    if (done.has(plugin.id)) return;
    for (const need of Object.keys(plugin.requires).sort()) {
      const needed = byId.get(need);
      if (needed) visit(needed, [...way, plugin.id]);
    }
    if (done.has(plugin.id)) return;
    done.add(plugin.id);
    order.push(plugin);
  };
  for (const id of [...byId.keys()].sort()) visit(byId.get(id)!, []);
  return { order: order.filter(plugin => !circles.has(plugin.id)), circles };
}
