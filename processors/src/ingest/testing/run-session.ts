import type { Camera, CameraStatus, Frame, VideoHeader } from '@sightline/schemas';
import { CameraSession } from '../camera-session.ts';
import type { CapturePosition } from '../capture-position.ts';
import type { SampledFrame } from '../decoder/protocol.ts';

export const camera: Camera = {
  cameraId: 'c1',
  storeId: 's1',
  name: 'Make line',
  site: 'main',
  source: 'live',
  url: 'rtsp://127.0.0.1/1',
  maxFps: 5,
  active: true,
  ...{ fileSha256: null, fileBytes: null, fileEpoch: null, fileStartedAtMs: null },
  loginId: null,
  onvifUrl: null,
  plan: null,
  demo: false,
};
export const recording: Camera = {
  ...camera,
  source: 'file',
  url: 'videos:a.mp4',
  fileEpoch: 500,
  fileStartedAtMs: 1_000_000,
};
export const last: CapturePosition = {
  ...{ epoch: 400, sequence: 7, capturedAtMs: 90_000, ended: false, widthPx: 640, heightPx: 360, drops: {} },
};

/** A session on a clock that the test moves, with all that it writes. */
export function run(of: Camera, from?: CapturePosition) {
  const decoder = { answers: true };
  const clock = { nowMs: 100_000, elapsedMs: 0 };
  const log = { congested: false };
  const frames: Frame[] = [];
  const statuses: CameraStatus[] = [];
  const plays: number[] = [];
  const videos: VideoHeader[] = [];
  const watched: boolean[] = [];
  const session = new CameraSession(
    of,
    from,
    {
      get congested() {
        return log.congested;
      },
      publish: (frame, onAcked) => {
        frames.push(frame);
        onAcked();
      },
      video: header => void videos.push(header),
      status: status => void statuses.push(status),
      play: ({ frame }) => {
        plays.push(frame);
        return {
          get answers() {
            return decoder.answers;
          },
          watchVideo: on => void watched.push(on),
          stop: () => {},
        };
      },
    },
    () => clock.nowMs,
    () => clock.elapsedMs,
  );
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 200) {
      clock.nowMs += 200;
      clock.elapsedMs += 200;
      session.tick();
    }
  };
  return { session, clock, log, decoder, frames, statuses, plays, videos, watched, pass };
}

const cost = { sourceFrames: 1, damaged: 0, decodeMs: 0, scaleMs: 0, gateMs: 0, jpegMs: 0 };
export const seen = (frameNumber: number, arrivedAtMs: number, drops: Record<string, number> = {}): SampledFrame => ({
  kind: 'picture',
  playId: 1,
  mediaTimeMs: frameNumber * 40,
  frameNumber,
  arrivedAtMs,
  widthPx: 640,
  heightPx: 360,
  sha256: 'ab',
  drops,
  cost,
});
