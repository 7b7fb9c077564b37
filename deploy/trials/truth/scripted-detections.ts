import type { Box, Detection, Violation } from '@sightline/schemas';

/** A camera whose boxes come from a script instead of a model, so the correct violations are known in advance. */
export interface ScriptedCamera {
  readonly cameraId: string;
  /** Camera time of the first frame in ms since 1970; also the epoch. */
  readonly startMs: number;
  readonly fps: number;
  readonly durationMs: number;
  /** In every `periodMs` a bare hand lies on the pizza for `breachMs`, from the middle of the period on. */
  readonly periodMs: number;
  readonly breachMs: number;
}

/** An expected violation, in camera time. */
export interface ExpectedViolation {
  readonly cameraId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export const SCRIPTED_MODEL = { model: 'scripted', version: '1', sha256: '0'.repeat(64) } as const;
/** Of the kitchen rule as it starts. */
const MIN_DURATION_MS = 500;
const SIZE = { widthPx: 640, heightPx: 360 } as const;

const box = (className: string, x1Px: number, y1Px: number, sizePx: number): Box => ({
  className,
  confidence: 0.875,
  x1Px,
  y1Px,
  x2Px: x1Px + sizePx,
  y2Px: y1Px + sizePx,
});

const breaches = (camera: ScriptedCamera, atMs: number): boolean => {
  const intoPeriodMs = (atMs % camera.periodMs) - camera.periodMs / 2;
  return intoPeriodMs >= 0 && intoPeriodMs < camera.breachMs;
};

/** Frame `sequence` of the script; the one after the last has the outcome `ended`. */
export function scriptedDetection(camera: ScriptedCamera, sequence: number): Detection {
  const atMs = Math.round((sequence * 1000) / camera.fps);
  const ended = atMs >= camera.durationMs;
  const hand = breaches(camera, atMs) ? box('hand', 300, 180, 60) : box('hand', 20, 280, 60);
  const boxes = [box('pizza', 260, 140, 160), hand];
  const payload = { kind: 'boxes' as const, classes: ['hand', 'pizza', 'scooper'], boxes };
  return {
    cameraId: camera.cameraId,
    epoch: camera.startMs,
    sequence,
    source: 'live',
    capturedAtMs: camera.startMs + atMs,
    mediaTimeMs: null,
    ...SIZE,
    outcome: ended ? 'ended' : 'detected',
    skipReason: null,
    frame: null,
    results: ended ? [] : [{ ...SCRIPTED_MODEL, of: [], everyMs: 0, payload }],
  };
}

/** Number of records of the script, the `ended` one included. */
export const scriptedLength = (camera: ScriptedCamera): number =>
  Math.ceil((camera.durationMs * camera.fps) / 1000) + 1;

/**
 * The expected violations of the rule `hand_no_scooper`: first and last breaching frame of each period. A breach that
 * the end of the script cuts below the rule's minimum duration is no violation.
 */
export function expectedViolations(camera: ScriptedCamera): readonly ExpectedViolation[] {
  const found: { cameraId: string; startedAtMs: number; endedAtMs: number }[] = [];
  let open: (typeof found)[number] | undefined;
  for (let sequence = 0; sequence < scriptedLength(camera) - 1; sequence++) {
    const atMs = Math.round((sequence * 1000) / camera.fps);
    if (!breaches(camera, atMs)) open = undefined;
    else {
      if (open === undefined) {
        open = { cameraId: camera.cameraId, startedAtMs: camera.startMs + atMs, endedAtMs: 0 };
        found.push(open);
      }
      open.endedAtMs = camera.startMs + atMs;
    }
  }
  return found.filter(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs >= MIN_DURATION_MS);
}

export interface Verdict {
  readonly expected: number;
  readonly found: number;
  /** Expected violations that are missing, each as camera and camera time of its start. */
  readonly lost: readonly string[];
  /** Number of revisions seen more than once, and of second ids for one breach. */
  readonly duplicate: number;
  /** Number of violations with missing revisions, without a close, or with other times than the script's. */
  readonly torn: number;
  /** Number of unexpected violations. */
  readonly invented: number;
}

const keyOf = (violation: { readonly cameraId: string; readonly startedAtMs: number }): string =>
  `${violation.cameraId} ${violation.startedAtMs}`;

/** Compares every record of `violations` with the script. */
export function judge(records: readonly Violation[], expected: readonly ExpectedViolation[]): Verdict {
  const byId = Map.groupBy(records, record => record.violationId);
  const wanted = new Map(expected.map(violation => [keyOf(violation), violation]));
  const met = new Set<string>();
  let [duplicate, torn, invented] = [0, 0, 0];
  for (const revisions of byId.values()) {
    const numbers = new Set(revisions.map(record => record.revision));
    duplicate += revisions.length - numbers.size;
    const last = revisions.reduce((newest, record) => (record.revision > newest.revision ? record : newest));
    const wish = wanted.get(keyOf(last));
    if (wish === undefined) invented++;
    else if (met.has(keyOf(last))) duplicate++;
    else if (last.revision !== numbers.size || last.state !== 'closed' || last.endedAtMs !== wish.endedAtMs) torn++;
    if (wish !== undefined) met.add(keyOf(last));
  }
  return {
    expected: expected.length,
    found: byId.size,
    lost: [...wanted.keys()].filter(key => !met.has(key)),
    duplicate,
    torn,
    invented,
  };
}
