import { type Frame, WEBCAM_URL } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { STOPPED } from './camera-session.ts';
import { camera, last, recording, run, seen } from './testing/run-session.ts';

const names = (frames: readonly Frame[]) => frames.map(({ epoch, sequence, reason }) => [epoch, sequence, reason]);

test('each connect is an epoch: the clock, or one more than the last if that is higher', () => {
  const first = run(camera, last);
  first.session.onOpened();
  first.session.onFrame(seen(0, 100_000), Buffer.from('x'));
  expect(names(first.frames)).toEqual([[100_000, 0, null]]);
  const behind = run(camera, { ...last, epoch: 200_000 });
  behind.session.onOpened();
  behind.session.onFrame(seen(0, 100_000), Buffer.from('x'));
  expect(names(behind.frames)).toEqual([[200_001, 0, null]]);
});

test('frames that the decoder left out make a gap in the sequence, and the status counts them by reason', () => {
  const { session, frames, statuses, pass } = run(camera);
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  session.onFrame(seen(20, 100_800, { 'publisher-behind': 3 }), Buffer.from('x'));
  pass(2_000);
  expect(frames.map(({ sequence }) => sequence).slice(0, 2)).toEqual([0, 4]);
  expect(statuses.at(-1)).toMatchObject({ drops: { 'publisher-behind': 3 }, framesPublished: 2 });
});

test('a camera that does not answer gives a record a second in its last epoch, and a message for a person', () => {
  const { session, frames, statuses, plays, pass } = run(camera, last);
  session.tick();
  session.onFailed('Connection refused', false);
  pass(3_000);
  expect(names(frames)).toEqual([
    [400, 8, 'down'],
    [400, 9, 'down'],
    [400, 10, 'down'],
  ]);
  expect(statuses.find(({ state }) => state === 'down')?.message).toContain('Connection refused');
  expect(plays).toHaveLength(2); // tried again after a second
});

test('tries follow at 1, 2, 4, 8, 16, 30 seconds, after ten once a minute, and at 1 again after a picture', () => {
  const { session, clock, plays, statuses, pass } = run(camera);
  const triedAfterMs = (): number => {
    const before = plays.length;
    const failedAtMs = clock.nowMs;
    session.onFailed('it refuses this password: correct it', false);
    while (plays.length === before) pass(200);
    return clock.nowMs - failedAtMs;
  };
  session.tick();
  const waits = Array.from({ length: 12 }, triedAfterMs);
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 60, 60, 60].map(seconds => seconds * 1_000));
  const said = statuses.filter(({ state }) => state === 'down').map(({ message }) => message);
  expect(said).toContain('no picture from the camera after 9 tries: it refuses this password: correct it; trying on');
  expect(said).toContain(
    'no picture from the camera after 10 tries: it refuses this password: correct it; it is tried again once a minute',
  );
  session.onOpened();
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  expect(triedAfterMs()).toBe(1_000);
});

test('what is wrong with a stream is said while it plays, and when it is silent', () => {
  const { session, clock, statuses, pass } = run(camera);
  session.onOpened();
  session.onTrouble('its times stand still: update its firmware');
  expect(statuses.at(-1)).toMatchObject({ state: 'connected', message: 'its times stand still: update its firmware' });
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  expect(statuses.at(-1)).toMatchObject({ state: 'connected', message: 'its times stand still: update its firmware' });
  pass(4_000);
  expect(statuses.at(-1)).toMatchObject({ state: 'down', message: 'its times stand still: update its firmware' });
  session.onTrouble(null);
  session.onFrame(seen(9, clock.nowMs), Buffer.from('x'));
  expect(statuses.at(-1)).toMatchObject({ state: 'connected', message: null });
});

test('a webcam that nobody sends is down at once, and no words speak of a camera to restart', () => {
  const { session, clock, statuses, pass } = run({ ...camera, url: WEBCAM_URL });
  session.onOpened();
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  session.onTrouble("no browser sends this webcam's pictures");
  expect(statuses.at(-1)).toMatchObject({ state: 'down' });
  session.onTrouble(null);
  session.onOpened(); // taken over
  pass(4_000);
  expect(statuses.at(-1)?.state).toBe('down');
  expect(statuses.map(({ message }) => message).join()).not.toMatch(/restart/);
});

test('connections and what the camera sends are in its status, measured anew after each connection', () => {
  const { session, statuses, clock, pass } = run(camera);
  const stream = { codec: 'h264', widthPx: 1920, heightPx: 1080, fps: 25, bitsPerSecond: 4_000_000, clockRate: 1.01 };
  session.onOpened();
  expect(statuses.at(-1)).toMatchObject({ connections: 1, stream: null });
  session.onStream(stream);
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  pass(2_000);
  expect(statuses.at(-1)).toMatchObject({ connections: 1, stream });
  session.onFailed('the network is gone', true);
  expect(statuses.at(-1)).toMatchObject({ connections: 1, stream: null });
  session.onOpened();
  expect(statuses.at(-1)).toMatchObject({ connections: 2, stream: null });
  session.onStream(stream);
  pass(4_000);
  expect(statuses.at(-1)).toMatchObject({ state: 'down', stream: null });
});

test('a stream that is open but silent gives a record a second, and has the status down until it sends a picture', () => {
  const { session, frames, statuses, clock, pass } = run(camera);
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  pass(2_000);
  expect(statuses.at(-1)).toMatchObject({ state: 'connected' });
  pass(2_000);
  expect(statuses.at(-1)).toMatchObject({ state: 'down', message: expect.stringContaining('sends no picture') });
  session.onFrame(seen(100, clock.nowMs), Buffer.from('x'));
  expect(new Set(frames.map(({ epoch }) => epoch)).size).toBe(1);
  expect(frames.map(({ reason }) => reason)).toEqual([null, 'down', 'down', 'down', 'down', null]);
  expect(statuses.at(-1)).toMatchObject({ state: 'connected', message: null });
});

test('a stopped camera writes `ended` once and nothing after it', () => {
  const { session, frames, statuses, pass } = run(camera);
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  session.end();
  session.end();
  pass(3_000);
  expect(names(frames)).toEqual([
    [100_000, 0, null],
    [100_000, 1, 'ended'],
  ]);
  expect(statuses.at(-1)).toMatchObject({ state: 'ended', message: STOPPED, lastSequence: 1 });
});

test('a recording has its one epoch, its frame numbers and its recorded start, and ends after its last frame', () => {
  const { session, frames, statuses, pass } = run(recording, last);
  session.tick();
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  session.onFrame(seen(5, 100_200), Buffer.from('x'));
  session.onFinished(9, 320);
  pass(3_000);
  expect(names(frames)).toEqual([
    [500, 1, null],
    [500, 11, null],
    [500, 18, 'ended'],
  ]);
  expect(frames.map(({ capturedAtMs }) => capturedAtMs)).toEqual([1_000_000, 1_000_200, 1_000_320]);
  expect(statuses.at(-1)).toMatchObject({ state: 'ended', message: null });
});

test('a recording taken up again goes on after its last published frame, without records in between', () => {
  const { session, frames, plays, pass } = run(recording, { ...last, epoch: 500, sequence: 85 });
  session.tick();
  pass(5_000);
  expect(plays).toEqual([42]);
  expect(frames).toEqual([]);
});

test.each([
  ['after its first frame', 1, [null, 'ended']],
  ['before any frame: there is nothing to end', 0, []],
])('a recording that crashes the decoder three times is given up %s', (_, framesBefore, reasons) => {
  const { session, frames, statuses, plays, pass } = run(recording);
  session.tick();
  session.onOpened();
  for (let frame = 0; frame < framesBefore; frame += 1) session.onFrame(seen(frame, 100_000), Buffer.from('x'));
  for (const _crash of [1, 2, 3]) {
    session.onOpened();
    session.onCrashed('SIGSEGV');
    pass(10_000);
  }
  expect(plays).toHaveLength(3);
  expect(frames.map(({ reason }) => reason)).toEqual(reasons);
  expect(statuses.at(-1)).toMatchObject({ state: 'ended', message: expect.stringContaining('re-encode') });
});

test('a source that is slow to decode is stopped with the reason and soon played again', () => {
  const { session, statuses, plays, pass } = run(camera);
  session.tick();
  session.onOpened();
  session.onTooSlow(3_210);
  expect(statuses.at(-1)).toMatchObject({
    state: 'down',
    message: expect.stringContaining('one picture took 3.2 s or more to decode'),
  });
  pass(10_000);
  expect(plays).toHaveLength(2);
});

test('a camera without pictures is not blamed while its decoder process gives no sign of life', () => {
  const { session, decoder, statuses, pass } = run(camera);
  session.tick();
  session.onOpened();
  decoder.answers = false;
  pass(3_000);
  expect(statuses.at(-1)).toMatchObject({
    state: 'down',
    message: 'its decoder process does not answer and will be restarted',
  });
});

test('a source that another one held up starts again at once, and as often as needed', () => {
  const { session, statuses, plays, pass } = run(recording);
  session.tick();
  for (const times of [2, 3, 4, 5]) {
    session.onHeldUp();
    expect(statuses.at(-1)).toMatchObject({
      state: 'down',
      message: 'another source held up its decoder process; starting it again',
    });
    pass(200);
    expect(plays).toHaveLength(times);
  }
});

test.each([camera, recording])('a $source camera whose last record is an end already writes no second one', of => {
  const { session, frames, statuses } = run(of, { ...last, ended: true });
  session.tick();
  session.onOpened();
  session.end();
  expect(frames).toEqual([]);
  expect(statuses.at(-1)).toMatchObject({ state: 'ended', message: STOPPED });
});

test('a recording whose file was replaced and stopped before its first frame still ends what came before', () => {
  const { session, frames } = run(recording, last);
  session.tick();
  session.end();
  expect(names(frames)).toEqual([[500, 0, 'ended']]);
});

test.each(['live', 'loop'] as const)('a %s source is played from its first picture after every reconnect', source => {
  const { session, plays, pass } = run({ ...camera, source }, last);
  pass(200);
  session.onOpened();
  for (let frame = 0; frame < 500; frame += 1) session.onFrame(seen(frame, 100_200 + frame * 40), Buffer.from('x'));
  session.onFailed('Connection reset', true);
  pass(40_000);
  expect(plays.length).toBeGreaterThan(1);
  expect(new Set(plays)).toEqual(new Set([-1]));
});

test('a clock set back an hour delays no sign of life, no status and no reconnect', () => {
  const { session, clock, frames, statuses, plays, pass } = run(camera, last);
  pass(200);
  session.onFailed('No route to host', false);
  clock.nowMs -= 3_600_000;
  const [before, told] = [frames.length, statuses.length];
  pass(10_000);
  expect(frames.length - before).toBeGreaterThanOrEqual(8);
  expect(statuses.length - told).toBeGreaterThanOrEqual(4);
  expect(plays.length).toBeGreaterThan(1);
  const times = frames.slice(before).map(({ capturedAtMs }) => capturedAtMs);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(7_000);
});

test('while the log is away nothing is queued without bound: what is left out is a gap and counted', () => {
  const { session, log, frames, statuses, pass } = run(camera, last);
  pass(200);
  session.onFailed('No route to host', false);
  pass(2_000);
  const [queued, told] = [frames.length, statuses.length];
  log.congested = true;
  pass(3_600_000);
  expect([frames.length, statuses.length - told]).toEqual([queued, 0]);
  log.congested = false;
  pass(2_000);
  const [next] = frames.slice(queued);
  expect((next?.sequence ?? 0) - (frames[queued - 1]?.sequence ?? 0)).toBeGreaterThan(3_000);
  expect(statuses.at(-1)?.drops['publisher-behind']).toBeGreaterThan(3_000);
});

test('a gap that was closed in the times of a recording is said while it plays on', () => {
  const { session, statuses } = run({ ...camera, source: 'file', fileEpoch: 5, fileStartedAtMs: 1_000 });
  session.tick();
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  session.onGap({ gapMs: 139_810_133, countsMs: 60_000 }, 66);
  session.onFrame(seen(1, 100_200), Buffer.from('y'));
  expect(statuses.at(-1)).toMatchObject({
    state: 'connected',
    message: 'the recording has a gap of 139810.1 s after 0.1 s: it is not waited for and counts as 60.0 s',
  });
});

const dayMs = 86_400_000;

test('a clock that was over a day ahead and is set right begins a new epoch at the clock, while it runs and after a restart', () => {
  const { session, clock, frames, statuses, pass } = run(camera);
  clock.nowMs = 40 * dayMs;
  session.onOpened();
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  clock.nowMs = 10 * dayMs;
  session.onFrame(seen(5, clock.nowMs), Buffer.from('x'));
  session.onFrame(seen(10, clock.nowMs + 200), Buffer.from('x'));
  pass(2_000);
  expect(names(frames).slice(0, 3)).toEqual([
    [40 * dayMs, 0, null],
    [10 * dayMs, 0, null],
    [10 * dayMs, 1, null],
  ]);
  expect(frames.slice(1, 3).map(({ capturedAtMs }) => capturedAtMs)).toEqual([10 * dayMs, 10 * dayMs + 200]);
  expect(session.aheadMs).toBe(0);
  expect(statuses.at(-1)).toMatchObject({ epoch: 10 * dayMs, lastSequence: expect.any(Number) });
  const again = run(camera, { ...last, epoch: 40 * dayMs, capturedAtMs: 40 * dayMs });
  again.pass(2_000);
  for (const { epoch, capturedAtMs } of again.frames) expect(Math.max(epoch, capturedAtMs)).toBeLessThan(200_000);
  expect(again.frames.length).toBeGreaterThan(0);
  for (const { epoch, lastCapturedAtMs } of again.statuses)
    expect(Math.max(epoch, lastCapturedAtMs)).toBeLessThan(200_000);
});

test('a clock set back by up to a day changes no epoch, and time goes on from the last one', () => {
  const { session, clock, frames } = run(camera);
  clock.nowMs = 40 * dayMs;
  session.onOpened();
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  clock.nowMs = 39 * dayMs;
  session.onFrame(seen(5, clock.nowMs), Buffer.from('x'));
  expect(frames.map(({ epoch, capturedAtMs }) => [epoch, capturedAtMs])).toEqual([
    [40 * dayMs, 40 * dayMs],
    [40 * dayMs, 40 * dayMs],
  ]);
});

test('a recording that is read faster than real time waits when it is a day ahead of the clock, and then goes on', () => {
  const { session, frames, statuses, plays, pass, clock } = run(recording);
  session.tick();
  session.onOpened();
  session.onFrame(seen(0, 100_000), Buffer.from('x'));
  const frameNumber = (clock.nowMs + dayMs - 1_000_000) / 40;
  session.onFrame(seen(frameNumber, 100_000), Buffer.from('x'));
  session.onFrame(seen(frameNumber + 5, 100_000), Buffer.from('x'));
  session.onFinished(frameNumber + 9, (frameNumber + 9) * 40);
  expect(statuses.at(-1)).toMatchObject({ state: 'down', message: expect.stringContaining('ahead of the clock') });
  expect(names(frames)).toEqual([
    [500, 1, null],
    [500, 2 * frameNumber + 1, null],
  ]);
  pass(5_000);
  expect(plays.at(-1)).toBe(frameNumber);
  session.onFrame(seen(frameNumber + 5, clock.nowMs), Buffer.from('x'));
  expect(frames).toHaveLength(3);
});
