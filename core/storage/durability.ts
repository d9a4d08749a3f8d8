/** An answered write is a kept write only on a server that waits for its disk. */
import pg from 'pg';
import { MigrationError } from './roles.ts';

const NEEDED = {
  fsync: ['on'],
  full_page_writes: ['on'],
  // `remote_*` waits for a standby beside the own disk.
  synchronous_commit: ['on', 'remote_apply', 'remote_write'],
  data_checksums: ['on'],
} as const;

/**
 * Refuses a server that could lose or silently damage acknowledged rows (RL1); called in production.
 *
 * @throws MigrationError naming every setting, what it is and what is needed
 */
export async function assertDurable(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'kartoteka start' });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: keyof typeof NEEDED; setting: string }>(
      'select name, setting from pg_settings where name = any ($1)',
      [Object.keys(NEEDED)],
    );
    const wrong = rows.filter(({ name, setting }) => !(NEEDED[name] as readonly string[]).includes(setting));
    if (wrong.length === 0) return;
    const list = wrong.map(({ name, setting }) => `${name}=${setting} (нужно ${NEEDED[name][0]})`);
    throw new MigrationError(`Сервер базы данных может потерять записанное: ${list.join(', ')}.`);
  } finally {
    await client.end();
  }
}
