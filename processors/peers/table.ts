/** `npm run eval -- conformance`: runs every check of the kit against four clients, on the broker in KAFKA_BROKERS. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { type BenchOptions, makeBench } from '../src/log/conformance/bench.ts';
import { type Check, NotOfferedError } from '../src/log/conformance/check.ts';
import { checks } from '../src/log/conformance/checks.ts';
import { MemoryCuts } from '../src/log/conformance/memory-cuts.ts';
import { moveLeader } from '../src/log/conformance/move-leader.ts';
import { REQUESTS, Scissors } from '../src/log/conformance/scissors.ts';
import { connectLog } from '../src/log/kafkajs/connect-log.ts';
import type { LogClient } from '../src/log/log-client.ts';
import { MemoryLog } from '../src/log/memory/memory-log.ts';
import { connectKafkajsPeer } from './kafkajs-client.ts';
import { connectPlatformaticPeer } from './platformatic-client.ts';

const LIMIT_MS = 90_000;

type Outcome = 'kept' | 'broken' | 'not offered';
interface Result {
  readonly check: string;
  readonly client: string;
  readonly outcome: Outcome;
  readonly note: string;
  readonly ms: number;
}

interface Contestant {
  readonly name: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly open: () => Promise<LogClient>;
  readonly options: BenchOptions;
  /** Checks of features that the client does not offer: a failure there is no broken promise. */
  readonly notOffered?: Readonly<Record<string, string>>;
}

const ANY_PARTITION = 'any member may commit any partition, as in the Java client';
const LACKING = {
  kafkajs: {
    'send-order': 'orders sends only when each is awaited',
    'long-list': 'sends what it is given as one batch; splitting is left to its user',
    'control-records': 'gives a position only with records',
    sticky: 'has no sticky assignor',
    'co-partitions': 'has no assignor that promises it',
    'commit-fenced': ANY_PARTITION,
  },
  platformatic: {
    'long-list': 'sends what it is given as one batch; splitting is left to its user',
    'co-partitions': 'has no assignor that promises it',
    'commit-fenced': ANY_PARTITION,
  },
} as const;

const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter(Boolean);
const { values: asked } = parseArgs({
  options: {
    client: { type: 'string' },
    check: { type: 'string' },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length);
  return (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }).version;
}

function contestants(): readonly Contestant[] {
  const real: BenchOptions = {
    observe: () => connectLog({ brokers, clientId: 'observer' }),
    moveLeader: at => moveLeader(brokers, at),
  };
  const [scissors, outside] = [new Scissors(), new Scissors()];
  outside.watch(); // for the client that opens its own sockets
  const { socketFactory } = scissors;
  const cutBy = (by: Scissors): NonNullable<BenchOptions['cutNext']> => {
    return (request, at) => by.cutNext(REQUESTS[request], at);
  };
  const [memory, cuts] = [new MemoryLog(), new MemoryCuts()];
  return [
    {
      name: 'ours',
      title: `ours on kafkajs ${versionOf('kafkajs')}, patched`,
      isOurs: true,
      open: () => connectLog({ brokers, clientId: 'conformance', socketFactory }),
      options: { ...real, cutNext: cutBy(scissors) },
    },
    {
      name: 'memory',
      title: 'ours in memory',
      isOurs: true,
      open: async () => memory.client({ transport: cuts.transport }),
      options: {
        observe: async () => memory.client(),
        clean: topic => void memory.compact(topic),
        cutNext: (request, at) => cuts.cutNext(request, at),
      },
    },
    {
      name: 'kafkajs',
      title: `kafkajs ${versionOf('kafkajs-unpatched')} as published`,
      isOurs: false,
      open: () => connectKafkajsPeer({ brokers }, scissors),
      options: { ...real, cutNext: cutBy(scissors) },
      notOffered: LACKING.kafkajs,
    },
    {
      name: 'platformatic',
      title: `@platformatic/kafka ${versionOf('@platformatic/kafka')}`,
      isOurs: false,
      open: () => connectPlatformaticPeer({ brokers }),
      options: { ...real, cutNext: cutBy(outside) },
      notOffered: LACKING.platformatic,
    },
    {
      name: 'platformatic-new-id',
      title: 'the same with producerId -1 and producerEpoch -1',
      isOurs: false,
      open: () => connectPlatformaticPeer({ brokers }, { producerId: -1n, producerEpoch: -1 }),
      options: { ...real, cutNext: cutBy(outside) },
      notOffered: LACKING.platformatic,
    },
  ];
}

/** Each check gets its own bench, so its open clients do not affect the next check. */
async function run(check: Check, { name, open, options, notOffered }: Contestant): Promise<Result> {
  const bench = makeBench(open, options);
  const startedMs = performance.now();
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`no result after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  const [outcome, note] = await Promise.race([check.run(bench), limit.promise]).then(
    () => ['kept', ''] as const,
    error => outcomeOf(error, notOffered?.[check.id]),
  );
  clearTimeout(timer);
  const result = { check: check.id, client: name, outcome, note, ms: Math.round(performance.now() - startedMs) };
  await Promise.race([bench.close(), new Promise(resolve => setTimeout(resolve, 5000))]);
  return result;
}

function outcomeOf(error: unknown, lacking: string | undefined): readonly [Outcome, string] {
  if (lacking !== undefined) return ['not offered', lacking];
  return [isNotOffered(error) ? 'not offered' : 'broken', firstLine(error)];
}

function isNotOffered(error: unknown): boolean {
  if (error instanceof NotOfferedError) return true;
  return error instanceof Error && error.cause !== undefined && isNotOffered(error.cause);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}

function print(results: readonly Result[], clients: readonly Contestant[]): void {
  const cell = (check: Check, { name }: Contestant): string =>
    results.find(r => r.check === check.id && r.client === name)?.outcome ?? '';
  const rows = chosen().map(check => [check.name, ...clients.map(client => cell(check, client))]);
  const kept = clients.map(({ name }) => {
    const own = results.filter(({ client }) => client === name);
    return `${own.filter(({ outcome }) => outcome === 'kept').length} of ${own.length}`;
  });
  const lines = [
    ['check', ...clients.map(({ title }) => title)],
    clients.map(() => '---').concat('---'),
    ...rows,
    ['kept', ...kept],
  ];
  for (const line of lines) console.log(`| ${line.join(' | ')} |`);
  console.log();
  for (const { check, client, outcome, note } of results) {
    if (outcome !== 'kept') console.log(`${client}, ${check}: ${outcome}: ${note}`);
  }
}

function chosen(): readonly Check[] {
  const ids = asked.check?.split(',');
  return ids === undefined ? checks : checks.filter(({ id }) => ids.includes(id));
}

if (brokers.length === 0) {
  console.error('KAFKA_BROKERS is not set; `npm run eval -- conformance` starts brokers and sets it');
  process.exit(2);
}
process.on('unhandledRejection', error => console.error(`a client left a rejection unhandled: ${firstLine(error)}`));
const names = asked.client?.split(',');
const clients = contestants().filter(({ name }) => names?.includes(name) ?? true);
const results: Result[] = [];
for (const client of clients) {
  for (const check of chosen()) {
    const result = await run(check, client);
    results.push(result);
    if (asked.json) console.log(JSON.stringify(result));
    else console.error(`${client.name} ${check.id} ${result.outcome} ${result.ms} ms ${result.note}`);
  }
}
if (!asked.json) print(results, clients);
const judged = results.filter(({ client }) => asked.strict || clients.some(c => c.isOurs && c.name === client));
process.exit(judged.some(({ outcome }) => outcome === 'broken') ? 1 : 0);
