/**
 * The pool under the data door.
 *
 * Logs in as `kartoteka_app`, which may read no card at all; every transaction over cards switches to
 * `kartoteka_scoped` with `app.orgs`, or to `kartoteka_region`. Begin and context travel with the first statement,
 * commit with the last one where it is known to be the last (`finish`), and statements of one turn with each other
 * (train.ts). Statements used twice are prepared and named by the hash of their text; the server keeps one generic
 * plan for each.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { databaseAway, type FieldOf, isConnectionLost, toProblem } from './errors.ts';
import { SharedTrains } from './shared-trains.ts';
import { sendTrain, type TrainResult, type Wagon } from './train.ts';
import { Turnstile } from './turnstile.ts';
import { types } from './values.ts';

export interface Statement {
  text: string;
  values: readonly unknown[];
  /** Rows come as arrays of text, as PostgreSQL sends them. */
  asText?: true;
}

export const asText = (statement: Statement): Statement => ({ ...statement, asText: true });

export interface Tx {
  query<R = Record<string, unknown>>(statement: Statement): Promise<R[]>;
}

export interface EndingTx extends Tx {
  /** The last statement: commit leaves with it. Nothing can be asked afterwards. */
  finish<R = Record<string, unknown>>(statement: Statement): Promise<R[]>;
}

export type ScopeOf = Pick<Actor, 'organisationIds' | 'everywhere' | 'proof'>;

interface Shared {
  scope: ScopeOf;
  statement: Statement;
}

interface SharedChange extends Shared {
  /** Id of the row that it changes. */
  row: string;
}

export interface TransactionOptions {
  readOnly?: boolean;
  /** Of each statement. Default 15,000. */
  timeoutMs?: number;
}

export interface DatabaseOptions {
  connectionString: string;
  log?: { warn(details: object, text: string): void };
  /** Connections. Default 10. */
  max?: number;
  /** Names the field in the problem of a broken constraint. */
  fieldOf?: FieldOf;
}

const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** Two trains keep the server at work while answers are read; more would only be shorter. */
const SHARED = { trains: 2, places: 16 };
/** One at a time, so that two never wait for rows of each other. */
const CHANGES = { trains: 1, places: 16 };
/** How long a row may keep all others waiting that travel with it. */
const SHARED_LOCK_MS = 50;
/** Texts remembered for naming; reports made by people are seldom run twice, cards always are. */
const NAMED_TEXTS = 5_000;

export class Database {
  #pool: pg.Pool;
  #fieldOf: FieldOf | undefined;
  #names = new Map<string, string | null>();
  #streams: Turnstile;
  readonly #shared = new SharedTrains<Shared, unknown[]>(SHARED, asks => this.#sendShared(asks, []));
  readonly #changes = new SharedTrains<SharedChange, unknown[]>(CHANGES, asks => this.#sendChanges(asks));

  constructor(options: DatabaseOptions) {
    this.#fieldOf = options.fieldOf;
    this.#streams = new Turnstile(Math.max(1, Math.floor((options.max ?? 10) / 2)));
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      max: options.max ?? 10,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: 60_000,
      // Bounds what one connection prepares, and lets a changed password or server take effect.
      maxLifetimeSeconds: 1_800,
      keepAlive: true,
      pipeline: true,
      application_name: 'kartoteka',
      options: `-c plan_cache_mode=force_generic_plan -c cursor_tuple_fraction=1 -c timezone=UTC -c datestyle=ISO -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout=60000`,
      types,
    });
    // A connection lost while in use tells its statement; unheard, its event would end the process.
    this.#pool.on('connect', client => client.on('error', () => undefined));
    this.#pool.on('error', error =>
      options.log?.warn({ code: (error as { code?: string }).code }, 'database connection lost'),
    );
  }

  /** Set after the catalogue is compiled: names the field in the problem of a broken constraint. */
  nameFieldsBy(fieldOf: FieldOf): void {
    this.#fieldOf = fieldOf;
  }

  /**
   * One transaction in the actor's scope. Rolled back when `work` throws.
   *
   * @throws Problem DUPLICATE, REFERENCE, TIMEOUT, DATABASE_AWAY … (errors.ts)
   */
  async scoped<T>(
    scope: ScopeOf,
    work: (tx: EndingTx) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const { proof } = scope;
    const begun = proof
      ? () => {
          proof.confirmed = true;
        }
      : undefined;
    return await this.#transaction(openingOf(scope, options), options, work, begun);
  }

  /** One statement, reading unless said otherwise: begin, context, statement and commit in one round trip. */
  async read<R = Record<string, unknown>>(
    scope: ScopeOf,
    statement: Statement,
    options: TransactionOptions = {},
  ): Promise<R[]> {
    return await this.scoped(scope, tx => tx.finish<R>(statement), { readOnly: true, ...options });
  }

  /**
   * One short statement of a request, in a transaction shared with those of other requests at the same time: each has
   * its own context and check, all are committed before any is answered. It may insert, but lock nothing. When one
   * fails nothing of them has happened, and each is done by itself.
   */
  async shared<R = Record<string, unknown>>(scope: ScopeOf, statement: Statement): Promise<R[]> {
    try {
      const rows = (await this.#shared.ask({ scope, statement })) as R[];
      if (scope.proof) scope.proof.confirmed = true;
      return rows;
    } catch {
      return await this.read<R>(scope, statement, { readOnly: false });
    }
  }

  /**
   * The same for a statement that changes one row, and nothing if it finds the row changed meanwhile. If it would have
   * to wait for the row, it waits by itself. When the connection was lost it is not done again.
   *
   * @param row  id of the row
   */
  async sharedChange<R = Record<string, unknown>>(
    scope: ScopeOf,
    statement: Statement,
    row: string,
  ): Promise<R[]> {
    try {
      const rows = (await this.#changes.ask({ scope, statement, row })) as R[];
      if (scope.proof) scope.proof.confirmed = true;
      return rows;
    } catch (error) {
      if (isConnectionLost(causeOf(error))) throw error;
      return await this.read<R>(scope, statement, { readOnly: false });
    }
  }

  async #sendChanges(asks: readonly SharedChange[]): Promise<unknown[][]> {
    // Other servers have such trains too: all take their rows in the same order.
    const ordered = asks.toSorted((a, b) => (a.row < b.row ? -1 : 1));
    const answers = await this.#sendShared(ordered, [BRIEFLY]);
    return asks.map(ask => answers[ordered.indexOf(ask)] ?? []);
  }

  async #sendShared(asks: readonly Shared[], before: readonly Statement[]): Promise<unknown[][]> {
    const opening = [begin({}), ...before];
    const statements = asks.flatMap(({ scope, statement }) => [contextOf(scope), statement]);
    return await this.#withClient(async client => {
      try {
        const results = await this.#send(client, [...opening, ...statements, COMMIT], {});
        assertCommitted(results);
        return asks.map((_, index) => results[opening.length + 1 + 2 * index]?.rows ?? []);
      } catch (error) {
        if (!isConnectionLost(causeOf(error))) await client.query('rollback');
        throw error;
      }
    });
  }

  /**
   * The rows of a statement in batches, sorted and read once, through a cursor. The transaction stays open until the
   * last batch is taken, so only half of the connections serve such readers at once; the others wait for their turn.
   */
  async *stream<R = Record<string, unknown>>(
    scope: ScopeOf,
    statement: Statement,
    batch: number,
  ): AsyncGenerator<R[], void, void> {
    const leave = await this.#streams.enter();
    let client: pg.PoolClient | undefined;
    let whole = false;
    try {
      client = await this.#connect();
      const held = client;
      const once = (text: string, values: readonly unknown[]): Wagon => ({
        name: undefined,
        text,
        values,
        asText: statement.asText === true,
      });
      const fetch = once(`fetch ${Math.trunc(batch)} from streamed`, []);
      const ask = async (before: Wagon[]) => {
        const results = await sendTrain(held, [...before, fetch], STATEMENT_TIMEOUT_MS + 5_000);
        return results.at(-1)?.rows as R[];
      };
      let next = ask([
        ...this.#wagons(openingOf(scope, { readOnly: true })),
        once(`declare streamed no scroll cursor for ${statement.text}`, statement.values),
      ]);
      for (;;) {
        const rows = await next;
        const more = rows.length === batch;
        if (more) next = ask([]);
        // Asked for ahead: a failure is told when its turn comes, or not at all to a reader that has left.
        next.catch(() => undefined);
        if (rows.length > 0) yield rows;
        if (!more) break;
      }
      await held.query('commit');
      whole = true;
    } catch (error) {
      throw this.#problem(error);
    } finally {
      // A reader that left in the middle leaves statements behind it: the connection is not used again.
      client?.release(!whole);
      leave();
    }
  }

  /** Identity and administration, as the login role: no card is reachable here. */
  async system<T>(work: (tx: EndingTx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return await this.#transaction([begin(options), ...timeout(options)], options, work);
  }

  /** One statement as the login role, which is a transaction by itself. */
  async ask<R = Record<string, unknown>>(statement: Statement): Promise<R[]> {
    return await this.#withClient(async client => {
      const [result] = await this.#send(client, [statement], {});
      return result?.rows as R[];
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transaction<T>(
    opening: readonly Statement[],
    options: TransactionOptions,
    work: (tx: EndingTx) => Promise<T>,
    begun?: () => void,
  ): Promise<T> {
    return await this.#withClient(async client => {
      const tx = new Transaction(opening, statements => this.#send(client, statements, options), begun);
      try {
        const result = await work(tx);
        await tx.commit();
        return result;
      } catch (error) {
        if (tx.begun && !isConnectionLost(causeOf(error))) await client.query('rollback');
        throw error;
      }
    });
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw isConnectionLost(error) ? databaseAway(error) : this.#problem(error);
    }
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = isConnectionLost(causeOf(error)) || isStalePlan(causeOf(error));
      throw this.#problem(error);
    } finally {
      client.release(broken);
    }
  }

  #problem(error: unknown): unknown {
    return toProblem(error, this.#fieldOf);
  }

  #wagons(statements: readonly Statement[]): Wagon[] {
    return statements.map(({ text, values, asText }) => ({
      name: this.#nameOf(text),
      text,
      values,
      asText,
    }));
  }

  async #send(
    client: pg.PoolClient,
    statements: readonly Statement[],
    options: TransactionOptions,
  ): Promise<TrainResult[]> {
    const wagons = this.#wagons(statements);
    // The server stops each statement in time; this one is for a server that no longer answers.
    const each = options.timeoutMs ?? STATEMENT_TIMEOUT_MS;
    try {
      return await sendTrain(client, wagons, each * Math.min(wagons.length, 4) + 5_000);
    } catch (error) {
      throw this.#problem(error);
    }
  }

  /** Nothing at the first use, the hash of the text from the second on. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (typeof known === 'string') return known;
    if (known === undefined) {
      if (this.#names.size >= NAMED_TEXTS) this.#names.delete(this.#names.keys().next().value as string);
      this.#names.set(text, null);
      return undefined;
    }
    const name = `k${createHash('sha256').update(text).digest('base64url').slice(0, 27)}`;
    this.#names.set(text, name);
    return name;
  }
}

/** Gathers what is asked in one turn, and sends it with begin and context before it or commit behind it. */
class Transaction implements EndingTx {
  readonly #opening: readonly Statement[];
  readonly #send: (statements: readonly Statement[]) => Promise<TrainResult[]>;
  #waiting: { statement: Statement; told(rows: unknown[]): void; failed(error: unknown): void }[] = [];
  /** Told once begin and context have succeeded. */
  readonly #begun: (() => void) | undefined;
  #finishing = false;
  #ended = false;
  begun = false;

  constructor(
    opening: readonly Statement[],
    send: (statements: readonly Statement[]) => Promise<TrainResult[]>,
    begun?: () => void,
  ) {
    this.#opening = opening;
    this.#send = send;
    this.#begun = begun;
  }

  query<R>(statement: Statement): Promise<R[]> {
    if (this.#finishing) throw new Error('the transaction has had its last statement');
    return new Promise((told, failed) => {
      this.#waiting.push({ statement, told: told as (rows: unknown[]) => void, failed });
      if (this.#waiting.length === 1) process.nextTick(() => this.#leave());
    });
  }

  finish<R>(statement: Statement): Promise<R[]> {
    const answer = this.query<R>(statement);
    this.#finishing = true;
    return answer;
  }

  /** @throws when a statement failed whose error was swallowed: the commit has turned into a rollback */
  async commit(): Promise<void> {
    if (!this.begun || this.#ended) return;
    assertCommitted(await this.#send([COMMIT]));
  }

  async #leave(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const before = this.begun ? [] : this.#opening;
    this.begun = true;
    try {
      const results = await this.#send([
        ...before,
        ...waiting.map(one => one.statement),
        ...(this.#finishing ? [COMMIT] : []),
      ]);
      if (before.length > 0) this.#begun?.();
      if (this.#finishing) assertCommitted(results);
      this.#ended = this.#finishing;
      for (const [index, one] of waiting.entries()) one.told(results[before.length + index]?.rows ?? []);
    } catch (error) {
      for (const one of waiting) one.failed(error);
    }
  }
}

const COMMIT: Statement = { text: 'commit', values: [] };

function assertCommitted(results: readonly TrainResult[]): void {
  if (results.at(-1)?.command !== 'COMMIT')
    throw new Error('transaction was rolled back: a statement failed in it');
}

const begin = (options: TransactionOptions): Statement => ({
  text: options.readOnly ? 'begin read only' : 'begin',
  values: [],
});

const timeout = ({ timeoutMs }: TransactionOptions): Statement[] =>
  timeoutMs === undefined
    ? []
    : [{ text: `select set_config('statement_timeout', $1, true)`, values: [String(Math.trunc(timeoutMs))] }];

const BRIEFLY: Statement = {
  text: `select set_config('lock_timeout', '${SHARED_LOCK_MS}', true)`,
  values: [],
};

const AS_REGION = `select set_config('role', 'kartoteka_region', true)`;
const AS_SCOPED = `select set_config('role', 'kartoteka_scoped', true), set_config('app.orgs', $1, true)`;
/** Fails, and nothing behind it runs, when a remembered actor no longer holds (ID5). */
const admitting = (from: number) => `, admit(${[0, 1, 2, 3, 4].map(at => `$${from + at}`).join(', ')})`;
const AS_PROVED_REGION = AS_REGION + admitting(1);
const AS_PROVED_SCOPED = AS_SCOPED + admitting(2);

const openingOf = (scope: ScopeOf, options: TransactionOptions): Statement[] => [
  begin(options),
  contextOf(scope),
  ...timeout(options),
];

/** Role and organisations. */
function contextOf(scope: ScopeOf): Statement {
  if (!scope.organisationIds.every(Number.isSafeInteger))
    throw new TypeError('organisation ids must be whole numbers');
  const { everywhere, proof } = scope;
  const orgs = everywhere ? [] : [`{${scope.organisationIds.join(',')}}`];
  return proof && !proof.confirmed
    ? {
        text: everywhere ? AS_PROVED_REGION : AS_PROVED_SCOPED,
        values: [...orgs, proof.token, proof.rights, proof.directory, proof.seenSince, proof.begunSince],
      }
    : { text: everywhere ? AS_REGION : AS_SCOPED, values: orgs };
}

const causeOf = (error: unknown) =>
  error instanceof Error && error.cause !== undefined ? error.cause : error;

const isStalePlan = (error: unknown) => error instanceof Error && error.message.includes('cached plan');
