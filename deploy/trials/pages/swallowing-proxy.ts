import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy that can stop carrying bytes without closing a connection, like a broken network. */
export interface SwallowingProxy {
  readonly url: string;
  /** From now on carries nothing in either direction. New connections are accepted and get no answer. */
  swallow(): void;
  /** Carries new connections again; the earlier ones stay dead, and open. */
  carry(): void;
  /** Closes the dead ones. Until then a browser may ask for its next page on one that was idle, and wait for ever. */
  closeDead(): void;
  close(): void;
}

export async function openSwallowingProxy(target: URL): Promise<SwallowingProxy> {
  const sockets = new Set<Socket>();
  let dead: readonly Socket[] = [];
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
      dead = [...sockets];
      for (const socket of dead) socket.pause().removeAllListeners('data');
    },
    closeDead() {
      for (const socket of dead) socket.destroy();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
