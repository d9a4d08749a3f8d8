import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discoverPlugins } from '../plugins/discovery.ts';
import { orderByNeeds } from '../plugins/order.ts';
import { satisfies } from '../plugins/semver.ts';
import { CORE_LOCALE, organisationEntity } from './builtin.ts';
import { takeIn } from './compile-plugin.ts';
import { Definitions } from './definitions.ts';
import { declareType, organisationTypesOf, readCoreDictionaries, rolesOf } from './dictionaries.ts';
import { CatalogueFault } from './fault.ts';
import { FileReader, type JsonFile } from './files.ts';
import { metaSchemas } from './meta.ts';
import { type Manifest, readManifest, readPluginFiles } from './plugin-files.ts';
import type { Catalogue, Quarantine } from './types.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Candidate {
  id: string;
  folder: string;
  requires: Record<string, string>;
  own: { manifest: Manifest; file: JsonFile };
  /** What stands in the plugin folder cannot even be named: this is the former version. */
  former?: boolean;
}

/**
 * Reads everything installed and compiles it to one description.
 *
 * A plugin with a fault (bad JSON or schema, missing or incompatible requirement, clash of names) goes to
 * `quarantine` with file, JSON pointer and reason, and so do those that require it; the others are taken in. Where a
 * former version of a faulty plugin is known, that one is taken in instead.
 *
 * @param options.pluginFolders  folders that hold plugins, each plugin a folder with plugin.json
 * @param options.refused        plugins that storage could not take in, found after a first loading
 * @param options.former         plugin -> folder of its former version
 * @throws CatalogueFault only for faults of the core's own files
 */
export async function loadCatalogue(options: {
  pluginFolders: string[];
  refused?: readonly Quarantine[];
  former?: ReadonlyMap<string, string>;
}): Promise<Catalogue> {
  const loader = new Loader(await coreVersion(), options.refused ?? [], options.former ?? new Map());
  return loader.load(options.pluginFolders);
}

async function coreVersion(): Promise<string> {
  const json = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return json.version;
}

class Loader {
  readonly #core: string;
  readonly #reader = new FileReader();
  readonly #meta = metaSchemas();
  readonly #definitions = new Definitions();
  readonly #quarantine: Quarantine[];
  readonly #refused: ReadonlySet<string>;
  readonly #former: ReadonlyMap<string, string>;
  /** Versions of the plugins found, good or not. */
  readonly #found = new Map<string, string>();

  constructor(core: string, refused: readonly Quarantine[], former: ReadonlyMap<string, string>) {
    this.#core = core;
    this.#former = former;
    this.#refused = new Set(refused.map(entry => entry.plugin));
    this.#quarantine = [...refused];
  }

  async load(folders: string[]): Promise<Catalogue> {
    let catalogue = await this.#empty();
    const candidates = await this.#candidates(folders);
    // Before the first card is compiled: any card may name a type. A type stays known while its plugin is left out,
    // because organisations are of it.
    for (const { id, own } of candidates)
      for (const type of own.manifest.organisationTypes ?? [])
        if (typeof type !== 'string') declareType(catalogue, id, type);
    const { order, circles } = orderByNeeds(candidates);
    for (const candidate of candidates) {
      const circle = circles.get(candidate.id);
      if (circle) {
        const way = [...circle, circle[0]].map(id => `«${id}»`).join(' → ');
        this.#put(
          candidate.id,
          candidate.own.file.file,
          '/requires',
          `Модули требуют друг друга по кругу: ${way}`,
        );
      }
    }
    for (const candidate of order) {
      const next = await this.#take(catalogue, candidate);
      if (next) catalogue = next;
    }
    return {
      ...catalogue,
      quarantine: this.#quarantine,
      version: this.#reader.version(root, this.#core + this.#definitions.text),
    };
  }

  async #empty(): Promise<Catalogue> {
    const dictionaries = await readCoreDictionaries(this.#reader, this.#meta);
    const organisation = organisationEntity();
    return {
      version: '',
      plugins: new Map(),
      quarantine: [],
      entities: new Map([[organisation.id, organisation]]),
      dictionaries,
      roles: rolesOf(dictionaries),
      organisationTypes: organisationTypesOf(dictionaries),
      grants: [],
      reports: new Map(),
      locales: new Map([['core', CORE_LOCALE]]),
    };
  }

  async #candidates(folders: string[]): Promise<Candidate[]> {
    const found = new Map<string, Candidate>();
    for (const { id, folder } of await discoverPlugins(folders)) {
      try {
        const own = await readManifest(folder, this.#reader, this.#meta);
        const twin = found.get(id);
        if (twin) throw new CatalogueFault(own.file.file, '/id', `Модуль «${id}» уже есть в ${twin.folder}`);
        found.set(id, { id, folder, requires: own.manifest.requires ?? {}, own });
        this.#found.set(id, own.manifest.version);
      } catch (error) {
        this.#fault(id, error);
        const former = found.has(id) ? undefined : await this.#formerOf(id);
        if (former) found.set(id, former);
      }
    }
    return [...found.values()];
  }

  async #take(catalogue: Catalogue, candidate: Candidate): Promise<Catalogue | undefined> {
    const { id } = candidate;
    if (candidate.former) return this.#takeFormer(catalogue, candidate);
    if (!this.#refused.has(id)) {
      try {
        return await this.#taken(catalogue, candidate);
      } catch (error) {
        this.#fault(id, error);
      }
    }
    return this.#takeFormer(catalogue, await this.#formerOf(id));
  }

  async #taken(catalogue: Catalogue, candidate: Candidate): Promise<Catalogue> {
    this.#checkNeeds(catalogue, candidate);
    const files = await readPluginFiles(candidate.folder, candidate.own, this.#reader, this.#meta);
    return takeIn(catalogue, files, this.#definitions);
  }

  async #formerOf(id: string): Promise<Candidate | undefined> {
    const folder = this.#former.get(id);
    if (folder === undefined) return undefined;
    try {
      const own = await readManifest(folder, this.#reader, this.#meta);
      return { id, folder, requires: own.manifest.requires ?? {}, own, former: true };
    } catch {
      // Made for another core: what is said of the present version is the fault to mend.
      return undefined;
    }
  }

  async #takeFormer(catalogue: Catalogue, former: Candidate | undefined): Promise<Catalogue | undefined> {
    if (!former) return undefined;
    const { id, own } = former;
    for (const type of own.manifest.organisationTypes ?? [])
      if (typeof type !== 'string') declareType(catalogue, id, type);
    try {
      const next = await this.#taken(catalogue, former);
      const { version } = own.manifest;
      this.#found.set(id, version);
      for (const [index, entry] of this.#quarantine.entries())
        if (entry.plugin === id) this.#quarantine[index] = { ...entry, serving: version };
      return next;
    } catch {
      return undefined;
    }
  }

  #checkNeeds(catalogue: Catalogue, { id, requires, own }: Candidate): void {
    const refuse = (pointer: string, reason: string): never => {
      throw new CatalogueFault(own.file.file, pointer, reason);
    };
    if (!satisfies(this.#core, own.manifest.core))
      refuse('/core', `Модуль «${id}» сделан для ядра ${own.manifest.core}, а здесь ядро ${this.#core}`);
    for (const [need, range] of Object.entries(requires)) {
      const pointer = `/requires/${need}`;
      const version = this.#found.get(need);
      if (version === undefined && !this.#quarantine.some(entry => entry.plugin === need))
        refuse(pointer, `Модулю «${id}» нужен модуль «${need}» ${range}, его нет`);
      if (!catalogue.plugins.has(need)) {
        const why = this.#quarantine.find(entry => entry.plugin === need)?.reason;
        refuse(pointer, `Модулю «${id}» нужен модуль «${need}», а он не принят${why ? `: ${why}` : ''}`);
      }
      if (version !== undefined && !satisfies(version, range))
        refuse(pointer, `Модулю «${id}» нужен модуль «${need}» ${range}, а установлен ${version}`);
    }
  }

  #fault(plugin: string, error: unknown): void {
    if (error instanceof CatalogueFault) this.#put(plugin, error.file, error.pointer, error.reason);
    else
      this.#put(
        plugin,
        '',
        '',
        `Модуль не удалось прочитать: ${error instanceof Error ? error.message : error}`,
      );
  }

  #put(plugin: string, file: string, pointer: string, reason: string): void {
    if (this.#refused.has(plugin)) return;
    this.#quarantine.push({ plugin, file: file.replace(root, ''), pointer, reason });
  }
}
