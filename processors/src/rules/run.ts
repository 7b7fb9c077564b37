import {
  type CloseReason,
  derivedId,
  type FrameLineage,
  type RuleRun,
  type TrackedBox,
  type Violation,
} from '@sightline/schemas';
import type { JudgedRule } from './judged-rules.ts';

/** Least camera time between two records of a violation that goes on. */
const UPDATE_EVERY_MS = 1000;

/** A frame in which the rule is broken. */
export interface Breach {
  readonly cameraId: string;
  readonly storeId: string;
  readonly frame: FrameLineage;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly boxes: readonly TrackedBox[];
  /** Index into boxes of the subject, its confidence and its track, tentative ones too. */
  readonly subjectBox: number;
  readonly confidence: number;
  readonly trackId: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly controlOffset: number;
}

/** The run after a frame, and what is said of it. */
export interface Step {
  readonly run: RuleRun | undefined;
  readonly published: readonly Violation[];
}

/** A run begins at the first breaching frame; nothing is said of it before it has lasted. */
export function begin({ rule, version, zoneVersion }: JudgedRule, breach: Breach): RuleRun {
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
    revision: 0,
    state: 'opened',
    lastSeenAtMs: startedAtMs,
    endedAtMs: null,
    closeReason: null,
    framesObserved: 1,
    firstFrame: frame,
    lastFrame: frame,
    controlOffset: breach.controlOffset,
    ...peakOf(breach),
  };
  return {
    ruleId: rule.ruleId,
    ruleVersion: version,
    startedAtMs,
    lastSeenAtMs: startedAtMs,
    lastPublishedAtMs: -1,
    violation,
    opened: false,
  };
}

/** A breaching frame carries the run on: it opens once it has lasted, then says how it stands once a second. */
export function carryOn(run: RuleRun, { rule }: JudgedRule, breach: Breach): Step {
  const timeMs = breach.frame.capturedAtMs;
  const carried = { ...run, lastSeenAtMs: timeMs, violation: seenAgain(run.violation, breach) };
  if (!run.opened) {
    if (timeMs - run.startedAtMs < rule.minDurationMs) return { run: carried, published: [] };
    const opening = { ...carried.violation, controlOffset: breach.controlOffset };
    return publish({ ...carried, opened: true, violation: opening }, 'opened', timeMs);
  }
  if (timeMs - run.lastPublishedAtMs < UPDATE_EVERY_MS) return { run: carried, published: [] };
  return publish(carried, 'updated', timeMs);
}

/** True when more camera time than the gap tolerance has passed since the last breaching frame. */
export const isOver = (run: RuleRun, gapMs: number, timeMs: number): boolean => timeMs - run.lastSeenAtMs > gapMs;

/** The last record of a run, if it ever opened. */
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

function publish(run: RuleRun, state: 'opened' | 'updated', timeMs: number): Step {
  const violation: Violation = { ...run.violation, state, revision: run.violation.revision + 1 };
  return { run: { ...run, lastPublishedAtMs: timeMs, violation }, published: [violation] };
}

function seenAgain(violation: Violation, breach: Breach): Violation {
  const seen = {
    ...violation,
    lastSeenAtMs: breach.frame.capturedAtMs,
    lastFrame: breach.frame,
    framesObserved: violation.framesObserved + 1,
  };
  return isBetterProof(violation, breach) ? { ...seen, ...peakOf(breach) } : seen;
}

/** A picture beats none; otherwise the more confident subject. */
function isBetterProof(violation: Violation, breach: Breach): boolean {
  if (violation.peakFrame.frame === null && breach.frame.frame !== null) return true;
  return breach.frame.frame !== null && breach.confidence > violation.peakConfidence;
}

const peakOf = (breach: Breach) => ({
  peakConfidence: breach.confidence,
  peakFrame: breach.frame,
  widthPx: breach.widthPx,
  heightPx: breach.heightPx,
  boxes: breach.boxes,
  subjectBox: breach.subjectBox,
  model: breach.model,
  modelSha256: breach.modelSha256,
});
