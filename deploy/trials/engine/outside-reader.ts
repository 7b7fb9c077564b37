import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../local/folder.ts';
import { readSettings } from '../../local/settings.ts';
import type { Seen } from './oracle.ts';

export type Isolation = 'read_committed' | 'read_uncommitted';

/** A topic, and the format of its values. */
export interface OutsideTopic {
  readonly brokers: string;
  readonly topic: string;
  readonly values: 'text' | 'int32';
}

const run = promisify(execFile);
const MAX_BYTES = 1 << 30;
const hasKcat = spawnSync('kcat', ['-V']).status === 0;

/** The client that the verdict uses; never ours. */
export const readerName = hasKcat ? 'kcat (librdkafka)' : "Kafka's console consumer";

/** All records of a topic, read by a client that shares no code with ours, with the given isolation level. */
export async function readFromOutside(topic: OutsideTopic, isolation: Isolation): Promise<readonly Seen[]> {
  const lines = hasKcat ? await kcat(topic, isolation) : await consoleConsumer(topic, isolation);
  return lines.filter(Boolean).map(line => {
    const [partition, offset, key = '', value = ''] = line.split(' ');
    return { partition: Number(partition), offset: Number(offset), key, value };
  });
}

async function kcat({ brokers, topic, values }: OutsideTopic, isolation: Isolation): Promise<readonly string[]> {
  const where = ['-b', brokers, '-C', '-e', '-q', '-t', topic, '-o', 'beginning', '-X', `isolation.level=${isolation}`];
  const how = [...(values === 'int32' ? ['-s', 'value=>i'] : []), '-X', 'check.crcs=true', '-f', '%p %o %k %s\n'];
  const { stdout } = await run('kcat', [...where, ...how], { maxBuffer: MAX_BYTES });
  return stdout.split('\n');
}

const SERIALIZATION = 'org.apache.kafka.common.serialization';
/** It ends after this long without a record, because it has no option "to the end". */
const SILENCE_MS = '5000';

/** Lines like `Partition:0\tOffset:0\tkey-1\tvalue`. */
async function consoleConsumer(
  { brokers, topic, values }: OutsideTopic,
  isolation: Isolation,
): Promise<readonly string[]> {
  const cache = readSettings().SIGHTLINE_CACHE ?? join(root, '.sightline/cache');
  const java = ['-cp', join(cache, 'parts', 'kafka', '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'];
  const where = ['--bootstrap-server', brokers, '--topic', topic, '--from-beginning', '--timeout-ms', SILENCE_MS];
  const decode = values === 'int32' ? 'IntegerDeserializer' : 'StringDeserializer';
  const shown = ['print.partition=true', 'print.offset=true', 'print.key=true'];
  const how = [
    ...['--isolation-level', isolation, '--formatter-property', `value.deserializer=${SERIALIZATION}.${decode}`],
    ...shown.flatMap(property => ['--formatter-property', property]),
  ];
  const { stdout } = await run('java', [...java, ...where, ...how], { maxBuffer: MAX_BYTES });
  return stdout.split('\n').map(line =>
    line
      .replace(/^Partition:/, '')
      .replace(/\tOffset:/, '\t')
      .replaceAll('\t', ' '),
  );
}
