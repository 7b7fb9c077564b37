import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Change } from '@sightline/processors/control';
import { handNoScooper } from '@sightline/schemas/rules';
import { z } from 'zod';
import { root } from '../../local/folder.ts';
import type { Interval } from './violation-score.ts';

const run = promisify(execFile);

const Truth = z.object({
  zone: z.array(z.object({ x: z.number(), y: z.number() })),
  violations: z.array(z.object({ startMs: z.number(), endMs: z.number() })),
});

/** A rendered recording to play as a camera. */
export interface Recording {
  readonly cameraId: string;
  readonly seed: number;
  readonly seconds: number;
  /** Number of harmful acts in it; absent: drawn from the seed. */
  readonly bareHands?: number;
}

const clip = ({ cameraId }: Recording): string => `${cameraId}.mp4`;

/** Renders the recordings into the scenes folder, two at a time. */
export async function renderRecordings(
  recordings: readonly Recording[],
  scenes: string,
  onDone: (done: number) => void = () => {},
): Promise<void> {
  const queue = [...recordings];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const size = ['--seed', String(next.seed), '--seconds', String(next.seconds), '--fps', '15'];
      const acts = next.bareHands === undefined ? [] : ['--bare-hands', String(next.bareHands)];
      await run(process.execPath, [
        join(root, 'models/scenes/write-clip.ts'),
        '--out',
        join(scenes, clip(next)),
        ...size,
        ...acts,
      ]);
      done += 1;
      onDone(done);
    }
  };
  await Promise.all([worker(), worker()]);
}

/**
 * The change set that makes each recording a camera with its zone and the kitchen rule, played once from `startMs` on.
 */
export async function recordingCameras(
  recordings: readonly Recording[],
  scenes: string,
  startMs: number,
  storeId = 'recordings',
): Promise<readonly Change[]> {
  const store = {
    storeId,
    name: 'Recordings',
    city: '',
    region: '',
    timeZone: 'UTC',
    openingHours: [],
    subscriptionActive: true,
    plan: null,
    demo: true,
  };
  const cameras = await Promise.all(
    recordings.map(async (recording): Promise<readonly Change[]> => {
      const { cameraId } = recording;
      const zoneId = `${cameraId}-ingredients`;
      const fileSha256 = await sha256Of(join(scenes, clip(recording)));
      return [
        {
          kind: 'camera',
          id: cameraId,
          value: {
            cameraId,
            storeId,
            name: cameraId,
            site: 'main',
            source: 'file',
            url: `scenes:${clip(recording)}`,
            maxFps: 5,
            active: true,
            fileSha256,
            fileBytes: null,
            fileEpoch: startMs,
            fileStartedAtMs: startMs,
            loginId: null,
            onvifUrl: null,
            plan: null,
            demo: true,
          },
        },
        {
          kind: 'zone',
          id: zoneId,
          value: { zoneId, cameraId, name: 'Ingredients', polygon: truthOf(recording, scenes).zone },
        },
        { kind: 'rule', id: `${cameraId}-hand-no-scooper`, value: handNoScooper(cameraId, zoneId) },
      ];
    }),
  );
  return [{ kind: 'store', id: storeId, value: store }, ...cameras.flat()];
}

/** The true violations in the recordings, in camera time. */
export function trueViolations(recordings: readonly Recording[], scenes: string, startMs: number): readonly Interval[] {
  return recordings.flatMap(recording =>
    truthOf(recording, scenes).violations.map(interval => ({
      cameraId: recording.cameraId,
      startMs: startMs + interval.startMs,
      endMs: startMs + interval.endMs,
    })),
  );
}

const truthOf = (recording: Recording, scenes: string): z.output<typeof Truth> =>
  Truth.parse(JSON.parse(readFileSync(join(scenes, `${clip(recording)}.truth.json`), 'utf8')));

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
