/** `npm start` as a user meets it, but for npm itself. */
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../../core/config.ts';
import { mayEnter } from '../../core/storage/embedded/account.ts';
import { startEmbedded } from '../../core/storage/embedded/embedded.ts';
import {
  aDataFolder,
  descendantsOf,
  endAll,
  eventually,
  isAlive,
  launch,
  pause,
  postmasterOf,
  signal,
} from './run.ts';

afterEach(endAll);

const root = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

describe('a start on an empty folder', () => {
  test('shows progress at once, then the address and the sign-ins, and ends with every child at Ctrl-C', async () => {
    const folder = aDataFolder();
    const run = launch(folder);
    await run.said(/\[ +0 с\] Картотека/, 5_000);
    const address = await run.address();

    expect(run.output()).toContain('kartoteka-demo');
    expect(run.output()).toMatch(/^ {2}secretary /m);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    const page = await fetch(address);
    expect(page.headers.get('content-type')).toContain('text/html');
    const signedIn = await fetch(`${address}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'secretary', password: 'kartoteka-demo' }),
    });
    expect(signedIn.status).toBe(200);

    const children = descendantsOf(run.process.pid ?? 0);
    expect(children).toContain(postmasterOf(folder));
    run.process.kill('SIGINT');
    // A terminal sends it to the launcher and to the server: twice must be as good as once.
    run.process.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(postmasterOf(folder)).toBeUndefined();
  });

  test('goes on after kill -9 with what was there', async () => {
    const folder = aDataFolder();
    const first = launch(folder, { args: ['--empty'] });
    await first.address();
    const orphan = postmasterOf(folder) ?? 0;
    first.process.kill('SIGKILL');
    await first.ended;
    expect(isAlive(orphan)).toBe(true);

    const second = launch(folder, { args: ['--empty'] });
    const address = await second.address();
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(isAlive(orphan)).toBe(false);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(postmasterOf(folder)).toBeUndefined();
  });

  test('ends by itself when the one who started it is killed', async () => {
    const folder = aDataFolder();
    // npm starts a shell that waits for the launcher.
    const run = launch(folder, {
      args: ['--empty'],
      environment: { npm_lifecycle_event: 'start' },
      before: ['/bin/sh', '-c', '/bin/sh -c \'"$@"; true\' sh "$@"; true', 'sh'],
    });
    await run.address();
    const children = descendantsOf(run.process.pid ?? 0);
    expect(children.length).toBeGreaterThan(2);
    run.process.kill('SIGKILL');
    expect(await eventually(() => !children.some(isAlive))).toBe(true);
    expect(postmasterOf(folder)).toBeUndefined();
  });

  test('stops cleanly in the middle of starting', async () => {
    const folder = aDataFolder();
    const run = launch(folder);
    await run.said('Подготавливаются');
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(postmasterOf(folder)).toBeUndefined();
  });
});

describe('a start that cannot work', () => {
  test('says in one line that the folder is in use, and leaves the first server alone', async () => {
    const folder = aDataFolder();
    const first = launch(folder, { args: ['--empty'] });
    const address = await first.address();
    const second = launch(folder, { args: ['--empty'] });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('уже пользуется');
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  test('says which port is busy', async () => {
    const busy = createServer();
    const port = await new Promise<number>(resolve => {
      busy.listen(0, '127.0.0.1', () => {
        const address = busy.address();
        resolve(address && typeof address === 'object' ? address.port : 0);
      });
    });
    const folder = aDataFolder();
    const run = launch(folder, { args: ['--empty'], environment: { PORT: String(port) } });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`Порт ${port} занят`);
    expect(postmasterOf(folder)).toBeUndefined();
    busy.close();
  });

  test.each([
    ['PORT', { PORT: 'eighty' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' }],
  ])('names the setting %s', async (name, environment) => {
    const run = launch(aDataFolder(), { environment });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(name);
    expect(run.output()).not.toContain('    at ');
  });
});

describe('other places to run', () => {
  test('a PostgreSQL server named in DATABASE_URL', async () => {
    const server = await startEmbedded({ dataFolder: aDataFolder(), log: () => undefined, durable: false });
    const folder = aDataFolder();
    try {
      const run = launch(folder, { args: ['--empty'], environment: { DATABASE_URL: server.ownerUrl } });
      const address = await run.address();
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
      expect(postmasterOf(folder)).toBeUndefined();
      run.process.kill('SIGTERM');
      expect(await run.ended).toBe(0);
    } finally {
      await server.stop();
    }
  });

  test.runIf(root && mayEnter(nobody, projectRoot))('an ordinary user', async () => {
    const folder = aDataFolder();
    chownSync(folder, nobody.uid, nobody.gid);
    const run = launch(folder, {
      args: ['--empty'],
      environment: { HOME: folder },
      before: ['setpriv', `--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups'],
    });
    const address = await run.address();
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  test('a PostgreSQL that dies is started again', async () => {
    const folder = aDataFolder();
    const run = launch(folder, { args: ['--empty'] });
    const address = await run.address();
    signal(postmasterOf(folder) ?? 0, 'SIGKILL');
    await run.said('запускается снова');
    await pause(300);
    let status = 0;
    for (let tries = 0; status !== 200 && tries < 50; tries += 1) {
      status = (await fetch(`${address}/readyz`)).status;
      await pause(200);
    }
    expect(status).toBe(200);
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  test('a plugin with a fault is named and the others work', async () => {
    const plugins = aDataFolder();
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(plugins, 'broken'));
    chmodSync(plugins, 0o755);
    writeFileSync(join(plugins, 'broken', 'plugin.json'), '{ "id": ');
    const run = launch(aDataFolder(), { args: ['--empty'], environment: { KARTOTEKA_PLUGINS: plugins } });
    const address = await run.address();
    expect(run.output()).toContain('«broken» не принят');
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });
});
