/** A real browser: the system's Chromium where there is one, else the one that came with the dependencies. */
import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';

const installedAt = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export interface TestBrowser {
  browser: Browser;
  /** A page in a context of its own (cookies, storage), Russian, 1280 x 800 unless told otherwise. */
  aPage(options?: { width?: number; height?: number; baseUrl?: string }): Promise<Page>;
  close(): Promise<void>;
}

export async function aBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: installedAt.find(path => existsSync(path)) ?? (await sparticuz.executablePath()),
    // Not the arguments that come with the packaged browser: they end it with the first closed page and switch
    // off web security, which would hide faults.
    args: ['--no-sandbox', '--disable-gpu', '--no-zygote', '--disable-dev-shm-usage'],
  });
  return {
    browser,
    aPage: async ({ width = 1280, height = 800, baseUrl } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        locale: 'ru-RU',
        timezoneId: 'Europe/Moscow',
        ...(baseUrl ? { baseURL: baseUrl } : {}),
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      return page;
    },
    close: () => browser.close(),
  };
}
