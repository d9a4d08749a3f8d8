/** One level's changes of one dictionary. */
import type { Dictionary, DictionaryItem } from '../catalogue/types.ts';
import type { DictionaryLayer, OwnItem } from './layers.ts';

/** @returns undefined for changes of a dictionary that is no longer there */
export function applyDictionaryLayer(
  known: Dictionary | undefined,
  id: string,
  layer: DictionaryLayer,
): Dictionary | undefined {
  const base = known ?? (layer.title ? ownDictionary(id, layer) : undefined);
  if (!base) return undefined;
  const own = new Map(base.own);
  const relabel = new Map(layer.relabel.map(item => [item.code, item]));
  const hidden = new Set(layer.hide);
  const items = base.items.map((item): DictionaryItem => {
    const words = relabel.get(item.code);
    const next = words ? { ...item, ...captionsOf(words) } : item;
    if (words) own.set(item.code, captionsOf(words));
    return hidden.has(item.code) ? { ...next, retired: true } : next;
  });
  const codes = new Set(items.map(item => item.code));
  for (const item of layer.add) {
    if (codes.has(item.code)) continue;
    own.set(item.code, captionsOf(item));
    items.push({
      code: item.code,
      ...captionsOf(item),
      extra: {},
      ...(item.retired ? { retired: true } : {}),
    });
  }
  return { ...base, items, own };
}

const ownDictionary = (id: string, layer: DictionaryLayer): Dictionary => ({
  id,
  title: layer.title ?? id,
  source: '',
  plugin: 'core',
  items: [],
});

const captionsOf = ({ ru, en }: OwnItem) => ({ ru, en: en || ru });
