import { strict as assert } from 'node:assert';
import { startEmbedded } from '../../core/storage/embedded/embedded.ts';
import { aDataFolder } from '../launch/run.ts';
import type { Fault } from './harness/fault.ts';
import { asOwner, RunningServer } from './harness/server.ts';

interface Mistake {
  what: string;
  environment: Record<string, string>;
  /** In the one line that is said. */
  says: RegExp;
  /** Name of the database, made anew; what is done in it before. */
  database?: { name: string; prepare: string };
}

const production = { NODE_ENV: 'production' };

const mistakes: Mistake[] = [
  {
    what: 'нет ключа в рабочей среде',
    environment: { ...production, KARTOTEKA_SECRET: '' },
    says: /KARTOTEKA_SECRET.*нужно указать/,
  },
  { what: 'короткий ключ', environment: { KARTOTEKA_SECRET: 'short' }, says: /не меньше 32 знаков/ },
  {
    what: 'база другого вида',
    environment: { DATABASE_URL: 'mysql://user:word@127.0.0.1/base' },
    says: /DATABASE_URL: нужен адрес/,
  },
  {
    what: 'сервера базы нет',
    environment: { DATABASE_URL: 'postgres://u:w@127.0.0.1:1/base' },
    says: /DATABASE_URL не отвечает/,
  },
  {
    what: 'базы нет на сервере',
    environment: {},
    database: { name: 'nowhere', prepare: '' },
    says: /не знает такой базы/,
  },
  {
    what: 'чужая база',
    environment: {},
    database: { name: 'foreign_base', prepare: 'create table invoice (id int)' },
    says: /foreign_base уже есть чужие таблицы \(например, invoice\)/,
  },
  {
    what: 'база обновлена более новой версией',
    environment: {},
    database: {
      name: 'newer',
      prepare: `create table plugin_state (plugin text); create table migration (plugin text, name text, hash text);
        insert into migration values ('core', '9999-from-the-future.sql', 'x')`,
    },
    says: /более новой версией Картотеки.*9999-from-the-future\.sql/,
  },
  {
    what: 'применённый файл ядра изменён',
    environment: {},
    database: {
      name: 'edited',
      prepare: `create table plugin_state (plugin text); create table migration (plugin text, name text, hash text);
        insert into migration values ('core', '0001-core.sql', 'x')`,
    },
    says: /0001-core\.sql изменён/,
  },
  {
    what: 'сервер не ждёт своего диска',
    environment: production,
    database: { name: 'careless', prepare: 'select 1' },
    says: /может потерять записанное: .*fsync=off \(нужно on\)/,
  },
];

export const configErrors: Fault = {
  id: 'F28',
  title: 'ошибки настройки: запуск отклонён одной строкой',
  rounds: 1,
  run: async ({ rounds, say }) => {
    // Careless on purpose: it is what one of the mistakes is about.
    const database = await startEmbedded({ dataFolder: aDataFolder(), log: () => undefined, durable: false });
    try {
      for (let round = 1; round <= rounds; round += 1)
        for (const mistake of mistakes) say(`${mistake.what}: ${await refusal(database.ownerUrl, mistake)}`);
      return { refused: rounds * mistakes.length };
    } finally {
      await database.stop();
    }
  },
};

/** @returns the line that was said */
async function refusal(ownerUrl: string, { what, environment, database, says }: Mistake): Promise<string> {
  const url = new URL(ownerUrl);
  if (database) {
    url.pathname = database.name;
    if (database.prepare !== '') {
      await asOwner(ownerUrl, `drop database if exists ${database.name}`);
      await asOwner(ownerUrl, `create database ${database.name}`);
      await asOwner(url.href, database.prepare);
    }
  }
  const server = new RunningServer({
    empty: true,
    environment: { ...(database ? { DATABASE_URL: url.href } : {}), ...environment },
  });
  const run = server.launch();
  const exitCode = await run.ended;
  assert.equal(exitCode, 1, `${what}: exit code ${exitCode}\n${run.output()}`);
  const [said, ...more] = run
    .output()
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('['));
  assert.match(said ?? '', says, what);
  assert.deepEqual(more, [], `${what}: more than one line`);
  assert.ok(!run.output().includes('word'), `${what}: the password was repeated`);
  return said ?? '';
}
