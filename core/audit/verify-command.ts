/** `npm run verify-audit`: the verification over a connection of its own, and what it says to the operator. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Config } from '../config.ts';
import { types } from '../storage/values.ts';
import { IDENTITY_SQL } from './seal.ts';
import { headFile } from './sealer.ts';
import { type AuditFault, type AuditVerification, type KnownHead, verifyAudit } from './verify.ts';

/** Everything is read in one snapshot, so a server may go on writing and sealing meanwhile. */
export async function verifyDatabase(
  ownerUrl: string,
  { secret, dataFolder }: Pick<Config, 'secret' | 'dataFolder'>,
): Promise<AuditVerification> {
  const client = new pg.Client({ connectionString: ownerUrl, types, options: '-c timezone=UTC' });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ sealed: boolean; identity: string }>(
      `select to_regclass('public.audit_seal') is not null as sealed, identity from (${IDENTITY_SQL}) i`,
    );
    const [here] = rows;
    if (!here?.sealed) return { records: 0, seals: 0, tail: { records: 0 } };
    const known = await knownHead(headFile(dataFolder, here.identity));
    return await verifyAudit(async (text, values) => (await client.query(text, values)).rows, secret, known);
  } finally {
    await client.end();
  }
}

async function knownHead(file: string): Promise<KnownHead | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as KnownHead);
}

/** Lines for the operator, in Russian. */
export function describeVerification({ records, seals, fault, tail, head }: AuditVerification): string[] {
  const oldest = tail.oldest ? `, самая ранняя от ${tail.oldest}` : '';
  const good = `верны записи: ${records}, печати: ${seals}`;
  return [
    fault === undefined ? `Журнал цел: ${good}.` : `Журнал изменён. ${whatIsWrong(fault)}`,
    ...(fault === undefined ? [] : [`До этого места ${good}.`]),
    `Ещё не опечатано записей: ${tail.records}${oldest}.`,
    ...(head === undefined ? [] : [`Последняя верная печать: ${head}`]),
  ];
}

function whatIsWrong(fault: AuditFault): string {
  const record = `Запись ${fault.record} (печать ${fault.seal}, записи ${fault.firstId}–${fault.lastId})`;
  switch (fault.kind) {
    case 'changed':
      return `${record}: содержание изменено.`;
    case 'deleted':
      return `${record}: удалена.`;
    case 'moved':
      return `${record}: переставлена.`;
    case 'added':
      return `${record}: добавлена задним числом.`;
    case 'seal-changed':
      return `Печать ${fault.seal} (записи ${fault.firstId}–${fault.lastId}) изменена или сделана другим ключом (KARTOTEKA_SECRET).`;
    case 'seal-missing':
      return `Печать ${fault.seal} удалена.`;
    case 'cut':
      return `Конец журнала отрезан: печати ${fault.seal}, сделанной здесь последней, в базе нет.`;
  }
}
