import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { releasedAtEnd, Slots, SlotsPerHolder } from './slots.ts';

/** What callers do: take a place, or give back one of those they hold, perhaps twice. */
const actions = fc.array(
  fc.oneof(
    fc.record({ take: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ giveBack: fc.nat({ max: 30 }), twice: fc.boolean() }),
  ),
  { maxLength: 200 },
);

test('no more places than the limit are taken, and a returned one can be taken again', () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 5 }), (steps, max) => {
      const slots = new Slots(max);
      const held: (() => void)[] = [];
      for (const step of steps) {
        if ('take' in step) {
          const release = slots.take();
          expect(release !== undefined).toBe(held.length < max);
          if (release) held.push(release);
        } else {
          const [release] = held.splice(step.giveBack % Math.max(1, held.length), 1);
          release?.();
          if (step.twice) release?.();
        }
        expect(slots.taken).toBe(held.length);
      }
    }),
  );
});

test('holders have separate places, and a holder without one is forgotten', () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 5 }), (steps, max) => {
      const slots = new SlotsPerHolder(max);
      const held: { readonly holder: string; readonly release: () => void }[] = [];
      for (const step of steps) {
        if ('take' in step) {
          const own = held.filter(({ holder }) => holder === step.take).length;
          const release = slots.take(step.take);
          expect(release !== undefined).toBe(own < max);
          if (release) held.push({ holder: step.take, release });
        } else {
          const [gone] = held.splice(step.giveBack % Math.max(1, held.length), 1);
          gone?.release();
          if (step.twice) gone?.release();
        }
        expect(slots.holders).toBe(new Set(held.map(({ holder }) => holder)).size);
      }
    }),
  );
});

test('a place is given back once when a stream ends, fails or is left', async () => {
  const ends = {
    async end(stream: AsyncIterable<number>) {
      for await (const _ of stream);
    },
    async leave(stream: AsyncIterable<number>) {
      for await (const _ of stream) break;
    },
    async break(stream: AsyncIterable<number>) {
      await expect(
        (async () => {
          for await (const _ of stream);
        })(),
      ).rejects.toThrow('broken');
    },
  };
  for (const [how, drain] of Object.entries(ends)) {
    let released = 0;
    async function* source(): AsyncGenerator<number> {
      yield 1;
      expect(released).toBe(0);
      yield 2;
      if (how === 'break') throw new Error('broken');
    }
    await drain(releasedAtEnd(source(), () => released++));
    expect([how, released]).toEqual([how, 1]);
  }
  let released = 0;
  expect(releasedAtEnd({ data: 1 }, () => released++)).toEqual({ data: 1 });
  expect(released).toBe(1);
});
