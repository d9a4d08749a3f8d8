/** A listening server with the built pages, for tests in a browser. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../core/config.ts';
import { type AppOptions, anApp, type TestApp } from './app.ts';

export interface TestServer extends TestApp {
  /** `http://127.0.0.1:<port>` */
  url: string;
}

/** `npm test` builds the pages before; a single file run by hand needs `node scripts/launch/ui-build.mjs`. */
export async function aServer(options: AppOptions = { demo: true }): Promise<TestServer> {
  if (!existsSync(join(projectRoot, 'dist', 'ui', 'index.html'))) {
    throw new Error('the pages are not built: node scripts/launch/ui-build.mjs');
  }
  const app = await anApp(options);
  const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...app, url };
}
