/** Commands beside the server: `npm run <command> -- <arguments>`. */
import { join } from 'node:path';
import pg from 'pg';
import { loadInstalled } from './catalogue/installed.ts';
import { loadCatalogue } from './catalogue/load.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { loadDemo } from './demo/load.ts';
import type { Progress } from './main.ts';
import { createPlugin } from './plugins/create.ts';
import { keptPlugins } from './plugins/kept.ts';
import { ownerUrlOf, startEmbedded } from './storage/embedded/embedded.ts';
import { EmbeddedError } from './storage/embedded/error.ts';
import { migrate } from './storage/migrate.ts';
import { MigrationError } from './storage/roles.ts';

type Command = (args: string[], progress: Progress) => Promise<number>;

const commands: Record<string, { usage: string; run: Command }> = {
  demo: {
    usage: 'demo                      заполнить пустую базу демонстрационными данными',
    run: fillWithDemo,
  },
  gen: {
    usage: 'gen [-- --check]          записать созданные файлы или только сравнить их',
    run: generate,
  },
  'plugin:new': { usage: 'plugin:new -- <id>        новый модуль из двух файлов', run: newPlugin },
  'verify-audit': {
    usage: 'verify-audit              проверить, что журнал не изменяли; можно при работающем сервере',
    run: checkAudit,
  },
  'check-files': {
    usage:
      'check-files [-- --clean]  сверить хранилище файлов с карточками, удалить лишнее; можно при работающем сервере',
    run: checkStoredFiles,
  },
  'plugin:check': { usage: 'plugin:check [-- <id>]     проверить файлы модулей', run: checkPlugins },
};

/** @returns exit code */
export async function runCli(name: string, args: string[], progress: Progress): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const usages = Object.values(commands).map(({ usage }) => `  npm run ${usage}`);
    console.error(`Нет команды «${name}». Есть:\n${usages.join('\n')}`);
    return 2;
  }
  try {
    return await command.run(args, progress);
  } catch (error) {
    const known = [ConfigError, EmbeddedError, MigrationError].some(kind => error instanceof kind);
    console.error(known ? (error as Error).message : error);
    return 1;
  }
}

/** Files made from the cards; with `--check` a stale one is a fault and nothing is written. */
async function generate(args: string[]): Promise<number> {
  const { generateTypes } = await import('./plugins/generate.ts');
  const check = args.includes('--check');
  const { pluginFolders } = readConfig();
  const files = await generateTypes(await loadCatalogue({ pluginFolders }), { check });
  const stale = files.filter(file => !file.current);
  for (const { file } of stale)
    console.log(check ? `${file}: устарел, нужен npm run gen` : `${file}: записан`);
  return check && stale.length > 0 ? 1 : 0;
}

async function newPlugin([id, ...rest]: string[]): Promise<number> {
  if (id === undefined || rest.length > 0) {
    console.error('Назовите один модуль латинскими буквами: npm run plugin:new -- chess-club');
    return 2;
  }
  const { root, version } = readConfig();
  const files = await createPlugin(join(root, 'plugins'), id, version);
  console.log(`Создано:\n${files.map(file => `  ${file}`).join('\n')}\nПерезапустите npm start.`);
  return 0;
}

async function checkPlugins(ids: string[]): Promise<number> {
  const catalogue = await loadCatalogue({ pluginFolders: readConfig().pluginFolders });
  const asked = (id: string) => ids.length === 0 || ids.includes(id);
  const unknown = ids.filter(
    id => !catalogue.plugins.has(id) && !catalogue.quarantine.some(fault => fault.plugin === id),
  );
  for (const id of unknown) console.error(`${id}: такого модуля нет`);
  for (const { id, version } of catalogue.plugins.values())
    if (asked(id)) console.log(`${id} ${version}: принят`);
  const faults = catalogue.quarantine.filter(fault => asked(fault.plugin));
  for (const { plugin, file, pointer, reason } of faults) {
    console.error(`${plugin}: не принят\n  ${file}${pointer ? `#${pointer}` : ''}\n  ${reason}`);
  }
  return faults.length + unknown.length === 0 ? 0 : 1;
}

async function fillWithDemo(_args: string[], progress: Progress): Promise<number> {
  const config = readConfig();
  return withDatabase(config, progress, async ownerUrl => {
    const catalogue = await loadInstalled({
      pluginFolders: config.pluginFolders,
      migrate: loaded => migrate(ownerUrl, loaded, { secret: config.secret }),
      former: keptPlugins(ownerUrl, config.dataFolder),
    });
    const end = progress.lasting('Загружаются демонстрационные данные');
    const { loaded, records } = await loadDemo(ownerUrl, catalogue, {
      production: config.production,
    }).finally(end);
    if (!loaded)
      console.error('В базе уже есть организации: демонстрационные данные загружаются только в пустую.');
    for (const [entity, count] of Object.entries(records)) console.log(`  ${entity}: ${count}`);
    return loaded ? 0 : 1;
  });
}

async function checkAudit(args: string[], progress: Progress): Promise<number> {
  if (args.length > 0) {
    console.error(`Неизвестный параметр «${args[0]}».`);
    return 2;
  }
  const { describeVerification, verifyDatabase } = await import('./audit/verify-command.ts');
  const config = readConfig();
  const verification = await beside(config, progress, ownerUrl => verifyDatabase(ownerUrl, config));
  const lines = describeVerification(verification);
  for (const line of lines) (verification.fault ? console.error : console.log)(line);
  return verification.fault ? 1 : 0;
}

async function checkStoredFiles(args: string[], progress: Progress): Promise<number> {
  const unknown = args.find(argument => argument !== '--clean');
  if (unknown !== undefined) {
    console.error(`Неизвестный параметр «${unknown}».`);
    return 2;
  }
  const { checkFiles, describeFilesCheck } = await import('./files/check-command.ts');
  const config = readConfig();
  const clean = args.includes('--clean');
  const check = await beside(config, progress, ownerUrl => checkFiles(ownerUrl, config, { clean }));
  for (const line of describeFilesCheck(check)) console.log(line);
  return check.lost.length > 0 ? 1 : 0;
}

/** On the database of a running server if there is one, else on one started for it. */
async function beside<T>(
  config: Config,
  progress: Progress,
  work: (ownerUrl: string) => Promise<T>,
): Promise<T> {
  const running = config.databaseUrl ? undefined : await answering(ownerUrlOf(config.dataFolder));
  return running ? work(running) : withDatabase(config, progress, work);
}

/** The address again if a server answers there: then ours is running, and its folder is taken. */
async function answering(ownerUrl: string | undefined): Promise<string | undefined> {
  if (ownerUrl === undefined) return undefined;
  const probe = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 2_000 });
  try {
    await probe.connect();
    return ownerUrl;
  } catch {
    return undefined;
  } finally {
    await probe.end().catch(() => undefined);
  }
}

async function withDatabase<T>(
  config: Config,
  progress: Progress,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const embedded = await startEmbedded({ dataFolder: config.dataFolder, log: line => progress.step(line) });
  try {
    return await work(embedded.ownerUrl);
  } finally {
    await embedded.stop();
  }
}
