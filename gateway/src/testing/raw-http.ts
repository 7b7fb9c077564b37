import { connect, type Socket } from 'node:net';

/** A connection for tests that write bytes which no client library sends. */
export interface RawConnection {
  readonly socket: Socket;
  /** All bytes received so far. */
  received(): string;
  write(text: string | Buffer): void;
  /** Resolves with all received bytes once they match; rejects when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves with all received bytes once the server has closed. */
  closed(): Promise<string>;
}

export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  let over = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  socket.setNoDelay(true);
  socket.on('data', data => {
    received += data.toString('latin1');
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    over = true;
    wake();
  });
  await new Promise(resolve => socket.once('connect', resolve));
  const when = (holds: () => boolean, what: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds() && !over) return;
        waiting.delete(look);
        if (holds()) resolve(received);
        else reject(new Error(`the connection ended before ${what}: ${received}`));
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    received: () => received,
    write: text => void socket.write(text),
    until: pattern => when(() => pattern.test(received), String(pattern)),
    closed: () => when(() => over, 'its end'),
  };
}

/** Sends one request, byte for byte, and resolves with the answer once the server has closed. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const connection = await rawConnection(url);
  connection.write(text);
  return connection.closed();
}

/** Status and problem of an answer. */
export function problemOf(answer: string): Record<string, unknown> {
  const [head = '', body = '{}'] = answer.split('\r\n\r\n');
  const contentType = /content-type: ([^\r]*)/i.exec(head)?.[1];
  return { http: Number(head.split(' ')[1]), contentType, ...JSON.parse(body.slice(body.indexOf('{'))) };
}
