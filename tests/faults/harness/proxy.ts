/** A TCP proxy on the loopback that breaks connections at random: before, after or in the middle of what it carries. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CutOptions {
  host?: string;
  port: number;
  /** Where a connection breaks, decided anew for each; absent: not at all. */
  cut?(): Cut;
}

export type Cut =
  /** Nothing reaches the other side. */
  | { at: 'before' }
  /** The bytes of the client arrive, the answer does not come back. */
  | { at: 'after' }
  /** So many bytes of answers come back. */
  | { at: 'middle'; bytes: number };

export class CuttingProxy {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  cuts = 0;

  constructor(options: CutOptions) {
    this.#server = createServer(socket => this.#carry(socket, options));
  }

  async listen(): Promise<number> {
    await new Promise<void>(resolve => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return address && typeof address === 'object' ? address.port : 0;
  }

  /** Breaks every connection that is open now. */
  cutAll(): void {
    for (const socket of this.#open) this.#break(socket);
  }

  /** Breaks one of them. */
  cutOne(): void {
    const open = [...this.#open];
    const one = open[Math.floor(Math.random() * open.length)];
    if (one) this.#break(one);
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #break(socket: Socket): void {
    if (socket.destroyed) return;
    this.cuts += 1;
    socket.resetAndDestroy();
  }

  #carry(client: Socket, { host = '127.0.0.1', port, cut }: CutOptions): void {
    this.#open.add(client);
    const plan = cut?.();
    const server = connect(port, host);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#open.delete(client);
        other.destroy();
      });
    }
    client.on('data', part => {
      if (plan?.at === 'before') return this.#break(client);
      server.write(part);
    });
    client.on('end', () => server.end());
    let carried = 0;
    server.on('data', (part: Buffer) => {
      if (plan?.at === 'after') return this.#break(client);
      carried += part.length;
      if (plan?.at !== 'middle' || carried < plan.bytes) return client.write(part);
      client.write(part.subarray(0, Math.max(1, part.length - (carried - plan.bytes))));
      // What was written leaves before the end.
      return setTimeout(() => this.#break(client), 5);
    });
    server.on('end', () => client.end());
  }
}
