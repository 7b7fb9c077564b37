import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeBench } from '../conformance/bench.ts';
import { readTo } from '../conformance/check.ts';
import { connectLog } from './connect-log.ts';

const brokers = (process.env.TEST_KAFKA_BROKERS ?? '').split(',').filter(Boolean);
const cache = process.env.SIGHTLINE_CACHE ?? join(import.meta.dirname, '../../../../.sightline/cache');
const jars = join(cache, 'parts/kafka');
const bench = makeBench(() => connectLog({ brokers, clientId: 'codecs' }));
afterAll(() => bench.close());

const RECORDS = 3_000;
const sentence = (n: number) => `the quick brown fox jumps over the lazy dog and says ${n * 7919}`;

/** Produces more than one Snappy block (32 KB) per batch, and more than one batch. */
function produceByJava(topic: string, codec: string): void {
  const input = Array.from({ length: RECORDS }, (_, n) => `${n}:${sentence(n)}\n`).join('');
  const producer = ['--command-property', 'linger.ms=100', '--command-property', 'batch.size=100000'];
  const reader = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:'];
  const where = ['--bootstrap-server', brokers.join(','), '--topic', topic, '--compression-codec', codec];
  const java = ['-Xmx200m', '-cp', join(jars, '*'), 'org.apache.kafka.tools.ConsoleProducer'];
  const { status, stderr } = spawnSync('java', [...java, ...where, ...producer, ...reader], {
    input,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
}

describe.skipIf(brokers.length === 0 || !existsSync(jars))('what the Java producer compressed', () => {
  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('with %s is read as it was written', async codec => {
    const [log, topic] = [await bench.open(), await bench.topic()];
    produceByJava(topic, codec);
    const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, BigInt(RECORDS));
    expect(records.map(({ key, value }) => `${key}:${value}`)).toEqual(
      Array.from({ length: RECORDS }, (_, n) => `${n}:${sentence(n)}`),
    );
  });
});
