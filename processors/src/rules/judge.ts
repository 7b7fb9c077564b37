import {
  type CameraRun,
  type CloseReason,
  type ConfigSwitch,
  type Detection,
  MAX_AHEAD_MS,
  type RecordReference,
  type Track,
  type Violation,
} from '@sightline/schemas';
import type { CameraConfiguration, ControlFold } from '@sightline/schemas/control';
import { confirmedOnly } from '../tracking/index.ts';
import { judgeRules } from './judge-rules.ts';
import { rulesOf } from './judged-rules.ts';
import { type Observation, observe } from './observation.ts';
import { close } from './run.ts';
import { unjudgedAt } from './unjudged.ts';

/** The part of the control fold that judging reads. */
export type Configurations = Pick<ControlFold, 'configurationAt' | 'configurationAsOf'>;

/**
 * processed: judged. duplicate: not above the last record taken. filtered: camera unknown or stopped, or its store has
 * no subscription.
 */
export type Accounting = 'processed' | 'duplicate' | 'filtered';

/** The result of judging one record of a camera. */
export interface Judgement {
  /** The camera's state after the record. undefined: it has none yet. The same object when nothing changed. */
  readonly run: CameraRun | undefined;
  readonly accounting: Accounting;
  readonly track: Track | undefined;
  readonly violations: readonly Violation[];
  /** Set when the camera changes to a newer configuration at this record. */
  readonly configSwitch: ConfigSwitch | undefined;
  /** One sentence for a person about each part that this version could not judge. */
  readonly unjudged: readonly string[];
}

/** Place of a record in the log, and the time at which the log stored it, in ms since 1970. */
export interface StoredAt {
  readonly place: RecordReference;
  readonly writtenAtMs: number;
}

/**
 * Judges one detection record of a camera. Pure: it reads only the state so far, the record, its place and time in the
 * log, and the control log. So the same records give the same violations (DESIGN 3, 6, 7).
 *
 * A state that is more than a day ahead of the record's time in the log is given up: it is of a clock that was wrong and
 * was set right since. Its runs close, and the camera begins anew.
 */
export function judge(
  run: CameraRun | undefined,
  detection: Detection,
  { place, writtenAtMs }: StoredAt,
  configurations: Configurations,
): Judgement {
  if (run === undefined || Math.max(run.epoch, run.capturedAtMs) <= writtenAtMs + MAX_AHEAD_MS)
    return judgeNext(run, detection, place, configurations);
  const { cameraId, controlOffset } = run;
  const next = judgeNext({ ...newRun(cameraId), controlOffset }, detection, place, configurations);
  return { ...next, violations: [...run.runs.flatMap(one => close(one, 'clock_set_back')), ...next.violations] };
}

function judgeNext(
  run: CameraRun | undefined,
  detection: Detection,
  at: RecordReference,
  configurations: Configurations,
): Judgement {
  const nothing = { run, track: undefined, violations: [], configSwitch: undefined, unjudged: [] };
  if (run !== undefined && !isAbove(run, detection)) return { ...nothing, accounting: 'duplicate' };

  const timeMs = Math.max(run?.capturedAtMs ?? 0, detection.capturedAtMs);
  const configuration = configurationFor(run, detection.cameraId, timeMs, configurations);
  if (configuration === undefined) return { ...nothing, accounting: 'filtered' };
  const { camera, store } = configuration;
  const works = camera?.active === true && store?.subscriptionActive === true;
  if (run === undefined && !works) return { ...nothing, accounting: 'filtered' };

  const before = run ?? newRun(detection.cameraId);
  const switched = switchTo(before, configuration, works, at);
  if (!works) return { ...switched, track: undefined, accounting: 'filtered', unjudged: [] };
  const observation = observe(switched.run, detection, timeMs);
  const moved = taken(switched.run, detection, observation, timeMs);
  const breached = judgeRules(moved, observation, {
    detection,
    at,
    timeMs,
    previousAtMs: before.capturedAtMs,
    configuration,
    storeId: store.storeId,
  });
  return {
    run: breached.run,
    accounting: 'processed',
    track: trackRecord(detection, observation, store.storeId, timeMs),
    violations: [...switched.violations, ...breached.violations],
    configSwitch: switched.configSwitch,
    unjudged: unjudgedAt(detection.cameraId, observation, rulesOf(configuration)),
  };
}

const isAbove = (run: CameraRun, { epoch, sequence }: Detection): boolean =>
  epoch > run.epoch || (epoch === run.epoch && sequence > run.sequence);

/** The newest configuration in force at this camera time, but never an older one than the camera has now. */
function configurationFor(
  run: CameraRun | undefined,
  cameraId: string,
  timeMs: number,
  configurations: Configurations,
): CameraConfiguration | undefined {
  const due = configurations.configurationAt(cameraId, timeMs);
  if (run === undefined || (due !== undefined && due.offset > run.controlOffset)) return due;
  return configurations.configurationAsOf(cameraId, run.controlOffset);
}

/**
 * Moves a camera to a configuration. Closes the runs of rules that changed, and all runs when the camera stopped. It
 * checks the runs even when the camera already has this configuration: an older version may have applied it without
 * knowing the rule's kind. State of rules that this version cannot judge stays while the rule is active.
 */
function switchTo(
  run: CameraRun,
  configuration: CameraConfiguration,
  works: boolean,
  at: RecordReference,
): {
  readonly run: CameraRun;
  readonly violations: readonly Violation[];
  readonly configSwitch: ConfigSwitch | undefined;
} {
  const { judged, unjudged } = rulesOf(configuration);
  const versions = new Map(judged.map(({ rule, version }) => [rule.ruleId, version]));
  const kept = new Set(unjudged.map(({ rule }) => rule.ruleId));
  const goesOn = ({ ruleId, ruleVersion }: { readonly ruleId: string; readonly ruleVersion: string }): boolean =>
    works && (kept.has(ruleId) || versions.get(ruleId) === ruleVersion);
  const reason: CloseReason = works ? 'rule_changed' : 'ended';
  const over = run.runs.filter(one => !goesOn(one));
  const isNewer = configuration.offset > run.controlOffset;
  if (!isNewer && over.length === 0 && run.subjects.every(goesOn))
    return { run, violations: [], configSwitch: undefined };
  const isThere = (ruleId: string): boolean => versions.has(ruleId) || kept.has(ruleId);
  return {
    run: {
      ...run,
      controlOffset: configuration.offset,
      runs: run.runs.filter(goesOn),
      subjects: run.subjects.filter(goesOn),
      models: works ? run.models : [],
      cooldowns: Object.fromEntries(Object.entries(run.cooldowns).filter(([ruleId]) => isThere(ruleId))),
    },
    violations: over.flatMap(rule => close(rule, reason)),
    configSwitch: isNewer
      ? {
          cameraId: run.cameraId,
          controlOffset: configuration.offset,
          partition: at.partition,
          nextOffset: at.offset,
        }
      : undefined,
  };
}

const newRun = (cameraId: string): CameraRun => ({
  cameraId,
  epoch: -1,
  sequence: -1,
  capturedAtMs: 0,
  controlOffset: -1,
  models: [],
  runs: [],
  subjects: [],
  cooldowns: {},
});

/** The camera's state after it took a record, before its rules are judged. */
const taken = (run: CameraRun, detection: Detection, { models }: Observation, timeMs: number): CameraRun => ({
  ...run,
  epoch: detection.epoch,
  sequence: detection.sequence,
  capturedAtMs: timeMs,
  models,
});

/** All that the rules saw of the frame. Whether a track is confirmed shows by its id: a tentative one is not named. */
function trackRecord(
  detection: Detection,
  { outcome, seen, awaited }: Observation,
  storeId: string,
  timeMs: number,
): Track {
  const { cameraId, epoch, sequence, mediaTimeMs, widthPx, heightPx } = detection;
  return {
    ...{ cameraId, storeId, epoch, sequence, capturedAtMs: timeMs, mediaTimeMs, widthPx, heightPx, outcome },
    models: seen.map(({ model, version, sha256 }) => ({ model, version, sha256 })),
    boxes: seen.flatMap(({ boxes, tracks }) => confirmedOnly(boxes, tracks)),
    remembered: [...seen.flatMap(({ remembered }) => remembered), ...awaited],
  };
}
