/** Which declared changes of a plugin are still to be applied, and whether the applied ones are what they were. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { PluginMigration } from '../catalogue/migrations.ts';

/** Plugin -> name of the migration -> hash of its text when it was applied. */
export type Applied = Map<string, Map<string, string>>;

export async function readApplied(client: pg.ClientBase): Promise<Applied> {
  const { rows } = await client.query<{ plugin: string; name: string; hash: string }>(
    `select plugin, name, hash from migration where plugin <> 'core'`,
  );
  const applied: Applied = new Map();
  for (const { plugin, name, hash } of rows)
    applied.set(plugin, (applied.get(plugin) ?? new Map<string, string>()).set(name, hash));
  return applied;
}

/** @param files of the plugin, in their order */
export function pendingOf(
  files: readonly PluginMigration[],
  applied: ReadonlyMap<string, string> = new Map(),
): { pending: PluginMigration[]; fault?: { file: string; reason: string } } {
  const last = [...applied.keys()].sort().at(-1);
  const pending = files.filter(file => !applied.has(file.name));
  const changed = files.find(file => applied.has(file.name) && applied.get(file.name) !== file.hash);
  const late = pending.find(file => last !== undefined && file.name < last);
  const lost = [...applied.keys()].find(name => !files.some(file => file.name === name));
  const fault = (file: string, reason: string) => ({ pending, fault: { file, reason } });
  if (changed)
    return fault(changed.file, 'Файл изменён после того, как был применён. Верните его и добавьте новый');
  if (late) return fault(late.file, `Файл идёт раньше применённого «${last}». Дайте ему следующий номер`);
  if (lost) return fault('migrations', `Применённого файла «${lost}» больше нет. Верните его`);
  return { pending };
}

/** The row of a file that is already recorded gets its new hash (dictionaries); files of the core never do. */
export async function recordMigration(
  client: pg.ClientBase,
  plugin: string,
  name: string,
  hash: string,
): Promise<void> {
  await client.query(
    `insert into migration (plugin, name, hash) values ($1, $2, $3)
     on conflict (plugin, name) do update set hash = excluded.hash, applied_at = now()`,
    [plugin, name, hash],
  );
}

export async function inTransaction(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => sleep(0));
    throw error;
  }
}

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
