import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can carry every byte late, in both directions, as an overloaded server would answer. */
export interface DelayingProxy {
  readonly url: string;
  /** From now on bytes are carried this much later; those that wait already keep their time. */
  delay(ms: number): void;
  close(): void;
}

export async function openDelayingProxy(target: URL): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', data => void setTimeout(() => to.writable && to.write(data), delayMs));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      setTimeout(() => to.destroy(), delayMs);
    });
  };
  const server = createServer(client => {
    const far = connect(Number(target.port), target.hostname);
    carry(client, far);
    carry(far, client);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    delay(ms) {
      delayMs = ms;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
