/** Under which account PostgreSQL runs: it refuses the administrator of the machine. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EmbeddedError } from './error.ts';

export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account for a cluster in `clusterFolder`, undefined for our own one.
 * An existing cluster stays with its owner; a new one goes to `postgres`, else to `nobody`.
 */
export function accountFor(clusterFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readAccounts();
  const found =
    accounts.get('postgres') ?? accounts.get('nobody') ?? [...accounts.values()].find(a => a.uid > 0);
  if (!found) {
    throw new EmbeddedError(
      'PostgreSQL не запускается от имени root, а другой учётной записи в /etc/passwd нет. Запустите Картотеку от обычного пользователя.',
    );
  }
  return found;
}

/** True if the account may enter the folder, whatever the rights on the way to it are made of. */
export function mayEnter(account: Account, folder: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

function readAccounts(): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
