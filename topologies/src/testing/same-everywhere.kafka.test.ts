import { connectLog, type LogClient } from '@sightline/processors/log';
import { StreamsApp } from '@sightline/processors/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases, driven, type Everywhere, lineOf, type Written } from './everywhere.ts';

let log: LogClient;
const prefix = `everywhere-${process.pid}-${Date.now().toString(36)}-`;

beforeAll(async () => {
  log = await connectLog({ brokers: (process.env.TEST_KAFKA_BROKERS ?? '').split(','), clientId: 'everywhere' });
});

afterAll(() => log.close());

async function prepare({ input, outputs, partitions, records }: Everywhere): Promise<void> {
  const config = { 'retention.ms': '-1' };
  await log.admin.createTopics(
    [input, ...outputs].map(({ name }) => ({ topic: `${prefix}${name}`, partitions, config })),
  );
  const producer = await log.producer();
  await producer.send(records.map(record => ({ ...record, topic: `${prefix}${input.name}` })));
  await producer.close();
}

async function readAll({ outputs, partitions }: Everywhere): Promise<Written> {
  const written: Record<string, string[]> = {};
  const reader = await log.reader();
  for (const { name } of outputs) {
    for (let partition = 0; partition < partitions; partition++) {
      const at = { topic: `${prefix}${name}`, partition };
      const [end] = await log.admin.listOffsets([at], 'latest-committed');
      const lines: string[] = [];
      written[`${name}/${partition}`] = lines;
      reader.seek(at, 0n);
      while ((reader.position(at) ?? 0n) < (end?.offset ?? 0n)) {
        for (const { records } of await reader.fetch()) lines.push(...records.map(({ key, value, timestampMs }) => lineOf(key, value, timestampMs))); // biome-ignore format: one call
      }
      reader.remove([at]);
    }
  }
  await reader.close();
  return written;
}

const total = (written: Written): number => Object.values(written).reduce((sum, lines) => sum + lines.length, 0);

describe.each(cases(7).map((one, index) => ({ ...one, index })))('$name', one => {
  test('a broker gets the same output as the driver', async () => {
    await prepare(one);
    const app = new StreamsApp({
      applicationId: `${prefix}${one.index}`,
      topology: one.topology,
      log,
      namePrefix: prefix,
      cacheMaxBytes: 0,
      commitIntervalMs: 20,
    });
    await app.start();
    const expected = driven(one);
    let written = await readAll(one);
    for (const endMs = performance.now() + 30_000; total(written) < total(expected) && performance.now() < endMs; ) {
      await new Promise(resolve => setTimeout(resolve, 100));
      written = await readAll(one);
    }
    await app.close();
    expect(await readAll(one)).toEqual(expected);
  }, 60_000);
});
