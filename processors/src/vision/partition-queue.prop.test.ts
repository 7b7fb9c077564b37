import type { Frame } from '@sightline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseBatch } from './choose-batch.ts';
import { isUndecodable, PartitionQueue, type Passage } from './partition-queue.ts';

const payload = { kind: 'boxes' as const, classes: [], boxes: [] };
const result = { model: 'm', version: '1', sha256: 'cc', of: [], everyMs: 0, payload };

function frame(cameraId: string, source: Frame['source'], reason: Frame['reason'], sequence: number): Frame {
  const jpeg = reason === null ? Buffer.from('jpeg') : null;
  const times = { capturedAtMs: sequence, mediaTimeMs: null, cameraClockMs: null, anchored: false };
  return {
    cameraId,
    epoch: 1,
    sequence,
    source,
    ...times,
    widthPx: 2,
    heightPx: 2,
    reason,
    sha256: jpeg && 'ab',
    jpeg,
  };
}

type Step =
  | { readonly do: 'read'; readonly camera: number; readonly reason: Frame['reason'] }
  | { readonly do: 'garbage' }
  | { readonly do: 'run'; readonly size: number }
  | { readonly do: 'answer'; readonly which: number; readonly failed: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      camera: fc.nat(3),
      reason: fc.constantFrom(null, null, 'unchanged' as const, 'down' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('garbage' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('run' as const), size: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(9), failed: fc.boolean() }) },
);

/**
 * For any order of reads and answers: each record leaves once, in offset order. No picture of a file is skipped as
 * newer. A live picture skipped as newer has a newer one behind it.
 */
test('records leave once, in order, and only live pictures are overtaken', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), steps => {
      const queue = new PartitionQueue(0);
      const running: Passage[] = [];
      const left: (readonly [bigint, string, Passage | undefined])[] = [];
      let offset = 0n;
      const answer = (which: number, failed: boolean): void => {
        const [passage] = running.splice(which % Math.max(1, running.length), 1);
        if (passage === undefined) return;
        if (failed) queue.skip(passage, 'model-failed');
        else queue.detected(passage, [result]);
      };
      const take = (): void => {
        for (const entry of queue.takeDone())
          left.push(isUndecodable(entry) ? [entry.offset, 'garbage', undefined] : [entry.offset, entry.outcome, entry]);
      };
      for (const now of steps) {
        if (now.do === 'read') {
          const source = now.camera < 2 ? 'live' : 'file';
          queue.push(
            { offset: offset++, timestampMs: 0 },
            frame(`c${now.camera}`, source, now.reason, Number(offset)),
            [{ key: 'model', everyMs: 0, tiles: null }],
          );
        } else if (now.do === 'garbage') {
          queue.pushUndecodable(
            { offset: offset++, timestampMs: 0, key: null, value: null, headers: [] },
            new Error('x'),
          );
        } else if (now.do === 'run') {
          for (const passage of chooseBatch([queue], now.size)) {
            queue.run(passage);
            running.push(passage);
          }
        } else answer(now.which, now.failed);
        take();
      }
      for (let turn = 0; turn < 200; turn++) {
        for (const passage of chooseBatch([queue], 4)) {
          queue.run(passage);
          running.push(passage);
        }
        answer(0, false);
        take();
      }
      expect(left.map(([at]) => at)).toEqual(Array.from({ length: Number(offset) }, (_, index) => BigInt(index)));
      expect(queue.pictureBytes).toBe(0);
      for (const [at, , passage] of left) {
        if (passage?.skipReason !== 'newer') continue;
        expect(passage.head.source).toBe('live');
        const { cameraId } = passage.head;
        expect(
          left.some(
            ([later, , other]) => later > at && other?.head.cameraId === cameraId && other.head.reason === null,
          ),
        ).toBe(true);
      }
    }),
  );
});
