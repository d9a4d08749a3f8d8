/**
 * `npm run bench -- typing`: from a key to the repainted page in the widest card, in a real browser on the server as
 * `npm start` runs it. Data and plugin stand in a folder of their own and are used again.
 */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Progress } from '../core/main.ts';
import {
  WIDE_ENTITY,
  WIDE_FIELDS,
  WIDE_PLURAL,
  WIDE_ROWS,
  wideRecord,
  writeWidePlugin,
} from '../tests/fixtures/wide-card.ts';
import { aBrowser } from '../tests/support/browser.ts';

const BUDGET_MS = 50;
const KEYS = 100;
/** As fast as a good typist. */
const BETWEEN_MS = 80;

interface Typed {
  where: string;
  medianMs: number;
  p95Ms: number;
}

/** @returns exit code: 1 with `--check` when the budget is exceeded */
export async function runTyping(args: string[], progress: Progress): Promise<number> {
  const folder = resolve(process.env.KARTOTEKA_DATA ?? '.kartoteka-bench', 'typing');
  await writeWidePlugin(join(folder, 'plugins'));
  const load = loadavg()[0] ?? 0;
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'bootstrap.mjs'), 'start'], {
    env: {
      ...process.env,
      PORT: String(port),
      KARTOTEKA_DATA: folder,
      KARTOTEKA_PLUGINS: join(folder, 'plugins'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise(done => server.once('exit', done));
  const browser = await aBrowser();
  try {
    progress.step('Запуск сервера');
    await ready(url);
    const page = await browser.aPage({ baseUrl: url });
    await openWideCard(page);
    await page.evaluate(watchPaints);
    const figures = [
      await typed(page, 'поле', page.getByRole('textbox', { name: 'Поле 5', exact: true })),
      await typed(page, 'строка', page.getByRole('textbox', { name: /Что/ }).nth(10)),
    ];
    console.log(
      `\nКарточка: полей ${WIDE_FIELDS}, строк ${WIDE_ROWS}; нагрузка машины перед замером ${load.toFixed(1)}`,
    );
    for (const { where, medianMs, p95Ms } of figures)
      console.log(
        `  ${where}: от клавиши до перерисовки ${medianMs.toFixed(0)} мс, p95 ${p95Ms.toFixed(0)} мс (бюджет ${BUDGET_MS})`,
      );
    return args.includes('--check') && figures.some(({ p95Ms }) => p95Ms > BUDGET_MS) ? 1 : 0;
  } finally {
    await browser.close();
    server.kill('SIGTERM');
    await ended;
  }
}

async function ready(url: string): Promise<void> {
  const until = performance.now() + 180_000;
  while (performance.now() < until) {
    if ((await fetch(`${url}/readyz`).catch(() => undefined))?.ok) return;
    await new Promise(done => setTimeout(done, 200));
  }
  throw new Error('the server did not start within three minutes');
}

async function openWideCard(page: Page): Promise<void> {
  page.setDefaultTimeout(30_000);
  await page.goto('/');
  await page.getByLabel('Логин').fill('org-admin');
  await page.getByRole('textbox', { name: 'Пароль' }).fill('kartoteka-demo');
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('link', { name: WIDE_PLURAL }).waitFor();
  const id = await page.evaluate(
    async ([entity, body]) => {
      const { csrf } = await (await fetch('/api/session')).json();
      const answer = await fetch(`/api/records/${entity}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify(body),
      });
      return (await answer.json()).id as string;
    },
    [WIDE_ENTITY, wideRecord] as const,
  );
  await page.goto(`${new URL(page.url()).pathname.replace(/\/$/, '')}/card/${WIDE_ENTITY}/${id}`);
  await page.getByRole('button', { name: 'Сохранить', exact: true }).waitFor();
}

/** In the page: notes for every key how long it took until the frame after it was painted. */
function watchPaints(): void {
  const paints: number[] = [];
  Object.assign(window, { paints });
  window.addEventListener(
    'keydown',
    event => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => paints.push(performance.now() - event.timeStamp);
        port2.postMessage(0);
      });
    },
    { capture: true },
  );
}

async function typed(page: Page, where: string, box: Locator): Promise<Typed> {
  await box.click();
  await page.keyboard.press('End');
  await page.evaluate('paints.length = 0');
  // A letter of the Latin layout: others come without the event of a key.
  await page.keyboard.type('a'.repeat(KEYS), { delay: BETWEEN_MS });
  await page.waitForTimeout(300);
  const paints = (await page.evaluate('paints')) as number[];
  const sorted = paints.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { where, medianMs: at(0.5), p95Ms: at(0.95) };
}
