import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import { handNoScooper } from '@sightline/schemas/rules';
import { type ScriptedCamera, scriptedDetection } from './scripted-detections.ts';

/** The store of the scripted cameras. */
export const SCRIPTED_STORE = 'chaos';
/** Frames a second of each scripted camera. */
export const SCRIPTED_FPS = 10;

/** Eight cameras whose script begins at `startMs` and lasts `durationMs`. */
export const scriptedCameras = (startMs: number, durationMs: number): readonly ScriptedCamera[] =>
  Array.from({ length: 8 }, (_, index) => ({
    cameraId: `chaos-${index + 1}`,
    startMs: startMs + index,
    fps: SCRIPTED_FPS,
    durationMs,
    periodMs: 3_000 + index * 200,
    breachMs: 1_200,
  }));

/** Their store, cameras and rules. */
export function scriptedConfiguration(startMs: number): readonly Change[] {
  const store = {
    storeId: SCRIPTED_STORE,
    name: 'Chaos',
    city: '',
    region: '',
    timeZone: 'UTC',
    openingHours: [],
    subscriptionActive: true,
    plan: null,
    demo: true,
  };
  return [
    { kind: 'store', id: SCRIPTED_STORE, value: store },
    ...scriptedCameras(startMs, 0).flatMap(({ cameraId }): Change[] => {
      // a site without an ingest process, so only the script writes for these cameras
      const camera = {
        cameraId,
        storeId: SCRIPTED_STORE,
        name: cameraId,
        site: 'scripted',
        source: 'live',
        url: 'rtsp://127.0.0.1/',
        maxFps: SCRIPTED_FPS,
        active: true,
        fileSha256: null,
        fileBytes: null,
        fileEpoch: null,
        fileStartedAtMs: null,
        loginId: null,
        onvifUrl: null,
        plan: null,
        demo: true,
      } as const;
      const rule = handNoScooper(cameraId, null);
      return [
        { kind: 'camera', id: cameraId, value: camera },
        { kind: 'rule', id: rule.ruleId, value: rule },
      ];
    }),
  ];
}

const AGAIN_AFTER_MS = 500;

/**
 * Writes the script in real time until `ending` aborts, then the `ended` records. While Kafka does not answer it tries
 * again, and afterwards writes faster than real time until it has caught up. Resolves with the length of the script in
 * ms.
 */
export async function playScript(cell: Cell, startMs: number, ending: AbortSignal): Promise<number> {
  let producer = await cell.log.producer();
  /** A record repeated after an error may be in the topic twice; the topology accepts the first one. */
  const send = async (durationMs: number, sequence: number): Promise<void> => {
    const records = scriptedCameras(startMs, durationMs).map(camera => ({
      camera,
      detection: scriptedDetection(camera, sequence),
    }));
    for (;;) {
      try {
        await producer.send(
          records.map(({ camera, detection }) => cell.outgoing(topics.detections, camera.cameraId, detection)),
        );
        return;
      } catch {
        await producer.close().catch(() => {});
        await sleep(AGAIN_AFTER_MS);
        producer = await cell.log.producer().catch(() => producer);
      }
    }
  };
  let sequence = 0;
  for (; !ending.aborted; sequence++) {
    await send(Number.POSITIVE_INFINITY, sequence);
    await sleep(Math.max(0, startMs + (sequence * 1000) / SCRIPTED_FPS - Date.now()));
  }
  const durationMs = Math.round((sequence * 1000) / SCRIPTED_FPS);
  await send(durationMs, sequence);
  await producer.close();
  return durationMs;
}
