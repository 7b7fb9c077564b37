import type { CameraTile, RuleValues } from '#generated/documents.ts';

export const rule = (given: Partial<RuleValues>): RuleValues => ({
  ...{ ruleId: 'r1', name: 'Hand without scooper', violationType: 'hand_no_scooper', zoneId: null, models: [] },
  ...{ minDurationMs: 500, gapMs: 400, cooldownMs: 0, minConfidence: 0.5, riskLevel: 'HIGH', active: true, version: 1 },
  parameters: {
    __typename: 'AbsenceParameters',
    subjectClass: 'hand',
    anchor: 'OVERLAP',
    minOverlap: 0.1,
    conditions: [{ className: 'scooper', negated: true }],
  },
  ...given,
});

export const camera = (given: Partial<CameraTile>): CameraTile => ({
  ...{ cameraId: 'c1', name: 'Counter', source: 'LOOP', active: true, demo: false, storeId: 's1' },
  store: { storeId: 's1', name: 'Berlin Mitte', city: 'Berlin', timeZone: 'Europe/Berlin', demo: false },
  status: { state: 'CONNECTED', message: null, fps: 5, at: '2026-11-21T10:00:00Z' },
  zones: [],
  rules: [rule({})],
  plan: [],
  ...given,
});
