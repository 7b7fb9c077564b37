import { connect, type Socket } from 'node:net';
import type { ConnectOptions } from '../../log/index.ts';

const END_TXN = 26;

/** Opens connections, all of them to `port` if one is given, and reports each EndTxn request that was sent. */
export function watchedSockets(onEndTxn: () => void, port?: number): NonNullable<ConnectOptions['socketFactory']> {
  return ({ host, port: asked, onConnect }) => {
    const socket = connect({ host, port: port ?? asked, noDelay: true }, onConnect);
    const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
    const intercept = (bytes: Buffer): boolean => {
      const written = write(bytes);
      if (bytes.length >= 6 && bytes.readInt16BE(4) === END_TXN) onEndTxn();
      return written;
    };
    socket.write = intercept as Socket['write'];
    return socket;
  };
}
