import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Follower } from './follow.ts';
import { MemoryLog } from './memory/memory-log.ts';

const TOPIC = 'facts';
const PARTITIONS = [0, 1];

type Step =
  | { readonly kind: 'append'; readonly partition: number; readonly count: number }
  | { readonly kind: 'recreate' }
  /** The follower gets time to read. */
  | { readonly kind: 'read'; readonly turns: number }
  | { readonly kind: 'catch up' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('append'), partition: fc.constantFrom(...PARTITIONS), count: fc.integer({ min: 1, max: 5 }) }), // biome-ignore format: one shape
  fc.constant({ kind: 'recreate' } as const),
  fc.record({ kind: fc.constant('read'), turns: fc.integer({ min: 0, max: 20 }) }),
  fc.constant({ kind: 'catch up' } as const),
);

const turn = () => new Promise(resolve => setImmediate(resolve));

/**
 * However a topic is deleted, created again and written meanwhile: a caught-up follower has handled each record of the
 * present topic once, in order, and none of an earlier topic after the first one of a later topic.
 */
test('each record of a topic that was created again is handled once, for any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      const log = new MemoryLog();
      const create = () => log.createTopics([{ topic: TOPIC, partitions: PARTITIONS.length }]);
      create();
      let generation = 0;
      let written: string[] = [];
      let handled: string[] = [];
      const generations: number[] = [];
      const resets: string[] = [];
      const follower = new Follower(log.client(), {
        topic: TOPIC,
        partitions: PARTITIONS,
        from: 'earliest',
        reader: { maxWaitMs: 1 },
        handle({ partition, records }) {
          for (const { offset, value } of records) {
            generations.push(Number(value));
            handled.push(`${value}: ${partition}/${offset}`);
          }
        },
        onReset({ partition, reason, topicId }) {
          resets.push(`${reason} ${topicId}`);
          handled = handled.filter(record => !record.includes(` ${partition}/`));
        },
      });
      for (const each of steps) {
        if (each.kind === 'append')
          for (let i = 0; i < each.count; i++) {
            const { partition } = each;
            const offset = log.append({ topic: TOPIC, partition, key: null, value: Buffer.from(`${generation}`) });
            written.push(`${generation}: ${partition}/${offset}`);
          }
        else if (each.kind === 'recreate') {
          log.deleteTopics([TOPIC]);
          create();
          generation++;
          written = [];
        } else if (each.kind === 'catch up') {
          await follower.caughtUp();
          expect(handled.toSorted()).toEqual(written.toSorted());
        } else for (let i = 0; i < each.turns; i++) await turn();
      }
      await follower.caughtUp();
      expect(handled.toSorted()).toEqual(written.toSorted());
      expect(generations).toEqual(generations.toSorted((a, b) => a - b));
      expect(resets.filter(reset => !reset.startsWith('recreated'))).toEqual([]);
      await follower.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
