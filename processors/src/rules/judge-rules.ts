import type { CameraRun, Detection, RecordReference, RuleRun, Violation } from '@sightline/schemas';
import type { CameraConfiguration } from '@sightline/schemas/control';
import { confirmedOnly, trackIdAt } from '../tracking/index.ts';
import { findBreach } from './absence.ts';
import { type JudgedRule, judgedRules } from './judged-rules.ts';
import type { Observation } from './observation.ts';
import { type Breach, begin, carryOn, close, isOver } from './run.ts';
import { isOpen } from './schedule.ts';

/** The record that is judged, and by what. */
export interface Occasion {
  readonly detection: Detection;
  readonly at: RecordReference;
  readonly timeMs: number;
  /** Camera time of the record taken before. */
  readonly previousAtMs: number;
  readonly configuration: CameraConfiguration;
  readonly storeId: string;
}

interface RuleOutcome {
  readonly ruleRun: RuleRun | undefined;
  readonly violations: readonly Violation[];
  readonly cooldownUntilMs: number;
}

/**
 * Judges all rules of a camera at one record. A rule has one run at a time, whatever hands it is about: it goes on
 * while any subject breaks the rule, so its start and end are those of the breach (DESIGN.md beside this file). An
 * `unchanged` record vouches for the time since the one before it, however long that is.
 */
export function judgeRules(
  run: CameraRun,
  observation: Observation,
  occasion: Occasion,
): { readonly run: CameraRun; readonly violations: readonly Violation[] } {
  const runs: RuleRun[] = [];
  const violations: Violation[] = [];
  const cooldowns: Record<string, number> = {};
  for (const judged of judgedRules(occasion.configuration)) {
    const { ruleId } = judged.rule;
    const known = run.runs.find(ruleRun => ruleRun.ruleId === ruleId);
    const outcome = judgeRule(judged, known, run.cooldowns[ruleId] ?? 0, observation, occasion);
    if (outcome.ruleRun !== undefined) runs.push(outcome.ruleRun);
    if (outcome.cooldownUntilMs > occasion.timeMs) cooldowns[ruleId] = outcome.cooldownUntilMs;
    violations.push(...outcome.violations);
  }
  return { run: { ...run, runs, cooldowns }, violations };
}

function judgeRule(
  judged: JudgedRule,
  known: RuleRun | undefined,
  cooldownUntilMs: number,
  observation: Observation,
  occasion: Occasion,
): RuleOutcome {
  const { timeMs } = occasion;
  const { gapMs, cooldownMs } = judged.rule;
  const afterClose = (ruleRun: RuleRun): number => (ruleRun.opened ? timeMs + cooldownMs : cooldownUntilMs);
  const closed: Violation[] = [];
  let ruleRun = known;
  let untilMs = cooldownUntilMs;
  const vouched = observation.outcome === 'unchanged' && ruleRun?.lastSeenAtMs === occasion.previousAtMs;
  if (ruleRun !== undefined && !vouched && isOver(ruleRun, gapMs, timeMs)) {
    closed.push(...close(ruleRun, 'gap'));
    untilMs = afterClose(ruleRun);
    ruleRun = undefined;
  }
  if (observation.outcome === 'ended' && ruleRun !== undefined)
    return { ruleRun: undefined, violations: close(ruleRun, 'ended'), cooldownUntilMs: afterClose(ruleRun) };
  const breach = timeMs < untilMs ? undefined : breachOf(judged, observation, occasion);
  if (breach === undefined) return { ruleRun, violations: closed, cooldownUntilMs: untilMs };
  if (ruleRun === undefined) return { ruleRun: begin(judged, breach), violations: closed, cooldownUntilMs: 0 };
  const step = carryOn(ruleRun, judged, breach);
  return { ruleRun: step.run, violations: step.published, cooldownUntilMs: 0 };
}

/** How the rule is broken at this record; undefined: it is not, or nobody can tell. */
function breachOf({ rule, zone }: JudgedRule, observation: Observation, occasion: Occasion): Breach | undefined {
  const { detection, at, timeMs, configuration, storeId } = occasion;
  if (!observation.observed) return undefined;
  if (!isOpen(rule.schedule, configuration.store?.timeZone ?? 'UTC', timeMs)) return undefined;
  const subjectBox = findBreach(rule, zone, observation, detection);
  const subject = observation.boxes[subjectBox];
  if (subject === undefined) return undefined;
  return {
    cameraId: detection.cameraId,
    storeId,
    frame: {
      epoch: detection.epoch,
      sequence: detection.sequence,
      capturedAtMs: timeMs,
      mediaTimeMs: detection.mediaTimeMs,
      frame: detection.frame,
      detection: at,
    },
    widthPx: detection.widthPx,
    heightPx: detection.heightPx,
    boxes: confirmedOnly(observation.boxes, observation.tracks),
    subjectBox,
    confidence: subject.confidence,
    trackId: subject.trackId ?? trackIdAt(detection, subjectBox),
    model: observation.model,
    modelSha256: observation.modelSha256,
    controlOffset: configuration.offset,
  };
}
