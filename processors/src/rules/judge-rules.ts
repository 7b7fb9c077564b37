import type {
  CameraRun,
  CloseReason,
  Detection,
  RecordReference,
  RuleRun,
  TrackedBox,
  Violation,
} from '@sightline/schemas';
import type { CameraConfiguration } from '@sightline/schemas/control';
import { isOpen } from '@sightline/schemas/rules';
import { confirmedOnly, trackIdAt } from '../tracking/index.ts';
import { type JudgedRule, rulesOf } from './judged-rules.ts';
import type { Standing } from './kinds/kind.ts';
import { type Look, lookOf, paced, sceneOf } from './look.ts';
import type { Observation } from './observation.ts';
import { type BreachFrame, begin, calmed, carryOn, close, isOver } from './run.ts';

/** The record to judge, with the configuration that judges it. */
export interface Occasion {
  readonly detection: Detection;
  readonly at: RecordReference;
  readonly timeMs: number;
  /** Camera time of the record taken before this one. */
  readonly previousAtMs: number;
  readonly configuration: CameraConfiguration;
  readonly storeId: string;
}

/** The state of one rule on one camera. */
interface Memory {
  readonly runs: readonly RuleRun[];
  readonly state: readonly Standing[];
  /** No new run begins before this camera time. */
  readonly cooldownUntilMs: number;
}

interface Judged extends Memory {
  readonly violations: readonly Violation[];
}

/**
 * Judges all rules of a camera at one record (DESIGN.md beside this file). State of rules that only a newer version can
 * judge stays unchanged; the outcome `ended` alone closes their runs.
 */
export function judgeRules(
  run: CameraRun,
  observation: Observation,
  occasion: Occasion,
): { readonly run: CameraRun; readonly violations: readonly Violation[] } {
  const { judged } = rulesOf(occasion.configuration);
  const isKept = ({ ruleId }: { readonly ruleId: string }): boolean => !judged.some(one => one.rule.ruleId === ruleId);
  const ended = observation.outcome === 'ended';
  const kept = run.runs.filter(isKept);
  const runs = ended ? [] : [...kept];
  const violations = ended ? kept.flatMap(one => close(one, 'ended')) : [];
  const subjects = ended ? [] : run.subjects.filter(isKept);
  const cooldowns = Object.fromEntries(Object.entries(run.cooldowns).filter(([ruleId]) => isKept({ ruleId })));
  for (const one of judged) {
    const { ruleId } = one.rule;
    const after = judgeRule(one, memoryOf(run, ruleId), observation, occasion);
    runs.push(...after.runs);
    violations.push(...after.violations);
    subjects.push(...after.state.map(standing => ({ ruleId, ruleVersion: one.version, ...standing })));
    if (after.cooldownUntilMs > occasion.timeMs) cooldowns[ruleId] = after.cooldownUntilMs;
  }
  return { run: { ...run, runs, subjects, cooldowns }, violations };
}

const memoryOf = (run: CameraRun, ruleId: string): Memory => ({
  runs: run.runs.filter(one => one.ruleId === ruleId),
  state: run.subjects
    .filter(one => one.ruleId === ruleId)
    .map(({ trackId, phase, sinceMs }) => ({ trackId, phase, sinceMs })),
  cooldownUntilMs: run.cooldowns[ruleId] ?? 0,
});

function judgeRule(of: JudgedRule, memory: Memory, observation: Observation, occasion: Occasion): Judged {
  const judged = paced(of, observation);
  const book = new RunBook(judged, memory, occasion.timeMs);
  if (observation.outcome === 'ended') {
    for (const run of memory.runs) book.close(run, 'ended');
    return book.closed([]);
  }
  const look = lookOf(judged, observation);
  if (look === undefined) {
    for (const run of memory.runs) book.goOn(run);
    return book.closed(memory.state);
  }
  const { state, breaches } = breachesOf(judged, memory.state, look, occasion);
  const isRepeated = observation.outcome === 'unchanged';
  const met = new Set<BreachFrame>();
  for (const run of memory.runs) {
    const breach = breaches.find(({ subject }) => subject === run.subject);
    const isUnbroken = isRepeated && run.lastSeenAtMs === occasion.previousAtMs;
    if (breach === undefined) book.goOn(calmed(run));
    else if (book.breachAgain(run, breach, isUnbroken)) met.add(breach);
  }
  for (const breach of breaches) if (!met.has(breach)) book.begin(breach);
  return book.closed(state);
}

/** Collects the runs and the violation records of one rule at one record. */
class RunBook {
  readonly #judged: JudgedRule;
  readonly #timeMs: number;
  readonly #runs: RuleRun[] = [];
  readonly #violations: Violation[] = [];
  #cooldownUntilMs: number;

  constructor(judged: JudgedRule, { cooldownUntilMs }: Memory, timeMs: number) {
    this.#judged = judged;
    this.#timeMs = timeMs;
    this.#cooldownUntilMs = cooldownUntilMs;
  }

  close(run: RuleRun, reason: CloseReason): void {
    this.#violations.push(...close(run, reason));
    if (run.opened) this.#cooldownUntilMs = this.#timeMs + this.#judged.rule.cooldownMs;
  }

  /** This record shows no breach: keeps the run, or closes it when it is over. */
  goOn(run: RuleRun): void {
    const over = isOver(run, this.#judged.rule.gapMs, this.#timeMs);
    if (over === undefined) this.#runs.push(run);
    else this.close(run, over);
  }

  /**
   * This record shows a breach again. False: the run had ended before. `isUnbroken`: no change since the last breach.
   */
  breachAgain(run: RuleRun, breach: BreachFrame, isUnbroken: boolean): boolean {
    const over = isUnbroken ? undefined : isOver(run, this.#judged.rule.gapMs, this.#timeMs);
    if (over !== undefined) {
      this.close(run, over);
      return false;
    }
    const step = carryOn(run, this.#judged, breach, isUnbroken);
    this.#runs.push(step.run);
    this.#violations.push(...step.published);
    return true;
  }

  begin(breach: BreachFrame): void {
    if (this.#timeMs >= this.#cooldownUntilMs) this.#runs.push(begin(this.#judged, breach));
  }

  closed(state: readonly Standing[]): Judged {
    const [runs, violations] = [this.#runs, this.#violations];
    return { runs, violations, state, cooldownUntilMs: this.#cooldownUntilMs };
  }
}

/** The breaches that the kind finds in a frame; none outside the rule's hours. Drops the state of ended tracks. */
function breachesOf(
  judged: JudgedRule,
  before: readonly Standing[],
  look: Look,
  occasion: Occasion,
): { readonly state: readonly Standing[]; readonly breaches: readonly BreachFrame[] } {
  const { rule, kind } = judged;
  const { detection, timeMs, configuration } = occasion;
  if (!isOpen(rule.schedule, configuration.store?.timeZone ?? 'UTC', timeMs)) return { state: [], breaches: [] };
  const open = new Set(look.tracks.map(({ trackId }) => trackId));
  const state = before.filter(({ trackId }) => open.has(trackId));
  const found = kind.judge(rule.parameters, state, sceneOf(look, judged, detection, timeMs));
  const boxes = found.breaches.length > 0 ? confirmedOnly(look.boxes, look.tracks) : [];
  return {
    state: found.state,
    breaches: found.breaches.map(({ subject, box }) => frameOf(look, boxes, subject, box, occasion)),
  };
}

/** `boxes`: those of the look, to publish. */
function frameOf(
  look: Look,
  boxes: readonly TrackedBox[],
  subject: string,
  subjectBox: number,
  occasion: Occasion,
): BreachFrame {
  const { detection, at, timeMs, configuration, storeId } = occasion;
  const box = look.boxes[subjectBox];
  return {
    subject,
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
    boxes,
    subjectBox,
    confidence: box?.confidence ?? 0,
    trackId: box?.trackId ?? trackIdAt(detection, subjectBox),
    models: look.models,
    controlOffset: configuration.offset,
  };
}
