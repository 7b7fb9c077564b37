import { expect, test } from 'vitest';
import { LiveTroubles } from './live-troubles.ts';

/** One picture every `everyMs` for `forMs`; its hash is that of `picture`. */
function show(troubles: LiveTroubles, fromMs: number, forMs: number, everyMs: number, picture: (ms: number) => string) {
  for (let ms = fromMs; ms <= fromMs + forMs; ms += everyMs) troubles.picture(picture(ms), ms);
  return fromMs + forMs;
}

test('one and the same picture for two minutes is said, and no longer once another one comes', () => {
  const troubles = new LiveTroubles();
  troubles.opened(0);
  show(troubles, 0, 110_000, 2_000, () => 'a');
  expect(troubles.hint).toBeNull();
  const atMs = show(troubles, 112_000, 10_000, 2_000, () => 'a');
  expect(troubles.hint).toBe(
    'the camera has sent one and the same picture for 2 minutes: it may be frozen; restart it',
  );
  troubles.picture('b', atMs + 2_000);
  expect(troubles.hint).toBeNull();
});

test('time in which the camera was off does not make its picture frozen', () => {
  const troubles = new LiveTroubles();
  for (let ms = 0; ms < 600_000; ms += 60_000) {
    troubles.opened(ms);
    troubles.picture('a', ms);
  }
  expect(troubles.hint).toBeNull();
});

test('a still scene with the noise of a camera is not frozen', () => {
  const troubles = new LiveTroubles();
  show(troubles, 0, 600_000, 2_000, ms => String(ms));
  expect(troubles.hint).toBeNull();
  const first = new LiveTroubles();
  first.picture('a', 0);
  expect(first.hint).toBeNull(); // silent, and not frozen
});

test('a camera that sends one picture a minute is waited for after some tries, and a quick one again for 5 s only', () => {
  const troubles = new LiveTroubles();
  let nowMs = 0;
  let connections = 0;
  for (; troubles.silentMs < 60_000; connections++) {
    troubles.opened(nowMs);
    troubles.picture('a', nowMs);
    nowMs += troubles.silentMs;
    troubles.failed(nowMs);
  }
  expect(connections).toBe(4);
  troubles.picture('b', nowMs + 60_000);
  expect(troubles.silence(true)).toContain('raise its frame rate');
  show(troubles, nowMs + 60_000, 10_000, 200, () => 'c');
  expect(troubles.silentMs).toBe(5_000);
});

test('a camera that breaks off, or gives no picture at all, is not waited for any longer', () => {
  const troubles = new LiveTroubles();
  for (let nowMs = 0; nowMs < 100_000; nowMs += 10_000) {
    troubles.opened(nowMs);
    troubles.failed(nowMs + 5_000);
    troubles.opened(nowMs + 6_000);
    troubles.picture('a', nowMs + 6_100);
    troubles.failed(nowMs + 7_000);
  }
  expect(troubles.silentMs).toBe(5_000);
});

test('why no picture comes: the decoder hangs, the stream is wrong, or it is just silent', () => {
  const troubles = new LiveTroubles();
  expect(troubles.silence(false)).toContain('decoder process does not answer');
  expect(troubles.silence(true)).toContain('sends no picture: restart it');
  troubles.told('its key frames are rare');
  expect([troubles.silence(true), troubles.hint]).toEqual(['its key frames are rare', 'its key frames are rare']);
  troubles.opened(0);
  expect(troubles.hint).toBeNull();
});
