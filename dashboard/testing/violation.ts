import type { FrameShape, ViolationRow, ViolationWhole } from '#generated/documents.ts';

export const row = (given: Partial<ViolationRow> = {}): ViolationRow => ({
  ...{ violationId: 'v1', violationType: 'hand_no_scooper', state: 'CLOSED', revision: 2, riskLevel: 'HIGH' },
  ...{ cameraId: 'c1', storeId: 's1', startedAt: '2026-11-21T10:00:00.000Z', lastSeenAt: '2026-11-21T10:00:02.400Z' },
  ...{ durationMs: 2400, widthPx: 640, heightPx: 360, boxes: [], subjectBox: 0 },
  camera: { name: 'Counter', removed: false },
  store: { name: 'Berlin Mitte', timeZone: 'Europe/Berlin' },
  still: { url: null, missing: 'The picture was not kept' },
  ...given,
});

export const frame = (sequence: number, capturedAt: string): FrameShape => ({
  ...{ epoch: 1, sequence, capturedAt, mediaTimeMs: null },
  frame: { topic: 'frames', partition: 0, offset: sequence, sha256: 'f'.repeat(64) },
  detection: { topic: 'detections', partition: 0, offset: sequence },
});

/** A violation of 2.4 s whose peak is near its start. */
export const whole = (given: Partial<ViolationWhole> = {}): ViolationWhole => ({
  ...row(),
  ...{ closeReason: 'GAP', framesObserved: 12, peakConfidence: 0.8, ruleId: 'r1', zoneId: null, trackId: 't1' },
  lineage: {
    first: frame(1, '2026-11-21T10:00:00.000Z'),
    peak: frame(3, '2026-11-21T10:00:00.240Z'),
    last: frame(12, '2026-11-21T10:00:02.400Z'),
    ...{ models: [], ruleVersion: 'v', zoneVersion: null, controlOffset: 1 },
  },
  still: { ...{ url: '/api/evidence/peak', missing: null, sha256: 'a', sizeBytes: 1 }, capturedAt: null },
  evidence: [
    { role: 'STILL', url: '/api/evidence/peak', capturedAt: '2026-11-21T10:00:00.240Z' },
    { role: 'FIRST', url: '/api/evidence/first', capturedAt: '2026-11-21T10:00:00.000Z' },
    { role: 'LAST', url: '/api/evidence/last', capturedAt: '2026-11-21T10:00:02.400Z' },
  ],
  ...{ rule: null, zone: null },
  ...given,
});
