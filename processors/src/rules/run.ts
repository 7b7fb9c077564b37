import {
  type CloseReason,
  derivedId,
  type FrameLineage,
  type ModelReference,
  type RuleRun,
  type TrackedBox,
  type Violation,
} from '@sightline/schemas';
import type { JudgedRule } from './judged-rules.ts';

/** Least camera time between two records of an open violation. */
const UPDATE_EVERY_MS = 1000;

/**
 * A run without a look closes after this camera time. Shorter gaps prove nothing: under overload pictures are skipped,
 * and a camera that connects again has missed a few.
 */
const UNSEEN_MS = 10_000;
/** Models that a violation names at most. */
const MOST_MODELS = 64;

/** A frame in which the rule is broken. */
export interface BreachFrame {
  /** Track of the run; empty: the rule's only run. */
  readonly subject: string;
  readonly cameraId: string;
  readonly storeId: string;
  readonly frame: FrameLineage;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly boxes: readonly TrackedBox[];
  /** The subject's box (index into boxes), its confidence and its track, tentative ones too. */
  readonly subjectBox: number;
  readonly confidence: number;
  readonly trackId: string;
  readonly models: readonly ModelReference[];
  readonly controlOffset: number;
}

/** The run after a frame, and the violation records to publish. */
interface Step {
  readonly run: RuleRun;
  readonly published: readonly Violation[];
}

/** Begins a run at the first breaching frame. It publishes nothing before the minimum duration. */
export function begin({ rule, version, zoneVersion }: JudgedRule, breach: BreachFrame): RuleRun {
  const { cameraId, frame, trackId } = breach;
  const startedAtMs = frame.capturedAtMs;
  const violation: Violation = {
    violationId: derivedId(cameraId, rule.ruleId, version, trackId, frame.epoch, frame.sequence),
    cameraId,
    storeId: breach.storeId,
    ruleId: rule.ruleId,
    violationType: rule.violationType,
    ruleVersion: version,
    zoneId: rule.zoneId,
    zoneVersion,
    trackId,
    riskLevel: rule.riskLevel,
    startedAtMs,
    revision: 1,
    state: 'opened',
    lastSeenAtMs: startedAtMs,
    endedAtMs: null,
    closeReason: null,
    framesObserved: 1,
    firstFrame: frame,
    lastFrame: frame,
    models: breach.models,
    controlOffset: breach.controlOffset,
    ...peakOf(breach),
  };
  return {
    ruleId: rule.ruleId,
    ruleVersion: version,
    subject: breach.subject,
    startedAtMs,
    lastSeenAtMs: startedAtMs,
    lastedMs: 0,
    calm: false,
    lastPublishedAtMs: 0,
    violation,
    opened: false,
  };
}

/**
 * Extends a run by a breaching frame. The run opens once it has lasted `minDurationMs`, then it publishes an update
 * once a second. The time since the last breaching frame counts up to `gapMs`, so two single frames far apart make no
 * violation. With `isUnbroken` all of it counts: nothing in the picture changed meanwhile.
 */
export function carryOn(run: RuleRun, { rule }: JudgedRule, breach: BreachFrame, isUnbroken: boolean): Step {
  const timeMs = breach.frame.capturedAtMs;
  const sinceMs = timeMs - run.lastSeenAtMs;
  const lastedMs = run.lastedMs + (isUnbroken ? sinceMs : Math.min(sinceMs, rule.gapMs));
  const violation = seenAgain(run.violation, breach);
  const carried = { ...run, lastSeenAtMs: timeMs, lastedMs, calm: false, violation };
  if (!run.opened) {
    if (lastedMs < rule.minDurationMs) return { run: carried, published: [] };
    const opening = { ...carried.violation, controlOffset: breach.controlOffset };
    return publish({ ...carried, opened: true, violation: opening }, 'opened', timeMs);
  }
  if (timeMs - run.lastPublishedAtMs < UPDATE_EVERY_MS) return { run: carried, published: [] };
  return publish(carried, 'updated', timeMs);
}

/** A run after a look that shows no breach. */
export const calmed = (run: RuleRun): RuleRun => ({ ...run, calm: true });

/**
 * Why a run is over at this camera time; undefined: it is not. After a look without a breach it ends once `gapMs` has
 * passed. Without any look it goes on for `UNSEEN_MS`, because a gap in looking does not prove that the breach ended.
 */
export function isOver(run: RuleRun, gapMs: number, timeMs: number): CloseReason | undefined {
  const sinceMs = timeMs - run.lastSeenAtMs;
  if (run.calm) return sinceMs > gapMs ? 'gap' : undefined;
  return sinceMs > Math.max(UNSEEN_MS, gapMs) ? 'unseen' : undefined;
}

/** Closes a run. Returns its last record; none when it never opened. */
export function close(run: RuleRun, reason: CloseReason): readonly Violation[] {
  if (!run.opened) return [];
  const { violation } = run;
  return [
    {
      ...violation,
      state: 'closed',
      revision: violation.revision + 1,
      endedAtMs: violation.lastSeenAtMs,
      closeReason: reason,
    },
  ];
}

/** The record that opens a violation is its revision 1. */
function publish(run: RuleRun, state: 'opened' | 'updated', timeMs: number): Step {
  const revision = state === 'opened' ? 1 : run.violation.revision + 1;
  const violation: Violation = { ...run.violation, state, revision };
  return { run: { ...run, lastPublishedAtMs: timeMs, violation }, published: [violation] };
}

function seenAgain(violation: Violation, breach: BreachFrame): Violation {
  const seen = {
    ...violation,
    lastSeenAtMs: breach.frame.capturedAtMs,
    lastFrame: breach.frame,
    framesObserved: violation.framesObserved + 1,
    models: allModels(violation.models, breach.models),
  };
  return isBetterProof(violation, breach) ? { ...seen, ...peakOf(breach) } : seen;
}

/** Each model once, up to the bound; another file of the same model counts as another model. */
function allModels(used: readonly ModelReference[], now: readonly ModelReference[]): readonly ModelReference[] {
  const fresh = now.filter(one => !used.some(({ model, sha256 }) => model === one.model && sha256 === one.sha256));
  return fresh.length === 0 ? used : [...used, ...fresh].slice(0, MOST_MODELS);
}

/** A frame with a picture is preferred to one without; among those, the one with the more confident subject. */
function isBetterProof(violation: Violation, breach: BreachFrame): boolean {
  if (violation.peakFrame.frame === null && breach.frame.frame !== null) return true;
  return breach.frame.frame !== null && breach.confidence > violation.peakConfidence;
}

const peakOf = (breach: BreachFrame) => ({
  peakConfidence: breach.confidence,
  peakFrame: breach.frame,
  widthPx: breach.widthPx,
  heightPx: breach.heightPx,
  boxes: breach.boxes,
  subjectBox: breach.subjectBox,
});
