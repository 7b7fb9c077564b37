import type { Camera, CameraStatus } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { CameraSession } from './camera-session.ts';
import type { SampledFrame } from './decoder/protocol.ts';

const camera: Camera = {
  ...{ cameraId: 'c1', storeId: 's1', name: 'Make line', site: 'main', source: 'live', url: 'rtsp://127.0.0.1/1' },
  ...{ maxFps: 5, active: true, fileSha256: null, fileBytes: null, fileEpoch: null, fileStartedAtMs: null },
  ...{ loginId: null, onvifUrl: null, plan: null, demo: false },
};
const frame: SampledFrame = {
  ...{ kind: 'picture', playId: 1, mediaTimeMs: 800, frameNumber: 20, arrivedAtMs: 100_800, widthPx: 640 },
  ...{ heightPx: 360, sha256: 'ab', drops: { 'decoder-behind': 3 } },
  cost: { decodeMs: 1, sourceFrames: 1, scaleMs: 1, gateMs: 1, jpegMs: 1, damaged: 0 },
};

test('a status counts the drops up to its last acknowledged record; an epoch, and who takes it over, tells them at its end', () => {
  const statuses: CameraStatus[] = [];
  const acks: (() => void)[] = [];
  const last = { epoch: 400, sequence: 7, capturedAtMs: 90_000, ended: false, widthPx: 640, heightPx: 360 };
  let elapsedMs = 0;
  const session = new CameraSession(
    camera,
    { ...last, drops: { damaged: 2 } },
    {
      congested: false,
      publish: (_, onAcked) => void acks.push(onAcked),
      video: () => {},
      status: status => void statuses.push(status),
      play: () => ({ answers: true, watchVideo: () => {}, stop: () => {} }),
    },
    () => 100_000,
    () => elapsedMs,
  );
  session.onOpened();
  expect(statuses[0]).toMatchObject({ epoch: 400, lastSequence: 7, drops: { damaged: 2 } });
  session.onFrame(frame, Buffer.from('x'));
  elapsedMs = 2_000;
  session.tick();
  expect(statuses.at(-1)).toMatchObject({ epoch: 100_000, lastSequence: -1, drops: {} });
  for (const ack of acks) ack();
  elapsedMs = 4_000;
  session.tick();
  expect(statuses.at(-1)).toMatchObject({ lastSequence: 4, drops: { 'decoder-behind': 3 } });
});
