import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/dist/**', '**/.kartoteka/**'];
const databaseTests = '**/*.db.test.ts';

/**
 * Four kinds of tests, told apart by where they stand:
 * unit (no outside), db (`*.db.test.ts`: a real PostgreSQL, a database per file), e2e (a real browser on a
 * listening server), launch (the commands of the README on a folder of their own, and faults done to such a server).
 *
 * Unit and db files share their worker's modules, since most of a file's time is importing: no file may keep
 * state in a module.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tests/support/count-reporter.ts'],
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'core/**/*.test.{ts,tsx}',
            'plugins/**/*.test.ts',
            'admin-ui/**/*.test.{ts,tsx}',
            'tests/**/*.test.ts',
          ],
          exclude: [...ignored, databaseTests, 'tests/e2e/**', 'tests/launch/**', 'tests/faults/**'],
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['core/**/*.db.test.ts', 'plugins/**/*.db.test.ts', 'tests/**/*.db.test.ts'],
          exclude: [...ignored, 'tests/e2e/**', 'tests/launch/**'],
          globalSetup: ['./tests/support/postgres.ts'],
          isolate: false,
          testTimeout: 30_000,
          // The first file that asks builds the template with the demo region.
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          // After the others: a page that waits for a busy machine tells nothing about the page.
          sequence: { groupOrder: 1 },
          // Once more when the browser itself stumbled; a real fault fails twice.
          retry: 1,
          globalSetup: ['./tests/support/postgres.ts'],
          testTimeout: 90_000,
          hookTimeout: 180_000,
          // One browser and one server at a time: two cores are few. Two pages of it, where a file lets them: one
          // is looked at while the other waits for its server.
          maxWorkers: 1,
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'launch',
          include: ['tests/launch/**/*.test.ts', 'tests/faults/**/*.test.ts'],
          exclude: [...ignored, databaseTests],
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
