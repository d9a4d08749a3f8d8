/** The caption of a record, said once by the template of its card: `{person}`, `{grade}{letter}`. */
import type { Entity } from './types.ts';

export type LabelPart = { text: string } | { path: string };

/** Parts of a template: `№ {number}` -> text «№ », path `number`. Braces do not nest. */
export function parseLabel(template: string): LabelPart[] {
  const parts: LabelPart[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue;
    parts.push(piece.startsWith('{') ? { path: piece.slice(1, -1).trim() } : { text: piece });
  }
  return parts;
}

const parsed = new WeakMap<Entity, LabelPart[]>();

/** Parts of the entity's own template, parsed once. `person` stands for Фамилия Имя Отчество. */
export function labelParts(entity: Entity): LabelPart[] {
  const known = parsed.get(entity) ?? parseLabel(entity.label);
  parsed.set(entity, known);
  return known;
}
