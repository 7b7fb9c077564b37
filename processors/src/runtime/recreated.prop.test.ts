import { type Serde, topic } from '@sightline/schemas/topic';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { type Processor, type ProcessorContext, type StreamRecord, StreamsApp } from './index.ts';
import { Topology } from './topology.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const input = topic('in', { key: text, value: text, ...kept });
const output = topic('out', { key: text, value: text, ...kept });

class Copy implements Processor<string, string, string, string> {
  #context: ProcessorContext<string, string> | undefined;

  init(context: ProcessorContext<string, string>): void {
    this.#context = context;
  }

  process(record: StreamRecord<string, string>): void {
    this.#context?.forward(record);
  }
}

/** Copies its input. */
const copying = () =>
  new Topology()
    .addSource('in', input)
    .addProcessor('copy', () => new Copy(), ['in'])
    .addSink('out', output, ['copy']);

type Step =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'recreate' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'recreate' } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
);

const passed = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/**
 * However a source is deleted, created again and written meanwhile: each record of the present topic is processed
 * once, in order, and none of an earlier topic twice. The group's offsets of the earlier topic stay.
 */
test('each record of a source that was created again is processed once, for any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
      const log = new MemoryLog();
      const create = (name: string) => log.createTopics([{ topic: name, partitions: 1 }]);
      create('in');
      create('out');
      const recreated: string[] = [];
      const start = async (): Promise<StreamsApp> => {
        const fast = { commitIntervalMs: 2, heartbeatIntervalMs: 5 };
        const onRecreated = ({ offset }: { readonly offset: bigint }) => void recreated.push(`${offset}`);
        const app = new StreamsApp({
          applicationId: 'app',
          topology: copying(),
          log: log.client(),
          ...fast,
          onRecreated,
        });
        await app.start();
        return app;
      };
      const processed = () =>
        log.partition({ topic: 'out', partition: 0 }).read(0n, true, Number.MAX_SAFE_INTEGER).records.map(r => `${r.value}`); // biome-ignore format: one chain
      let app = await start();
      let generation = 0;
      let present: string[] = [];
      for (const each of steps) {
        if (each.kind === 'append')
          for (let i = 0; i < each.count; i++) {
            present.push(`${generation}: ${present.length}`);
            log.append({ topic: 'in', partition: 0, key: Buffer.from('k'), value: Buffer.from(present.at(-1) ?? '') });
          }
        else if (each.kind === 'recreate') {
          log.deleteTopics(['in']);
          create('in');
          generation++;
          present = [];
        } else if (each.kind === 'restart') {
          await app.close();
          app = await start();
        } else await passed(each.ms);
      }
      const ofPresent = () => processed().filter(value => value.startsWith(`${generation}:`));
      await expect.poll(ofPresent, { timeout: 5_000, interval: 5 }).toEqual(present);
      expect(new Set(processed()).size).toBe(processed().length);
      // Until a lane commits offsets of the new topic, each start finds those of the old one and says so.
      const starts = 1 + steps.filter(({ kind }) => kind === 'restart').length;
      expect(recreated.length).toBeLessThanOrEqual(generation * starts);
      await app.close();
    }),
    { numRuns: 40 },
  );
}, 120_000);
