import { connect, createServer, type Server, type Socket } from 'node:net';

/** Kafka's numbers of the requests that applications make. */
export const REQUESTS = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  SyncGroup: 14,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
} as const;
export type RequestName = keyof typeof REQUESTS;

/** What is withheld: the request from the broker, or the answer from the client. */
export type Withheld = 'request' | 'answer';

/** A fault that the proxy caused, as it happened. */
export interface Strike {
  readonly request: RequestName;
  readonly withheld: Withheld;
  /** Time until the client gave the connection up, or until the proxy cut it. */
  readonly heldMs: number;
  readonly gaveUp: boolean;
  /** The broker's error code in the answer to an EndTxn, held or delivered late. */
  readonly errorCode: number | undefined;
}

interface Armed {
  readonly request: RequestName;
  readonly withheld: Withheld;
  strike(connection: Connection, frame: Buffer): void;
}

/** A proxy between workers and the broker. It reads the frames, and withholds or cuts the next one of a kind. */
export class BrokerProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #armed: Armed[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static open(brokerPort: number): Promise<BrokerProxy> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, client => proxy?.accept(client, brokerPort));
      let proxy: BrokerProxy | undefined;
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        proxy = new BrokerProxy(server, (server.address() as { port: number }).port);
        resolve(proxy);
      });
    });
  }

  accept(client: Socket, brokerPort: number): void {
    const broker = connect({ port: brokerPort, host: '127.0.0.1', noDelay: true });
    const connection = new Connection(client, broker, (withheld, key, frame) =>
      this.#take(withheld, key, frame, connection),
    );
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  /** Closes the connection at the next request of a kind: before the broker gets it, or before its answer arrives. */
  cut(request: RequestName, withheld: Withheld): Promise<Strike> {
    return new Promise(resolve => {
      this.#armed.push({
        request,
        withheld,
        strike(connection) {
          connection.cut();
          resolve({ request, withheld, heldMs: 0, gaveUp: false, errorCode: undefined });
        },
      });
    });
  }

  /**
   * Holds the next request of a kind, or its answer, until the client has given it up (or for `giveUpMs`). A held
   * request is delivered `lateByMs` later, as by a slow network; with undefined it is never delivered.
   */
  hold(request: RequestName, withheld: Withheld, giveUpMs: number, lateByMs?: number): Promise<Strike> {
    return new Promise(resolve => {
      this.#armed.push({
        request,
        withheld,
        strike(connection, frame) {
          void holdFrame(connection, frame, { request, withheld, giveUpMs, lateByMs }).then(resolve);
        },
      });
    });
  }

  disarm(): void {
    this.#armed.length = 0;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** True when the frame is to be withheld. */
  #take(withheld: Withheld, apiKey: number, frame: Buffer, connection: Connection): boolean {
    const index = this.#armed.findIndex(each => each.withheld === withheld && REQUESTS[each.request] === apiKey);
    const [armed] = index < 0 ? [] : this.#armed.splice(index, 1);
    armed?.strike(connection, frame);
    return armed !== undefined;
  }
}

interface Hold {
  readonly request: RequestName;
  readonly withheld: Withheld;
  readonly giveUpMs: number;
  readonly lateByMs: number | undefined;
}

async function holdFrame(connection: Connection, frame: Buffer, hold: Hold): Promise<Strike> {
  const { request, withheld, giveUpMs, lateByMs } = hold;
  const startMs = performance.now();
  connection.freeze(withheld);
  const gaveUp = await Promise.race([connection.clientGone.then(() => true), after(giveUpMs).then(() => false)]);
  const heldMs = performance.now() - startMs;
  let errorCode = withheld === 'answer' ? endTxnErrorCode(frame) : undefined;
  if (withheld === 'request' && lateByMs !== undefined) {
    await after(lateByMs);
    const answer = await Promise.race([connection.ask(frame), after(5_000).then(() => undefined)]);
    errorCode = answer && endTxnErrorCode(answer);
  }
  connection.cut();
  return { request, withheld, heldMs, gaveUp, errorCode };
}

/** Answer to EndTxn, version 1: correlation id, throttle time, error code. */
const endTxnErrorCode = (frame: Buffer): number | undefined => (frame.length < 14 ? undefined : frame.readInt16BE(12));
const after = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref());

type Take = (withheld: Withheld, apiKey: number, frame: Buffer) => boolean;

/** One client's connection. Frames pass whole; a frozen direction passes nothing more. */
class Connection {
  readonly closed: Promise<void>;
  readonly clientGone: Promise<void>;
  readonly #client: Socket;
  readonly #broker: Socket;
  readonly #asked = new Map<number, number>();
  readonly #frozen = new Set<Withheld>();
  #waiting: ((answer: Buffer) => void) | undefined;

  constructor(client: Socket, broker: Socket, take: Take) {
    this.#client = client;
    this.#broker = broker;
    this.clientGone = new Promise(resolve => client.once('close', () => resolve()));
    this.closed = new Promise(resolve => broker.once('close', () => resolve()));
    client.on(
      'data',
      frames(frame => this.#request(frame, take)),
    );
    broker.on(
      'data',
      frames(frame => this.#answer(frame, take)),
    );
    client.once('close', () => this.#frozen.size === 0 && broker.destroy());
    broker.once('close', () => client.destroy());
    for (const socket of [client, broker]) socket.on('error', () => {}); // the close follows
  }

  freeze(withheld: Withheld): void {
    this.#frozen.add(withheld);
  }

  /** Sends a request and resolves with the next answer, which the client does not get. */
  ask(frame: Buffer): Promise<Buffer> {
    return new Promise(resolve => {
      this.#waiting = resolve;
      this.#broker.write(frame);
    });
  }

  cut(): void {
    this.#client.destroy();
    this.#broker.destroy();
  }

  #request(frame: Buffer, take: Take): void {
    const apiKey = frame.readInt16BE(4);
    if (this.#frozen.has('request') || take('request', apiKey, frame)) return;
    this.#asked.set(frame.readInt32BE(8), apiKey);
    this.#broker.write(frame);
  }

  #answer(frame: Buffer, take: Take): void {
    if (this.#waiting) {
      this.#waiting(frame);
      return;
    }
    const id = frame.readInt32BE(4);
    const apiKey = this.#asked.get(id) ?? -1;
    this.#asked.delete(id);
    if (this.#frozen.has('answer') || take('answer', apiKey, frame)) return;
    this.#client.write(frame);
  }
}

/** Splits a stream of bytes into Kafka's frames, each with the four bytes of its length. */
function frames(each: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      each(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
