import type { FrameLineage, Violation } from '@sightline/schemas';

const frame = (cameraId: string, sequence: number, capturedAtMs: number): FrameLineage => ({
  epoch: 1_790_000_000_000,
  sequence,
  capturedAtMs,
  mediaTimeMs: null,
  frame: { topic: 'frames', partition: 1, offset: sequence, sha256: sequence.toString(16).padStart(64, '0') },
  detection: { topic: 'detections', partition: 1, offset: sequence + cameraId.length },
});

/** A violation as the topology publishes it. `given` overrides the defaults. */
export function violation(given: Partial<Violation> & Pick<Violation, 'violationId'>): Violation {
  const cameraId = given.cameraId ?? 'cam-1';
  const startedAtMs = given.startedAtMs ?? 1_790_000_000_000;
  const first = frame(cameraId, 10, startedAtMs);
  return {
    cameraId,
    storeId: 'store-1',
    ruleId: `${cameraId}-hand-no-scooper`,
    violationType: 'hand_no_scooper',
    ruleVersion: 'rule-version',
    zoneId: null,
    zoneVersion: null,
    trackId: 'track-1',
    riskLevel: 'high',
    startedAtMs,
    revision: 1,
    state: 'opened',
    lastSeenAtMs: startedAtMs + 500,
    endedAtMs: null,
    closeReason: null,
    framesObserved: 3,
    peakConfidence: 0.75,
    firstFrame: first,
    peakFrame: frame(cameraId, 11, startedAtMs + 250),
    lastFrame: frame(cameraId, 12, startedAtMs + 500),
    widthPx: 640,
    heightPx: 360,
    boxes: [
      {
        className: 'hand',
        confidence: 0.75,
        x1Px: 10,
        y1Px: 20,
        x2Px: 60,
        y2Px: 80,
        trackId: 'track-1',
        points: [],
        model: 'kitchen',
      },
      {
        className: 'pizza',
        confidence: 0.5,
        x1Px: 30,
        y1Px: 40,
        x2Px: 160,
        y2Px: 180,
        trackId: null,
        points: [],
        model: 'kitchen',
      },
    ],
    subjectBox: 0,
    models: [{ model: 'kitchen', version: '1', sha256: 'f'.repeat(64) }],
    controlOffset: 3,
    ...given,
  };
}

/** The violation one record later, open or closed. */
export const revised = (earlier: Violation, state: 'updated' | 'closed'): Violation => ({
  ...earlier,
  state,
  revision: earlier.revision + 1,
  lastSeenAtMs: earlier.lastSeenAtMs + 1_000,
  endedAtMs: state === 'closed' ? earlier.lastSeenAtMs + 1_000 : null,
  closeReason: state === 'closed' ? 'gap' : null,
});
