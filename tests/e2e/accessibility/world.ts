/** The real server and one browser, with a signed-in state per role and pages that note what goes wrong. */
import type { BrowserContext, Page } from 'playwright-core';
import { demoPassword, type TestClient } from '../../support/app.ts';
import { aBrowser, type TestBrowser } from '../../support/browser.ts';
import { aServer, type TestServer } from '../../support/server.ts';

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const SMALL = { width: 320, height: 640 };

export interface Size {
  width: number;
  height: number;
}

export interface PageOptions {
  /** Of the demo region; without it nobody is signed in. */
  login?: string | undefined;
  size?: Size;
}

export interface WatchedPage {
  page: Page;
  /** Errors of the console and of scripts, refusals of the content security policy, as they come. */
  faults: string[];
}

/** What one test does with a page that others have used and will use. */
export type Visit<T> = (watched: WatchedPage) => Promise<T>;

/** What every state needs to know of one role. */
export interface Role {
  client: TestClient;
  appointment: string;
  storage: Awaited<ReturnType<BrowserContext['storageState']>>;
}

export class World {
  readonly server: TestServer;
  readonly browser: TestBrowser;
  readonly #roles = new Map<string, Promise<Role>>();
  readonly #idle = new Map<string, WatchedPage[]>();

  private constructor(server: TestServer, browser: TestBrowser) {
    this.server = server;
    this.browser = browser;
  }

  static async start(): Promise<World> {
    const [server, browser] = await Promise.all([aServer(), aBrowser()]);
    return new World(server, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  role(login: string): Promise<Role> {
    const known = this.#roles.get(login) ?? this.#signIn(login);
    this.#roles.set(login, known);
    return known;
  }

  async #signIn(login: string): Promise<Role> {
    const context = await this.browser.browser.newContext({ baseURL: this.server.url, locale: 'ru-RU' });
    const page = await context.newPage();
    await page.goto('/sign-in');
    await page.getByLabel('Логин').fill(login);
    await page.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.waitForURL(/\/o\/[0-9a-f-]{36}\/?$/);
    const storage = await context.storageState();
    await context.close();
    const client = await this.server.signIn(login);
    return { client, appointment: client.session.active.id, storage };
  }

  /**
   * Lends a page of that kind. It is kept for the next visit, since most of a first visit is loading and reading the
   * same scripts; cookies, storage, routes and the size of the window are put back. After a failure it is closed.
   */
  async visit<T>(options: PageOptions, done: Visit<T>): Promise<T> {
    const kind = kindOf(options);
    const watched = this.#idle.get(kind)?.pop() ?? (await this.#newPage(options));
    watched.faults.length = 0;
    let result: T;
    try {
      result = await done(watched);
    } catch (error) {
      await watched.page.context().close();
      throw error;
    }
    await this.#putBack(watched.page, options);
    this.#idle.set(kind, [...(this.#idle.get(kind) ?? []), watched]);
    return result;
  }

  async #putBack(page: Page, { login, size = DESK }: PageOptions): Promise<void> {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    await page.setViewportSize(size);
    await page.emulateMedia({ media: 'screen' });
    await page.context().clearCookies();
    if (login) await page.context().addCookies((await this.role(login)).storage.cookies);
  }

  async #newPage({ login, size = DESK }: PageOptions): Promise<WatchedPage> {
    const context = await this.browser.browser.newContext({
      baseURL: this.server.url,
      viewport: size,
      locale: 'ru-RU',
      timezoneId: 'Europe/Moscow',
      // Nothing moves while it is looked at.
      reducedMotion: 'reduce',
      // A narrow window is a phone: fingers, not a mouse.
      hasTouch: size.width < 768,
      ...(login ? { storageState: (await this.role(login)).storage } : {}),
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    // What a visit has typed may be left behind.
    page.on('dialog', dialog => void dialog.accept());
    return { page, faults: await watch(page) };
  }

  /** Id of a proposal that waits for a role. */
  async requestOf(login: string): Promise<string> {
    const { client } = await this.role(login);
    const answer = await client.get<{ items: { id: string }[] }>('/api/requests');
    const id = answer.body.items[0]?.id;
    if (!id) throw new Error(`nothing waits for ${login}`);
    return id;
  }

  /** Id of the record at the place `index` of a role's list, in the order of the list. */
  async recordOf(login: string, entity: string, index = 0): Promise<string> {
    const { client } = await this.role(login);
    const answer = await client.post<{ items: { id: string }[] }>(`/api/records/${entity}/query`, {
      limit: index + 1,
    });
    const id = answer.body.items[index]?.id;
    if (!id) throw new Error(`${login} sees no ${entity} at ${index}: ${answer.status} ${answer.text}`);
    return id;
  }
}

const kindOf = ({ login, size = DESK }: PageOptions): string => `${login} ${size.width}`;

async function watch(page: Page): Promise<string[]> {
  const faults: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', error => faults.push(`script: ${String(error)}`));
  return faults;
}

/** The answer of the server that a state is about is written to the console by the browser itself. */
export const isRefusal = (fault: string): boolean =>
  /Failed to load resource: the server responded with a status of|net::ERR_/.test(fault);

/** The screen stands: asked for, answered, drawn, at rest. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    // Under an open dialog the screen may be waiting for what the dialog asks.
    const box = document.querySelector('[role="dialog"]') ?? document.querySelector('#root');
    const busy = box?.querySelector('[aria-busy="true"], .k-lines, [data-loading="true"]');
    return !busy && document.querySelector('h1, h2, [role="dialog"] :is(input, button)') !== null;
  });
  await page.evaluate(async () => {
    await document.fonts.ready;
    // Two frames: the first draws, the second follows what the first has asked for.
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moving = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}
