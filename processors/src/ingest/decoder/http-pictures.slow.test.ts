import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpCamera, LOGIN, startHttpCamera } from '../testing/http-camera.ts';
import { encodeTestClip } from '../testing/test-clip.ts';
import { play } from './player.ts';
import type { DecoderMessage, PlayRequest, SampledFrame } from './protocol.ts';

let camera: HttpCamera;
beforeAll(async () => {
  const { pictures } = await encodeTestClip({ seconds: 2, fps: 10, codec: 'mjpeg' });
  camera = await startHttpCamera(pictures.map(({ bytes }) => bytes));
});
afterAll(() => camera.close());

const request: PlayRequest = {
  ...{ cameraId: 'c1', playId: 1, source: 'live', url: '', maxFps: 10, speed: 1, silentMs: 1_000 },
  ...{ afterFrame: -1, afterMediaTimeMs: 0, motionGate: false },
};

async function watch(url: string, ms = 2_000) {
  const messages: DecoderMessage[] = [];
  const outlet = {
    congested: false,
    send: (message: DecoderMessage) => void messages.push(message),
    drained: async () => {},
  };
  await play({ ...request, url }, outlet, AbortSignal.timeout(ms));
  const frames = messages.filter((message): message is SampledFrame => message.kind === 'picture');
  const failure = messages.flatMap(message => (message.kind === 'failed' ? [message.message] : []))[0];
  return { frames, failure };
}

test.concurrent.each([
  'mjpeg',
  'boundary-after',
  'junk',
  'wrong-length',
  'no-length',
  'no-parts',
  'line-feeds',
  'moved',
])('pictures of a camera are read on: %s', async path => {
  const { frames, failure } = await watch(`${camera.url}/${path}`);
  expect([failure, frames.length > 10]).toEqual([undefined, true]);
});

test.concurrent('a picture that is cut short is left out, and the others are read on', async () => {
  const { frames, failure } = await watch(`${camera.url}/cut-short`);
  expect(failure).toBeUndefined();
  expect(frames.length).toBeGreaterThan(4);
  expect(frames.every(({ widthPx }) => widthPx === 320)).toBe(true);
});

test.concurrent('an address of a single picture is asked again and again', async () => {
  const { frames, failure } = await watch(`${camera.url}/snapshot`);
  expect([failure, frames.length > 10]).toEqual([undefined, true]);
  expect(new Set(frames.map(({ sha256 }) => sha256)).size).toBeGreaterThan(3);
});

test.concurrent('a login with special characters is given by Digest; without it, and with a wrong one, that is said', async () => {
  const at = (login: string): string => camera.url.replace('//', `//${login}`);
  const login = `${LOGIN.user}:${encodeURIComponent(LOGIN.password)}@`;
  expect((await watch(`${at(login)}/login/mjpeg`)).frames.length).toBeGreaterThan(10);
  expect((await watch(`${at(login)}/login/snapshot`)).frames.length).toBeGreaterThan(5);
  expect((await watch(`${at('admin:wrong@')}/login/mjpeg`)).failure).toContain(
    'refuses this user name or password: enter',
  );
  expect((await watch(`${camera.url}/login/mjpeg`)).failure).toContain('wants a user name and a password: enter them');
  expect((await watch(`${at(`${LOGIN.user}:${LOGIN.password}@`)}/login/mjpeg`)).failure).toContain(
    'must be percent-encoded',
  );
});

test.concurrent.each([
  ['page', 'gives a web page instead of pictures: look up'],
  ['nowhere', 'no stream at this path: look up'],
  ['busy', 'too busy or out of order (status 503): let fewer'],
  ['moved-for-ever', 'sends on from address to address'],
  ['silent', 'no picture came from it in time: look whether'],
])('what is wrong with an address is said with the next step: %s', async (path, said) => {
  const { frames, failure } = await watch(`${camera.url}/${path}`, 4_000);
  expect(frames).toEqual([]);
  expect(failure).toContain(said);
});

test.concurrent('a camera that goes silent is given up after the time it was given', async () => {
  const startedMs = performance.now();
  const { frames, failure } = await watch(`${camera.url}/silent-later`, 6_000);
  expect(frames.length).toBe(3);
  expect(failure).toContain('no picture came from it in time: look whether');
  expect(performance.now() - startedMs).toBeGreaterThan(1_000);
});
