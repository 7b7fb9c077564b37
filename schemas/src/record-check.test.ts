import { expect, test } from 'vitest';
import { MAX_AHEAD_MS } from './record-check.ts';
import type { AnyTopic } from './topic.ts';
import * as topics from './topics.ts';

const writtenAtMs = Date.UTC(2026, 10, 28);
const latestMs = writtenAtMs + MAX_AHEAD_MS;
const frame = { epoch: writtenAtMs - 5_000, sequence: 3, capturedAtMs: writtenAtMs };
const ofCamera = { cameraId: 'c1', ...frame };
const violation = {
  cameraId: 'c1',
  closeReason: null,
  startedAtMs: writtenAtMs,
  lastSeenAtMs: writtenAtMs,
  endedAtMs: null,
  firstFrame: frame,
  peakFrame: frame,
  lastFrame: frame,
};
const status = { cameraId: 'c1', epoch: 0, atMs: writtenAtMs, lastCapturedAtMs: 0, lastSequence: -1 };
const checked = (topic: AnyTopic, value: object, key = 'c1'): string | undefined =>
  topic.check?.(value, { key, writtenAtMs });

test.each([
  [topics.frames, ofCamera],
  [topics.detections, ofCamera],
  [topics.tracks, ofCamera],
  [topics.cameraStatus, status],
  [topics.violations, violation],
  [topics.evidence, { cameraId: 'c1' }],
  [topics.configSwitches, { cameraId: 'c1' }],
  [topics.control, { entityId: 'c1' }],
  [topics.vault, { id: 'c1' }],
])('a record of $name under the key of another owner is refused, and says which field and key', (topic, value) => {
  expect(checked(topic, value)).toBeUndefined();
  expect(checked(topic, value, 'c2')).toMatch(/^\w+ is "c1", but the key is "c2": write the \w+ as the key$/);
});

const framed = [topics.frames, topics.detections, topics.tracks].flatMap(topic =>
  ['epoch', 'capturedAtMs'].map(field => [topic, ofCamera, field] as const),
);
test.each([
  ...framed,
  ...(['epoch', 'atMs', 'lastCapturedAtMs'] as const).map(field => [topics.cameraStatus, status, field] as const),
  ...(['startedAtMs', 'lastSeenAtMs', 'endedAtMs'] as const).map(
    field => [topics.violations, violation, field] as const,
  ),
])('a record of $name may be a day ahead of the log, but no more: %s %s', (topic, value, field) => {
  expect(checked(topic, { ...value, [field]: latestMs })).toBeUndefined();
  expect(checked(topic, { ...value, [field]: latestMs + 1 })).toMatch(
    new RegExp(`^${field} is \\d+, over a day after`),
  );
});

test.each(['firstFrame', 'peakFrame', 'lastFrame'])('%s of a violation is not far ahead either', name => {
  for (const field of ['epoch', 'capturedAtMs', 'sequence'])
    expect(checked(topics.violations, { ...violation, [name]: { ...frame, [field]: 2 ** 50 } })).toMatch(
      new RegExp(`^${name}\\.${field} is `),
    );
});

test.each([
  [topics.frames, ofCamera, 'sequence'],
  [topics.detections, ofCamera, 'sequence'],
  [topics.tracks, ofCamera, 'sequence'],
  [topics.cameraStatus, { ...status, epoch: frame.epoch }, 'lastSequence'],
] as const)('a record of $name has no number that its epoch cannot have reached', (topic, value, field) => {
  const most = latestMs + MAX_AHEAD_MS - frame.epoch;
  expect(checked(topic, { ...value, [field]: most })).toBeUndefined();
  expect(checked(topic, { ...value, [field]: most + 1 })).toMatch(new RegExp(`^${field} is \\d+, but this epoch`));
});

test('a violation that ends since the clock was set back keeps the times of the wrong clock', () => {
  const ahead = { ...violation, startedAtMs: latestMs + 1, firstFrame: { ...frame, epoch: latestMs + 1 } };
  expect(checked(topics.violations, { ...ahead, closeReason: 'clock_set_back' })).toBeUndefined();
  expect(checked(topics.violations, { ...ahead, closeReason: 'gap' })).toContain('startedAtMs');
});

test('also of a wrong clock, no violation is more than ten years ahead', () => {
  const tenYearsMs = 3_653 * MAX_AHEAD_MS;
  const atMs = (startedAtMs: number): string | undefined =>
    checked(topics.violations, { ...violation, closeReason: 'clock_set_back', startedAtMs });
  expect(atMs(writtenAtMs + tenYearsMs)).toBeUndefined();
  expect(atMs(writtenAtMs + tenYearsMs + 1)).toMatch(/^startedAtMs is \d+, over ten years after/);
  const far = { ...violation, closeReason: 'clock_set_back', lastFrame: { ...frame, epoch: Date.UTC(2050, 0) } };
  expect(checked(topics.violations, far)).toMatch(/^lastFrame.epoch is \d+, over ten years after/);
});

test('a long id makes no long sentence', () => {
  expect(checked(topics.detections, ofCamera, 'x'.repeat(1_000_000))?.length).toBeLessThan(300);
});
