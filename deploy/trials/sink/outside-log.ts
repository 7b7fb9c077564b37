import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../local/folder.ts';
import { readSettings } from '../../local/settings.ts';

/** A record as read by another client than ours. */
export interface OutsideRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer;
  readonly value: Buffer;
}

const run = promisify(execFile);
const MAX_BYTES = 1 << 30;
const hasKcat = spawnSync('kcat', ['-V']).status === 0;

/** The client that the verdict uses. */
export const readerName = hasKcat ? 'kcat (librdkafka)' : "Kafka's console consumer";

/**
 * Every committed record of a topic, read by a client that shares no code with the sink's. `some`: the topic is not
 * empty.
 */
export async function readOutside(brokers: string, topic: string, some: boolean): Promise<readonly OutsideRecord[]> {
  if (hasKcat) return kcat(brokers, topic);
  const records = await consoleConsumer(brokers, topic, SILENCE_MS);
  return some && records.length === 0 ? consoleConsumer(brokers, topic, LONG_SILENCE_MS) : records;
}

async function kcat(brokers: string, topic: string): Promise<readonly OutsideRecord[]> {
  const where = [
    '-b',
    brokers,
    '-C',
    '-e',
    '-q',
    '-t',
    topic,
    '-o',
    'beginning',
    '-X',
    'isolation.level=read_committed',
  ];
  const { stdout } = await run('kcat', [...where, '-X', 'check.crcs=true', '-f', '%p %o %T %K %S\n%k%s\n'], {
    maxBuffer: MAX_BYTES,
    encoding: 'buffer',
  });
  const records: OutsideRecord[] = [];
  for (let at = 0; at < stdout.length; ) {
    const line = stdout.indexOf(10, at);
    const [partition, offset = '', timestamp, keySize, size] = stdout.toString('latin1', at, line).split(' ');
    const start = line + 1;
    const middle = start + Math.max(0, Number(keySize));
    at = middle + Math.max(0, Number(size)) + 1;
    const [key, value] = [stdout.subarray(start, middle), stdout.subarray(middle, at - 1)];
    records.push({ partition: Number(partition), offset: BigInt(offset), timestampMs: Number(timestamp), key, value });
  }
  return records;
}

/**
 * It ends after this long without a record, because it has no option "to the end". On a busy machine its start takes
 * part of that time.
 */
const SILENCE_MS = 4_000;
const LONG_SILENCE_MS = 30_000;

async function consoleConsumer(brokers: string, topic: string, silenceMs: number): Promise<readonly OutsideRecord[]> {
  const cache = readSettings().SIGHTLINE_CACHE ?? join(root, '.sightline/cache');
  const java = ['-XX:TieredStopAtLevel=1', '-cp', join(cache, 'parts', 'kafka', '*')];
  const where = ['--bootstrap-server', brokers, '--topic', topic, '--from-beginning', '--timeout-ms', `${silenceMs}`];
  const properties = [
    'print.partition=true',
    'print.offset=true',
    'print.timestamp=true',
    'print.key=true',
    'key.deserializer=org.apache.kafka.common.serialization.BytesDeserializer',
    'value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer',
  ];
  const how = ['--isolation-level', 'read_committed', ...properties.flatMap(one => ['--formatter-property', one])];
  const { stdout } = await run('java', [...java, 'org.apache.kafka.tools.consumer.ConsoleConsumer', ...where, ...how], {
    maxBuffer: MAX_BYTES,
  });
  return stdout.split('\n').flatMap(line => {
    const found = /^(?:LogAppend|Create)Time:(\d+)\tPartition:(\d+)\tOffset:(\d+)\t([^\t]*)\t(.*)$/.exec(line);
    if (found === null) return [];
    const [, timestamp, partition, offset = '', ...texts] = found;
    const [key = Buffer.alloc(0), value = Buffer.alloc(0)] = texts.map(unescaped);
    return [{ partition: Number(partition), offset: BigInt(offset), timestampMs: Number(timestamp), key, value }];
  });
}

/** Bytes as Kafka's BytesDeserializer shows them: `\xNN` for all but printable ASCII. */
const unescaped = (text: string): Buffer =>
  Buffer.from(
    text.replace(/\\x([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
