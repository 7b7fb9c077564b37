import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { quantile } from '../truth/violation-score.ts';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU time of each given process per answer. */
  readonly cpuMs: readonly number[];
  /** Size of one answer. */
  readonly bytes: number;
}

export interface Ask {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** CPU milliseconds that a process has used. */
function cpuMs(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Sends one request and reads its answer. Rejects unless it is a 200 without GraphQL errors. */
function once(agent: Agent, { url, method = 'GET', headers = {}, body }: Ask): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers: { ...headers, 'accept-encoding': 'identity' } }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const isGood = answer.statusCode === 200 && bytes.subarray(0, 10).toString() !== '{"errors":';
        if (isGood) resolve(bytes.length);
        else reject(new Error(`${answer.statusCode} from ${url}: ${bytes.subarray(0, 300)}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Keeps `atOnce` requests running for some seconds; `ask` makes the next one. */
export async function loadWith(
  ask: (number: number) => Ask,
  options: { readonly seconds: number; readonly atOnce: number; readonly pids: readonly (number | undefined)[] },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.atOnce });
  const times: number[] = [];
  let bytes = 0;
  let number = 0;
  const before = options.pids.map(cpuMs);
  const startedMs = performance.now();
  const endMs = startedMs + options.seconds * 1_000;
  await Promise.all(
    Array.from({ length: options.atOnce }, async () => {
      while (performance.now() < endMs) {
        const askedMs = performance.now();
        bytes = await once(agent, ask(number++));
        times.push(performance.now() - askedMs);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    perSecond: times.length / seconds,
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    cpuMs: options.pids.map((pid, i) => (cpuMs(pid) - (before[i] ?? 0)) / times.length),
    bytes,
  };
}
