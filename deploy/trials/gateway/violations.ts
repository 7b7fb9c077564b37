import type { Evidence, FrameLineage, TrackedBox, Violation } from '@sightline/schemas';

export const STORES: readonly string[] = Array.from({ length: 20 }, (_, number) => `store-${number}`);
const SHA = 'a'.repeat(64);
const MODEL = { model: 'kitchen', version: '1', sha256: SHA };

export const cameraIdOf = (number: number): string => `camera-${number}`;
export const storeIdOf = (camera: number): string => `store-${camera % STORES.length}`;
export const violationIdOf = (number: number): string => number.toString(16).padStart(32, '0');

const box = (className: string, at: number): TrackedBox => ({
  ...{ className, confidence: 0.75, x1Px: at, y1Px: 20, x2Px: at + 50, y2Px: 80, trackId: `track-${at}`, points: [] },
  model: MODEL.model,
});

/** The records of one violation: opened and, for nine of ten, also closed. */
export function violationAt(number: number, startedAtMs: number, cameras: number): readonly Violation[] {
  const camera = number % cameras;
  const frame = (sequence: number): FrameLineage => ({
    ...{ epoch: 1_790_000_000_000, sequence, capturedAtMs: startedAtMs + sequence * 100, mediaTimeMs: null },
    frame: { topic: 'frames', partition: 1, offset: number, sha256: SHA },
    detection: { topic: 'detections', partition: 1, offset: number },
  });
  const opened: Violation = {
    ...{ violationId: violationIdOf(number), cameraId: cameraIdOf(camera), storeId: storeIdOf(camera) },
    ...{ ruleId: `${cameraIdOf(camera)}-hand-no-scooper`, violationType: 'hand_no_scooper', ruleVersion: SHA },
    ...{ zoneId: null, zoneVersion: null, trackId: 'track-10', riskLevel: number % 3 === 0 ? 'high' : 'medium' },
    ...{ startedAtMs, revision: 1, state: 'opened', lastSeenAtMs: startedAtMs + 300, endedAtMs: null },
    ...{ closeReason: null, framesObserved: 3, peakConfidence: 0.75 },
    ...{ firstFrame: frame(0), peakFrame: frame(1), lastFrame: frame(3), widthPx: 1_280, heightPx: 720 },
    ...{ boxes: [box('hand', 10), box('pizza', 30), box('scooper', 300)], subjectBox: 0, models: [MODEL] },
    controlOffset: 3,
  };
  if (number % 10 === 0) return [opened];
  return [opened, { ...opened, revision: 2, state: 'closed', endedAtMs: startedAtMs + 900, closeReason: 'gap' }];
}

/** The evidence of one violation: its still. */
export function evidenceAt(number: number, cameras: number): Evidence {
  const camera = number % cameras;
  const still = {
    role: 'still',
    sha256: violationIdOf(number).repeat(2),
    sizeBytes: 50_000,
    mediaType: 'image/jpeg',
  } as const;
  return {
    ...{ violationId: violationIdOf(number), cameraId: cameraIdOf(camera), storeId: storeIdOf(camera), revision: 1 },
    files: [{ ...still, epoch: 1_790_000_000_000, sequence: 1, capturedAtMs: 1_790_000_000_000 }],
    missing: null,
  };
}
