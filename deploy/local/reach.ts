import { connect } from 'node:net';

/** True when a server accepts connections on the port. */
export function answersTcp(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host, timeout: 1_000 });
    const answer = (yes: boolean) => () => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'redis:': 6379, 'rediss:': 6379 };

/** Host and port of a URL, or of each entry in a host:port list. */
export function endpoints(address: string): readonly { readonly host: string; readonly port: number }[] {
  return address.split(',').map(each => {
    const { hostname, port, protocol } = new URL(each.includes('://') ? each.trim() : `tcp://${each.trim()}`);
    return { host: hostname, port: Number(port) || (PORTS[protocol] ?? 9092) };
  });
}

/** Waits without limit until one endpoint of the address answers. Calls `onWaiting` each second. */
export async function untilReachable(address: string, onWaiting: () => void): Promise<void> {
  for (;;) {
    const answers = await Promise.all(endpoints(address).map(({ host, port }) => answersTcp(port, host)));
    if (answers.includes(true)) return;
    onWaiting();
    await new Promise(resolve => setTimeout(resolve, 1_000));
  }
}
