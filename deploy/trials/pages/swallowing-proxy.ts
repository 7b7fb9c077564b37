import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can stop carrying bytes without closing anything, as a broken network does. */
export interface SwallowingProxy {
  readonly url: string;
  /** From now on nothing is carried, in either direction; new connections are taken and left unanswered. */
  swallow(): void;
  /** New connections are carried again; those that were swallowed stay dead. */
  carry(): void;
  close(): void;
}

export async function openSwallowingProxy(target: URL): Promise<SwallowingProxy> {
  const sockets = new Set<Socket>();
  let swallowing = false;
  const server = createServer(client => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => sockets.delete(client));
    if (swallowing) return void client.resume();
    const far = connect(Number(target.port), target.hostname);
    far.on('error', () => client.destroy());
    sockets.add(far);
    client.on('data', data => swallowing || far.write(data));
    far.on('data', data => swallowing || client.write(data));
    client.on('close', () => far.destroy());
    far.on('close', () => {
      sockets.delete(far);
      if (!swallowing) client.destroy();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    swallow() {
      swallowing = true;
    },
    carry() {
      swallowing = false;
      for (const socket of sockets) socket.pause().removeAllListeners('data');
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
