import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv } from './environment.mjs';
import { StartError } from './errors.ts';
import type { DataFolder } from './folder.ts';
import { inFolder } from './java.ts';
import type { Program } from './program.ts';
import { answersTcp } from './reach.ts';

export interface BrokerOptions {
  readonly folder: DataFolder;
  /** Folder with `kafka/*.jar`. */
  readonly parts: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Password of clients; absent: everyone who reaches the port may connect, for tests and trials. */
  readonly password?: string | undefined;
}

/** User name of all clients of the embedded broker. */
export const KAFKA_USER = 'sightline';

/** Kafka's release, as in `pom.xml`. It cannot open a storage that a newer release formatted. */
const RELEASE = '4.2';

const CONFIG = 'server.properties';

/** Apache Kafka as one KRaft node on the loopback. Formats its storage at the first start. */
export function broker(options: BrokerOptions): Program {
  const { folder, parts, port } = options;
  const data = folder.folder('kafka');
  const config = join(data, CONFIG);
  writeFileSync(config, properties(options), { mode: 0o600 });
  const classpath = join(parts, 'kafka', '*');
  const release = join(data, 'release');
  if (existsSync(join(data, 'log', 'meta.properties'))) checkRelease(folder, release);
  else format(classpath, data);
  writeFileSync(release, RELEASE);
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];
  return {
    name: 'kafka',
    kind: 'part',
    needsSpace: true,
    argv: [
      'java',
      '-Xmx512m',
      '-Xms128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      ...quiet,
      '-cp',
      classpath,
      'kafka.Kafka',
      CONFIG,
    ],
    ...inFolder(data),
    answers: () => answersTcp(port),
    readyWithinMs: 90_000,
  };
}

function checkRelease({ path }: DataFolder, file: string): void {
  const release = existsSync(file) ? readFileSync(file, 'utf8') : '4.3';
  if (release.localeCompare(RELEASE, 'en', { numeric: true }) > 0)
    throw new StartError(
      'NOT_READY',
      `Kafka ${release} wrote the data in ${path}; this is Kafka ${RELEASE}, which cannot read it`,
      'move that folder away and start again, or start the version of Sightline that wrote it',
    );
}

function format(classpath: string, data: string): void {
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const args = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', CONFIG];
  const { cwd, env } = inFolder(data);
  const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8', cwd, env: { ...childEnv(), ...env } });
  if (status !== 0)
    throw new StartError(
      'NOT_READY',
      `Kafka's storage was not formatted:\n${stdout}${stderr}`,
      'remove the folder kafka/ there and start again',
    );
}

/** Makes clients and controllers sign in; otherwise any user of the machine could read and write every topic. */
function security(password: string): string {
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${KAFKA_USER}" password="${password}" user_${KAFKA_USER}="${password}";`;
  return `sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.plain.sasl.jaas.config=${login}
listener.name.controller.plain.sasl.jaas.config=${login}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
`;
}

function properties({ port, controllerPort, password }: BrokerOptions): string {
  const protocol = password === undefined ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  return `${password === undefined ? '' : security(password)}process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=CLIENT://127.0.0.1:${port}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:${protocol},CONTROLLER:${protocol}
log.dirs=log
auto.create.topics.enable=false
num.partitions=4
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.retention.minutes=525600
log.cleaner.dedupe.buffer.size=16777216
num.recovery.threads.per.data.dir=2
controlled.shutdown.max.retries=1
`;
}
