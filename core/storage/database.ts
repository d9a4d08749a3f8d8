/**
 * The pool under the data door.
 *
 * Logs in as `kartoteka_app`, which may read no card at all; every transaction over cards switches to
 * `kartoteka_scoped` with `app.orgs`, or to `kartoteka_region`. Begin and context are sent without waiting, so
 * that they travel with the first statement. Statements used twice are prepared and named by the hash of their
 * text; the server keeps one generic plan for each.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { databaseAway, type FieldOf, isConnectionLost, toProblem } from './errors.ts';
import { types } from './values.ts';

export interface Statement {
  text: string;
  values: readonly unknown[];
}

export interface Tx {
  query<R = Record<string, unknown>>(statement: Statement): Promise<R[]>;
}

export type ScopeOf = Pick<Actor, 'organisationIds' | 'everywhere'>;

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
/** Texts remembered for naming; reports made by people are seldom run twice, cards always are. */
const NAMED_TEXTS = 5_000;

export class Database {
  #pool: pg.Pool;
  #fieldOf: FieldOf | undefined;
  #names = new Map<string, string | null>();

  constructor(options: DatabaseOptions) {
    this.#fieldOf = options.fieldOf;
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
      options: `-c plan_cache_mode=force_generic_plan -c timezone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout=60000`,
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
    work: (tx: Tx) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return await this.#transaction(openingOf(scope, options), options, work);
  }

  /** One statement, reading unless said otherwise: begin, context, statement and commit in one round trip. */
  async read<R = Record<string, unknown>>(
    scope: ScopeOf,
    statement: Statement,
    options: TransactionOptions = {},
  ): Promise<R[]> {
    const whole = { readOnly: true, ...options };
    return await this.#withClient(async client => {
      const [opening, rows, end] = together(client, () => [
        client.query(openingOf(scope, whole)),
        client.query<pg.QueryResultRow>(this.#named(statement, whole)),
        client.query('commit'),
      ]);
      const [opened, result, ended] = await Promise.allSettled([opening, rows, end]);
      for (const step of [opened, result, ended]) if (step.status === 'rejected') throw step.reason;
      return (result as PromiseFulfilledResult<pg.QueryResult>).value.rows as R[];
    });
  }

  /** Identity and administration, as the login role: no card is reachable here. */
  async system<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return await this.#transaction(`${begin(options)}${timeout(options)}`, options, work);
  }

  /** One statement as the login role, which is a transaction by itself. */
  async ask<R = Record<string, unknown>>(statement: Statement): Promise<R[]> {
    return await this.#withClient(
      async client => (await client.query<pg.QueryResultRow>(this.#named(statement, {}))).rows as R[],
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transaction<T>(
    opening: string,
    options: TransactionOptions,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    return await this.#withClient(async client => {
      let openingError: unknown;
      const tx: Tx = {
        query: async <R>(statement: Statement) => {
          try {
            return (await client.query<pg.QueryResultRow>(this.#named(statement, options))).rows as R[];
          } catch (error) {
            throw this.#problem(openingError ?? error);
          }
        },
      };
      try {
        // The first statement of the work leaves with begin and context.
        const [opened, working] = together(client, () => [
          client.query(opening).then(
            () => true,
            error => {
              openingError = error;
              return false;
            },
          ),
          work(tx),
        ]);
        const result = await working;
        if (!(await opened)) throw openingError;
        const { command } = await client.query('commit');
        // A failed statement whose error was swallowed turns the commit into a rollback.
        if (command !== 'COMMIT') throw new Error('transaction was rolled back: a statement failed in it');
        return result;
      } catch (error) {
        if (!isConnectionLost(causeOf(error))) await client.query('rollback');
        throw error;
      }
    });
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw isConnectionLost(error) ? databaseAway(error) : this.#problem(error);
    }
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

  #named(statement: Statement, options: TransactionOptions): pg.QueryConfig & { query_timeout: number } {
    const { text } = statement;
    // The server stops a statement in time; this one is for a server that no longer answers.
    const query_timeout = (options.timeoutMs ?? STATEMENT_TIMEOUT_MS) + 5_000;
    const name = this.#nameOf(text);
    const values = statement.values as unknown[];
    return name === undefined ? { text, values, query_timeout } : { name, text, values, query_timeout };
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

const begin = (options: TransactionOptions) => (options.readOnly ? 'begin read only' : 'begin');

const timeout = (options: TransactionOptions) =>
  options.timeoutMs === undefined ? '' : `; set local statement_timeout = ${Math.trunc(options.timeoutMs)}`;

/** Role and organisations of one transaction. Ids are checked to be whole numbers: they go into the text. */
function openingOf(scope: ScopeOf, options: TransactionOptions): string {
  if (scope.everywhere) return `${begin(options)}; set local role kartoteka_region${timeout(options)}`;
  if (!scope.organisationIds.every(Number.isSafeInteger))
    throw new TypeError('organisation ids must be whole numbers');
  return `${begin(options)}; set local role kartoteka_scoped; set local app.orgs = '{${scope.organisationIds.join(',')}}'${timeout(options)}`;
}

/** Writes of one turn leave as one packet. */
function together<T>(client: pg.PoolClient, send: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } })
    .connection;
  stream.cork();
  try {
    return send();
  } finally {
    process.nextTick(() => stream.uncork());
  }
}

const causeOf = (error: unknown) =>
  error instanceof Error && error.cause !== undefined ? error.cause : error;

const isStalePlan = (error: unknown) => error instanceof Error && error.message.includes('cached plan');
