import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { broker } from '../../local/broker.ts';
import { DataFolder, root } from '../../local/folder.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { freePorts } from '../../local/ports.ts';
import type { Program } from '../../local/program.ts';
import { answersTcp } from '../../local/reach.ts';
import { readSettings } from '../../local/settings.ts';
import { Supervisor } from '../../local/supervisor.ts';

/** Two Kafka brokers of one cluster while `work` runs, so that partitions can move between them. */
export async function withTwoBrokers<T>(work: (brokers: string) => Promise<T>): Promise<T> {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-brokers-')));
  const supervisor = new Supervisor({ folder, onLine: () => {} });
  const parts = join(readSettings().SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'parts');
  const [port = 0, controllerPort = 0, secondPort = 0] = await freePorts(3);
  try {
    await supervisor.launch(broker({ folder, parts, port, controllerPort }));
    const argv = second(folder, parts, secondPort, controllerPort);
    const answers = () => answersTcp(secondPort);
    await supervisor.launch({ name: 'kafka-2', kind: 'part', argv, answers, readyWithinMs: 90_000 });
    return await work(`127.0.0.1:${port},127.0.0.1:${secondPort}`);
  } finally {
    await supervisor.stop();
    await endLeftovers(folder.path, 2_000);
    rmSync(folder.path, { recursive: true, force: true });
  }
}

/** Formats the second broker's storage for the first one's cluster. Returns the command that starts it. */
function second(folder: DataFolder, parts: string, port: number, controllerPort: number): Program['argv'] {
  const meta = readFileSync(folder.file('kafka', 'log', 'meta.properties'), 'utf8');
  const clusterId = /^cluster\.id=(.+)$/m.exec(meta)?.[1] ?? '';
  const config = join(folder.folder('kafka-2'), 'server.properties');
  writeFileSync(config, properties(folder.folder('kafka-2', 'log'), port, controllerPort), { mode: 0o600 });
  const java: Program['argv'] = [
    'java',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(parts, 'kafka', '*'),
  ];
  const [command, ...options] = java;
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config];
  const { status, stderr } = spawnSync(command, [...options, ...format], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the second broker's storage was not formatted:\n${stderr}`);
  return [...java, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', 'kafka.Kafka', config];
}

/** The first broker's properties, because both must agree about internal topics. */
function properties(log: string, port: number, controllerPort: number): string {
  return `process.roles=broker
node.id=2
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${log}
auto.create.topics.enable=false
num.partitions=4
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216
controlled.shutdown.max.retries=1
`;
}
