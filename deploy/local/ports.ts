import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { StartError } from './errors.ts';
import { answersTcp } from './reach.ts';

/** Port of pages and API unless the user chooses another. */
export const DEFAULT_PORT = 8080;

/** Returns `count` different TCP ports of the loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

/** Returns the port if it is free. Throws PORT_TAKEN with its owner, if we may see it, and the option that changes the port. */
export async function claimPort(port: number, what: string, option: string): Promise<number> {
  if (port === 0) return (await freePorts(1))[0] ?? 0;
  try {
    const server = await listen(port);
    await new Promise(resolve => server.close(resolve));
    return port;
  } catch (error) {
    const pid = ownerOf(port);
    const owner = pid === undefined ? 'another process' : `process ${pid} (${commandOf(pid)})`;
    throw new StartError(
      'PORT_TAKEN',
      `port ${port} for ${what} is taken by ${owner}`,
      `end it, or choose another: ${option}`,
      error,
    );
  }
}

/**
 * What listens on a port, in words. `gatewayPid`: our gateway should; undefined: nothing should. Throws when it is not so.
 */
export async function useOfPort(port: number, gatewayPid?: number): Promise<string> {
  if (gatewayPid === undefined) {
    await claimPort(port, 'pages and API', 'npm start -- --port N');
    return 'free';
  }
  const pid = ownerOf(port);
  if (pid === gatewayPid) return `our gateway listens (process ${pid})`;
  if (pid !== undefined) throw new Error(`process ${pid} (${commandOf(pid)}) listens, not our gateway`);
  if (!(await answersTcp(port))) throw new Error('nothing listens, not even our gateway');
  return 'a process listens, but this user may not see which';
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Pid that listens on a TCP port, from Linux's /proc; undefined when we cannot see it. */
function ownerOf(port: number): number | undefined {
  try {
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const rows = ['tcp', 'tcp6'].flatMap(file => readFileSync(`/proc/net/${file}`, 'utf8').split('\n').slice(1));
    const row = rows
      .map(line => line.trim().split(/\s+/))
      .find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A');
    const socket = `socket:[${row?.[9]}]`;
    return (
      row &&
      readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .map(Number)
        .find(pid => holds(pid, socket))
    );
  } catch {
    return undefined;
  }
}

function holds(pid: number, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    return false; // the process is another user's, or has ended
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 80);
  } catch {
    return 'unknown';
  }
}
