/** What the dialog of a field starts from and what it sends. Pure. */
import type { CustomField, DesignRole, FieldSetting } from './types.ts';

/**
 * Those who keep the card see and fill the new field, and its designer sees it; everybody else is ticked by people
 * only.
 */
export function newSetting(roles: readonly DesignRole[], designer: string): FieldSetting {
  const keepers = roles.filter(role => role.write && !role.outside).map(({ role }) => role);
  const designs = roles.some(({ role, read }) => role === designer && read) ? [designer] : [];
  return {
    kind: 'text',
    title: '',
    required: false,
    class: 'open',
    basis: 'law',
    counts: true,
    absentable: false,
    read: [...new Set([...keepers, ...designs])],
    write: keepers,
  };
}

const OF_KIND: Record<string, readonly string[]> = {
  text: ['format', 'maxLength'],
  multiline: ['maxLength'],
  integer: ['minimum', 'maximum'],
  decimal: ['minimum', 'maximum'],
  date: ['minimum', 'maximum'],
  dictionary: ['dictionary'],
  dictionaries: ['dictionary'],
  ref: ['ref'],
};
const SPECIAL = new Set(Object.values(OF_KIND).flat());
const COMMON = [
  'kind', 'title', 'titleEn', 'help', 'required', 'class', 'basis', 'purpose', 'counts', 'absentable', 'read', 'write',
]; // biome-ignore format: a list

/** Members that the kind has and that say something. */
export function usable(setting: FieldSetting): FieldSetting {
  const kept = Object.entries(setting).filter(([name, value]) => {
    if (value === undefined || value === '') return name === 'title';
    if (name === 'purpose') return setting.basis === 'consent';
    return COMMON.includes(name) || (SPECIAL.has(name) && OF_KIND[setting.kind]?.includes(name));
  });
  return Object.fromEntries(kept) as unknown as FieldSetting;
}

/** A merge patch: what differs, null for what was cleared. */
export function changedMembers(field: CustomField, setting: FieldSetting): Partial<CustomField> {
  const before = usable(field) as unknown as Record<string, unknown>;
  const after = setting as unknown as Record<string, unknown>;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const patch: Record<string, unknown> = {};
  for (const name of names)
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) patch[name] = after[name] ?? null;
  return patch as Partial<CustomField>;
}
