import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';

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

/** `request`: the request never arrives. `answer`: the request arrives, its answer does not. */
export type CutAt = 'request' | 'answer';

/** Opens connections, and cuts the one with the next request of a kind. */
export class Scissors {
  readonly #armed = new Map<number, { readonly at: CutAt; struck(): void }>();

  /** Resolves when the connection is cut. */
  cutNext(apiKey: number, at: CutAt): Promise<void> {
    return new Promise(resolve => {
      this.#armed.set(apiKey, { at, struck: resolve });
    });
  }

  disarm(): void {
    this.#armed.clear();
  }

  readonly socketFactory = ({
    host,
    port,
    onConnect,
  }: {
    host: string;
    port: number;
    onConnect: () => void;
  }): Socket => {
    const socket = connect({ host, port, noDelay: true }, onConnect);
    this.#attach(socket);
    return socket;
  };

  /**
   * For clients that open their own sockets: watches every socket that this process opens, until the returned function
   * is called.
   */
  watch(): () => void {
    // connect() comes after this and restores any other `write`
    const onSocket = (message: unknown) => process.nextTick(() => this.#attach((message as { socket: Socket }).socket));
    subscribe('net.client.socket', onSocket);
    return () => void unsubscribe('net.client.socket', onSocket);
  }

  /** Clients write a request in one piece: its kind comes after the length. */
  #attach(socket: Socket): void {
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    const intercept = (bytes: Buffer): boolean => {
      const apiKey = bytes.length < 6 ? -1 : bytes.readInt16BE(4);
      const armed = this.#armed.get(apiKey);
      if (!armed) return write(bytes);
      this.#armed.delete(apiKey);
      const cut = () => {
        socket.destroy(new Error(`cut at ${armed.at} of ${apiKey}`));
        armed.struck();
      };
      if (armed.at === 'request') {
        setImmediate(cut);
        return true;
      }
      socket.removeAllListeners('data');
      socket.once('data', cut);
      return write(bytes);
    };
    socket.write = intercept as Socket['write'];
  }
}
