import { expect, test } from 'vitest';
import { clockWords, connectionWords, dropWords, streamWords } from './stream-words.ts';

const stream = { codec: 'h264', widthPx: 1920, heightPx: 1080, fps: 24.98, bitsPerSecond: 4_123_456, clockRate: 1 };

test.each([
  [stream, 'H.264, 1920 × 1080, 25 pictures a second, 4.1 Mbit/s'],
  [
    { ...stream, codec: 'hevc', fps: 7.53, bitsPerSecond: 123_000 },
    'H.265, 1920 × 1080, 7.5 pictures a second, 123 kbit/s',
  ],
  [{ ...stream, codec: 'h266' }, 'H266, 1920 × 1080, 25 pictures a second, 4.1 Mbit/s'],
])('what a camera sends is said in words', (of, words) => {
  expect(streamWords(of)).toBe(words);
});

test('the pace of its clock is said as a person would', () => {
  const said = [1, 1.0004, 0.99, 1.012, null].map(clockRate => clockWords({ clockRate }));
  expect(said).toEqual([
    'runs like ours',
    'runs like ours',
    'runs 1.00 % too slow',
    'runs 1.20 % too fast',
    'not measured',
  ]);
});

test('reasons of left out pictures come by their number; a reason of a newer version by its name', () => {
  const drops = [
    { reason: 'damaged', count: 3 },
    { reason: 'new-reason', count: 1_200 },
    { reason: 'decoder-behind', count: 0 },
  ];
  expect(dropWords(drops)).toEqual(['1,200 new-reason', '3 damaged on the way']);
  expect([0, 1, 2, 5].map(connectionWords)).toEqual([
    'none',
    'none',
    '1 time since ingest began to read it',
    '4 times since ingest began to read it',
  ]);
});
