/** Declared dangerous changes of a plugin: `migrations/NNNN-name.migration.json`, applied by storage once each. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { CatalogueFault } from './fault.ts';
import type { JsonFile } from './files.ts';
import type { FieldKind } from './types.ts';

export type MigrationStep =
  | { step: 'rename'; entity: string; field?: string; to: string }
  | { step: 'drop'; entity: string; field?: string }
  | { step: 'retype'; entity: string; field: string; to: FieldKind; otherwise?: 'refuse' | 'clear' }
  | NarrowStep
  | { step: 'require'; entity: string; field: string; value: string | number | boolean };

export interface NarrowStep {
  step: 'narrow';
  entity: string;
  field: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  otherwise?: 'refuse' | 'clear' | 'cut';
}

export interface PluginMigration {
  /** `0001-note-is-remark`; also the order. */
  name: string;
  file: string;
  /** Of what it says, however it is laid out. */
  hash: string;
  /** Why, in Russian. */
  title: string;
  steps: MigrationStep[];
}

const ENDING = '.migration.json';
const NAME = /^\d{4}-[a-z0-9-]{1,60}$/;

/** @throws CatalogueFault for names that give no order */
export function compileMigrations(files: readonly JsonFile[]): PluginMigration[] {
  const migrations = files.map(({ file, json }) => ({
    name: basename(file, ENDING),
    file,
    hash: createHash('sha256').update(JSON.stringify(json)).digest('hex'),
    title: String(json.title),
    steps: json.steps as MigrationStep[],
  }));
  for (const [index, { name, file }] of migrations.entries()) {
    if (!NAME.test(name))
      throw new CatalogueFault(file, '', `Файл должен называться как 0001-what-changes${ENDING}`);
    if (migrations[index - 1]?.name.slice(0, 4) === name.slice(0, 4))
      throw new CatalogueFault(file, '', `Номер ${name.slice(0, 4)} уже занят другим файлом`);
  }
  return migrations;
}
