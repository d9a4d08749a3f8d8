/**
 * Several statements that leave for the server as one packet, under one sync: the server answers all of them with one
 * packet too, and after a statement that fails it runs none of the rest. Sent one by one, each would cost both sides
 * system calls and a wake-up, often more than what it does.
 *
 * The driver lets only its own kind of query into a pipeline, and keeps account of prepared statements by the query's
 * `name` and `text`: here they are those of the statement whose answer is being read.
 */
import pg from 'pg';

export interface Wagon {
  /** Of the prepared statement; none: used once. */
  name: string | undefined;
  text: string;
  values: readonly unknown[];
  /** Rows are given as arrays of text, as the server sends them. */
  asText?: boolean | undefined;
}

export interface TrainResult {
  command: string;
  rows: unknown[];
}

interface Connection {
  stream: { cork(): void; uncork(): void };
  submittedNamedStatements: Record<string, string>;
  execute(what: { portal: string; rows: number }): void;
  sync(): void;
}

type Callback = (error: Error | null, results?: TrainResult | TrainResult[]) => void;

/** What the driver's query is made of; its types tell only half of it. */
interface DriverQuery {
  callback: Callback;
  prepare(connection: Connection): void;
  _result: { rows: unknown[] };
  handleRowDescription(message: unknown): void;
  handleDataRow(message: { fields: unknown[] }): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}
const Query = pg.Query as unknown as new (config: object) => DriverQuery;

class Train extends Query {
  readonly #wagons: readonly Wagon[];
  /** The one being written, then the one whose answer is being read. */
  #at = 0;
  #failed = false;
  #texts: unknown[] = [];
  readonly query_timeout: number;

  constructor(wagons: readonly Wagon[], timeoutMs: number, callback: Callback) {
    super({});
    this.#wagons = wagons;
    this.query_timeout = timeoutMs;
    this.callback = callback;
  }

  get name() {
    return this.#wagons[this.#at]?.name;
  }
  get text() {
    return this.#wagons[this.#at]?.text;
  }
  get values() {
    return this.#wagons[this.#at]?.values;
  }
  // The driver's constructor writes what it takes for the only statement.
  set name(_) {}
  set text(_) {}
  set values(_) {}

  submit(connection: Connection): null {
    connection.stream.cork();
    try {
      for (this.#at = 0; this.#at < this.#wagons.length && !this.#failed; this.#at++)
        this.prepare(connection);
      if (!this.#failed) connection.sync();
    } finally {
      connection.stream.uncork();
    }
    this.#at = 0;
    return null;
  }

  /** Called at the end of `prepare`; the sync comes after the last statement. */
  _getRows(connection: Connection): void {
    connection.execute({ portal: '', rows: 0 });
  }

  override handleRowDescription(message: unknown): void {
    if (!this.#wagons[this.#at]?.asText) super.handleRowDescription(message);
  }

  override handleDataRow(message: { fields: unknown[] }): void {
    if (this.#wagons[this.#at]?.asText) this.#texts.push(message.fields);
    else super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    super.handleCommandComplete(message, connection);
    if (this.#wagons[this.#at]?.asText) {
      this._result.rows = this.#texts;
      this.#texts = [];
    }
    this.#at += 1;
  }

  override handleError(error: Error, connection: Connection): void {
    this.#failed = true;
    // What comes after the statement that failed has not been prepared.
    for (const { name } of this.#wagons.slice(this.#at))
      if (name !== undefined) delete connection.submittedNamedStatements[name];
    super.handleError(error, connection);
  }
}

/** @returns one result per statement; fails with the first error */
export function sendTrain(
  client: pg.ClientBase,
  wagons: readonly Wagon[],
  timeoutMs: number,
): Promise<TrainResult[]> {
  return new Promise((resolve, reject) => {
    const train = new Train(wagons, timeoutMs, (error, results) =>
      error ? reject(error) : resolve(results === undefined ? [] : [results].flat()),
    );
    client.query(train as unknown as pg.Submittable);
  });
}
