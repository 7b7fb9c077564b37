import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './errors.ts';
import type { DataFolder } from './folder.ts';
import type { Program } from './program.ts';
import { answersTcp } from './reach.ts';

export interface BrokerOptions {
  readonly folder: DataFolder;
  /** Folder with `kafka/*.jar`. */
  readonly parts: string;
  readonly port: number;
  readonly controllerPort: number;
}

/** Of `pom.xml`: a storage that a newer one formatted does not open. */
const RELEASE = '4.2';

/** Apache Kafka, one KRaft node on the loopback; formats its storage when there is none. */
export function broker({ folder, parts, port, controllerPort }: BrokerOptions): Program {
  const data = folder.folder('kafka');
  const config = join(data, 'server.properties');
  writeFileSync(config, properties(data, port, controllerPort), { mode: 0o600 });
  const classpath = join(parts, 'kafka', '*');
  const release = join(data, 'release');
  if (existsSync(join(data, 'log', 'meta.properties'))) checkRelease(folder, release);
  else format(classpath, config);
  writeFileSync(release, RELEASE);
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];
  return {
    name: 'kafka',
    kind: 'part',
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
      config,
    ],
    answers: () => answersTcp(port),
    readyWithinMs: 90_000,
  };
}

function checkRelease({ path }: DataFolder, file: string): void {
  const release = existsSync(file) ? readFileSync(file, 'utf8') : '4.3';
  if (release.localeCompare(RELEASE, 'en', { numeric: true }) > 0)
    throw new StartError(
      'NOT_READY',
      `what is recorded in ${path} was written by Kafka ${release}; this is ${RELEASE}, which cannot read it`,
      'move that folder away and start again, or go on with the version of Sightline that wrote it',
    );
}

function format(classpath: string, config: string): void {
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const args = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', config];
  const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8' });
  if (status !== 0)
    throw new StartError(
      'NOT_READY',
      `Kafka's storage was not formatted:\n${stdout}${stderr}`,
      'remove the folder kafka/ there and start again',
    );
}

function properties(data: string, port: number, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(data, 'log')}
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
