/**
 * Settings of the server: the only place that reads the environment.
 *
 * Every setting has a type, a default and limits; a wrong value stops the start with one line that names the
 * setting, what was expected and what was found. Nothing is read later, so two runs with the same settings
 * behave alike.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Config {
  /** Version of the package. */
  version: string;
  /** Folder of the checkout: `plugins/`, `schemas/`, `report-templates/`, `dist/ui` stand in it. */
  root: string;
  /** Address to listen on. Default 127.0.0.1. */
  host: string;
  /** Port to listen on, 0 for any free one. Default 8080. */
  port: number;
  /** Absolute folder of the embedded database, the secret and files. Default `.kartoteka`. */
  dataFolder: string;
  /** Owner's connection to a PostgreSQL server (15 or newer); absent: the embedded one. */
  databaseUrl?: string;
  /** Keeps the files of cards instead of the data folder. */
  objectStore?: ObjectStore;
  /** At least 32 characters; signs cursors and derives the password of the login role. */
  secret: string;
  production: boolean;
  logLevel: LogLevel;
  session: SessionLimits;
  /** Roles in which nobody works without a second factor (ID7): administrators, in production. */
  secondFactorRoles: string[];
  /** Records with personal data from which on an export asks for the password. Default 100. */
  exportConfirmRecords: number;
  /** Addresses of proxies that end TLS before us; forwarded headers of no one else are believed. */
  trustedProxies: string[];
  /** Cookies carry `Secure`: everyone reaches us through TLS. */
  secureCookies: boolean;
  /** Fill an empty database with the demo region. Never in production, not with `--empty`. */
  demo: boolean;
  /** IANA name; decides which day it is. Default Europe/Moscow. */
  timeZone: string;
  /** Folders whose subfolders are plugins. Default `plugins/`. */
  pluginFolders: string[];
}

/** A bucket of an S3-compatible store. */
export interface ObjectStore {
  /** Origin of the store; `https:`, or `http:` on this computer. */
  endpoint: string;
  bucket: string;
  region: string;
  key: string;
  secret: string;
}

export interface SessionLimits {
  /** Minutes without a request after which the user session ends. Default 30. */
  idleMinutes: number;
  /** Hours after which it ends in any case. Default 12. */
  absoluteHours: number;
  /** Minutes for which a typed password lets its owner change rights and export in bulk (ID12). Default 10. */
  confirmMinutes: number;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A setting that cannot be used. The message is one Russian sentence for whoever starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..');

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings and makes the data folder with its secret if they are missing.
 *
 * @throws ConfigError naming the setting
 */
export function readConfig(argv: readonly string[] = [], environment: Environment = process.env): Config {
  const unknown = argv.find(argument => argument !== '--empty');
  if (unknown !== undefined)
    throw new ConfigError(`Неизвестный параметр «${unknown}». Есть параметр --empty.`);

  const settings = new Settings(environment);
  const production =
    settings.oneOf('NODE_ENV', ['development', 'production', 'test'], 'development') === 'production';
  const dataFolder = resolve(projectRoot, settings.text('KARTOTEKA_DATA', '.kartoteka'));
  const databaseUrl = settings.postgresUrl('DATABASE_URL');
  const objectStore = settings.objectStore();
  const trustedProxies = settings.addresses('KARTOTEKA_PROXY');
  const host = settings.text('HOST', '127.0.0.1');
  refusePlainHttpBeyondLoopback(host, trustedProxies);

  return {
    version: packageVersion(),
    root: projectRoot,
    host,
    port: settings.integer('PORT', 8080, 0, 65_535),
    dataFolder,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(objectStore ? { objectStore } : {}),
    secret: settings.secret(dataFolder, production),
    production,
    logLevel: settings.oneOf('KARTOTEKA_LOG', logLevels, production ? 'info' : 'warn'),
    session: {
      idleMinutes: settings.integer('KARTOTEKA_SESSION_IDLE_MINUTES', 30, 1, 1440),
      absoluteHours: settings.integer('KARTOTEKA_SESSION_HOURS', 12, 1, 168),
      confirmMinutes: settings.integer('KARTOTEKA_CONFIRM_MINUTES', 10, 1, 720),
    },
    secondFactorRoles: production ? ['region-admin', 'org-admin'] : [],
    exportConfirmRecords: settings.integer('KARTOTEKA_CONFIRM_EXPORT', 100, 1, 200_000),
    trustedProxies,
    secureCookies: trustedProxies.length > 0,
    demo: !production && !argv.includes('--empty'),
    timeZone: settings.timeZone('KARTOTEKA_TIME_ZONE', 'Europe/Moscow'),
    pluginFolders: [join(projectRoot, 'plugins'), ...settings.folders('KARTOTEKA_PLUGINS')],
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.');

/** A password over plain HTTP on a network is a password given away (ID4). */
function refusePlainHttpBeyondLoopback(host: string, proxies: string[]) {
  if (isLoopback(host) || proxies.length > 0) return;
  throw new ConfigError(
    `HOST=${host}: вне этого компьютера без TLS работать нельзя. Поставьте перед сервером прокси с TLS и назовите его адрес в KARTOTEKA_PROXY или уберите HOST.`,
  );
}

function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  return manifest.version;
}

class Settings {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** An empty variable is an absent one. */
  #read(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  text(name: string, fallback: string): string {
    return this.#read(name) ?? fallback;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const text = this.#read(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new ConfigError(`${name}: нужно целое число от ${least} до ${most}, а указано «${text}».`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.#read(name);
    if (text === undefined) return fallback;
    const found = allowed.find(value => value === text);
    if (!found) throw new ConfigError(`${name}: нужно одно из ${allowed.join(', ')}, а указано «${text}».`);
    return found;
  }

  postgresUrl(name: string): string | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
      // The value holds a password, so it is not repeated.
      throw new ConfigError(`${name}: нужен адрес вида postgres://пользователь:пароль@сервер:5432/база.`);
    }
    return text;
  }

  objectStore(): ObjectStore | undefined {
    const address = this.#read('KARTOTEKA_S3');
    if (address === undefined) return undefined;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const bucket = url?.pathname.slice(1) ?? '';
    const plain = url?.protocol === 'http:' && isLoopback(url.hostname);
    if (
      !url ||
      !(plain || url.protocol === 'https:') ||
      url.username ||
      !/^[a-z0-9][a-z0-9.-]{2,62}$/.test(bucket)
    )
      throw new ConfigError(
        `KARTOTEKA_S3: нужен адрес хранилища с корзиной вида https://s3.example.org/kartoteka, а указано «${address.replace(/\/\/.*@/, '//…@')}».`,
      );
    const [key, secret] = ['KARTOTEKA_S3_KEY', 'KARTOTEKA_S3_SECRET'].map(name => {
      const text = this.#read(name);
      if (text === undefined) throw new ConfigError(`${name}: нужно указать вместе с KARTOTEKA_S3.`);
      return text;
    }) as [string, string];
    return {
      endpoint: url.origin,
      bucket,
      region: this.text('KARTOTEKA_S3_REGION', 'us-east-1'),
      key,
      secret,
    };
  }

  addresses(name: string): string[] {
    const list = this.#list(name, ',');
    const wrong = list.find(address => !isIP(address.replace(/\/\d{1,3}$/, '')));
    if (wrong !== undefined) {
      throw new ConfigError(`${name}: нужны адреса IP или сети через запятую, а указано «${wrong}».`);
    }
    return list;
  }

  folders(name: string): string[] {
    return this.#list(name, delimiter).map(folder => resolve(folder));
  }

  timeZone(name: string, fallback: string): string {
    const text = this.text(name, fallback);
    try {
      new Intl.DateTimeFormat('ru', { timeZone: text });
      return text;
    } catch {
      throw new ConfigError(`${name}: нет часового пояса «${text}»; пример: Europe/Moscow.`);
    }
  }

  /** Given, or made once and kept beside the data, readable by its owner only. */
  secret(dataFolder: string, production: boolean): string {
    const given = this.#read('KARTOTEKA_SECRET');
    if (given !== undefined) {
      if (given.length < 32) {
        throw new ConfigError(`KARTOTEKA_SECRET: нужно не меньше 32 знаков, а указано ${given.length}.`);
      }
      return given;
    }
    if (production)
      throw new ConfigError('KARTOTEKA_SECRET: в рабочей среде (NODE_ENV=production) нужно указать.');
    return keptSecret(dataFolder);
  }

  #list(name: string, separator: string): string[] {
    return (this.#read(name) ?? '')
      .split(separator)
      .map(part => part.trim())
      .filter(part => part !== '');
  }
}

function keptSecret(dataFolder: string): string {
  const file = join(dataFolder, 'secret');
  try {
    mkdirSync(dataFolder, { recursive: true });
    // `wx` fails if another start has just made it: then its value counts.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ConfigError(
        `KARTOTEKA_DATA: в папку ${dataFolder} нельзя писать (${(error as Error).message}).`,
      );
    }
  }
  const secret = readSecret(file);
  if (secret.length < 32) throw new ConfigError(`Файл ${file} повреждён: в нём меньше 32 знаков.`);
  return secret;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`Файл ${file} не прочитан: ${(error as Error).message}.`);
  }
}
