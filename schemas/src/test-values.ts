import type { Detection, FrameLineage, Violation } from './generated/records.ts';

const frame: FrameLineage = {
  ...{ epoch: 1, sequence: 2, capturedAtMs: 3, mediaTimeMs: null },
  frame: { topic: 'frames', partition: 0, offset: 4, sha256: 'a'.repeat(64) },
  detection: { topic: 'detections', partition: 0, offset: 5 },
};

/** A violation for tests of the schemas. */
export const violation: Violation = {
  ...{
    violationId: 'v1',
    cameraId: 'cam-1',
    storeId: 'store-1',
    ruleId: 'rule-1',
    zoneId: 'zone-1',
    trackId: 'track-1',
  },
  ...{ violationType: 'hand_no_scooper', ruleVersion: 'r', zoneVersion: 'z', riskLevel: 'high', controlOffset: 3 },
  ...{ startedAtMs: 3, lastSeenAtMs: 3, endedAtMs: null, closeReason: null, revision: 1, state: 'opened' },
  ...{ framesObserved: 1, peakConfidence: 0.5, firstFrame: frame, peakFrame: frame, lastFrame: frame },
  ...{ widthPx: 640, heightPx: 360, boxes: [], subjectBox: 0 },
  models: [{ model: 'kitchen', version: '1', sha256: 'f'.repeat(64) }],
};

/** A detection with one box. */
export const detection: Detection = {
  ...{ cameraId: 'cam-1', epoch: 1, sequence: 2, source: 'live', capturedAtMs: 3, mediaTimeMs: null },
  ...{ widthPx: 640, heightPx: 360, outcome: 'detected', skipReason: null, frame: null },
  results: [
    {
      ...{ model: 'kitchen', version: '1', sha256: 'f'.repeat(64), of: [], everyMs: 0 },
      payload: {
        kind: 'boxes',
        classes: ['hand'],
        boxes: [{ className: 'hand', confidence: 0.5, x1Px: 1, y1Px: 2, x2Px: 30, y2Px: 40 }],
      },
    },
  ],
};
