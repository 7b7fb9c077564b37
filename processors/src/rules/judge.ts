import type {
  CameraRun,
  CloseReason,
  ConfigSwitch,
  Detection,
  RecordReference,
  Track,
  Violation,
} from '@sightline/schemas';
import type { CameraConfiguration, ControlFold } from '@sightline/schemas/control';
import { confirmedOnly } from '../tracking/index.ts';
import { judgeRules } from './judge-rules.ts';
import { judgedRules } from './judged-rules.ts';
import { type Observation, observe } from './observation.ts';
import { close } from './run.ts';

/** What the configuration of a camera is asked for. */
export type Configurations = Pick<ControlFold, 'configurationAt' | 'configurationAsOf'>;

/** processed: taken. duplicate: not above the last taken. filtered: the camera is unknown, stopped, or its store is. */
export type Accounting = 'processed' | 'duplicate' | 'filtered';

/** What follows from one record of a camera. */
export interface Judgement {
  /** undefined: still none. The same object when nothing changed. */
  readonly run: CameraRun | undefined;
  readonly accounting: Accounting;
  readonly track: Track | undefined;
  readonly violations: readonly Violation[];
  /** Set when the camera stands at a newer configuration from this record on. */
  readonly configSwitch: ConfigSwitch | undefined;
}

/**
 * Judges one detection record of a camera; `at` is its place in the log. Pure: the run so far, the record and the
 * control log decide everything, so the same records give the same violations (DESIGN 3, 6, 7).
 */
export function judge(
  run: CameraRun | undefined,
  detection: Detection,
  at: RecordReference,
  configurations: Configurations,
): Judgement {
  const nothing = { run, track: undefined, violations: [], configSwitch: undefined };
  if (run !== undefined && !isAbove(run, detection)) return { ...nothing, accounting: 'duplicate' };

  const timeMs = Math.max(run?.capturedAtMs ?? 0, detection.capturedAtMs);
  const configuration = configurationFor(run, detection.cameraId, timeMs, configurations);
  if (configuration === undefined) return { ...nothing, accounting: 'filtered' };
  const { camera, store } = configuration;
  const works = camera?.active === true && store?.subscriptionActive === true;
  if (run === undefined && !works) return { ...nothing, accounting: 'filtered' };

  const before = run ?? newRun(detection.cameraId);
  const switched = switchTo(before, configuration, works, at);
  if (!works) return { ...switched, track: undefined, accounting: 'filtered' };
  const observation = observe(withEpoch(switched.run, detection), detection, timeMs);
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
  };
}

const isAbove = (run: CameraRun, { epoch, sequence }: Detection): boolean =>
  epoch > run.epoch || (epoch === run.epoch && sequence > run.sequence);

/** The newest configuration that holds at this camera time; never an older one than the camera stands at. */
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

/** Brings a camera to a configuration: runs of rules that changed, or of a camera that stopped, are closed. */
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
  if (configuration.offset <= run.controlOffset) return { run, violations: [], configSwitch: undefined };
  const versions = new Map(judgedRules(configuration).map(({ rule, version }) => [rule.ruleId, version]));
  const goesOn = (ruleId: string, version: string): boolean => works && versions.get(ruleId) === version;
  const reason: CloseReason = works ? 'rule_changed' : 'ended';
  const over = run.runs.filter(({ ruleId, ruleVersion }) => !goesOn(ruleId, ruleVersion));
  return {
    run: {
      ...run,
      controlOffset: configuration.offset,
      runs: run.runs.filter(rule => !over.includes(rule)),
      tracks: works ? run.tracks : [],
      cooldowns: Object.fromEntries(Object.entries(run.cooldowns).filter(([ruleId]) => versions.has(ruleId))),
    },
    violations: over.flatMap(rule => close(rule, reason)),
    configSwitch: {
      cameraId: run.cameraId,
      controlOffset: configuration.offset,
      partition: at.partition,
      nextOffset: at.offset,
    },
  };
}

const newRun = (cameraId: string): CameraRun => ({
  cameraId,
  epoch: -1,
  sequence: -1,
  capturedAtMs: 0,
  controlOffset: -1,
  skippedSinceDetected: true,
  lastBoxes: [],
  lastModel: '',
  lastModelSha256: '',
  tracks: [],
  runs: [],
  cooldowns: {},
});

/** The last boxes say nothing of another capture session. */
const withEpoch = (run: CameraRun, { epoch }: Detection): CameraRun =>
  epoch === run.epoch ? run : { ...run, skippedSinceDetected: true };

/** The camera after it took a record, before its rules are judged. */
function taken(run: CameraRun, detection: Detection, observation: Observation, timeMs: number): CameraRun {
  const detected = observation.outcome === 'detected';
  const { outcome, tracks, boxes, model, modelSha256 } = observation;
  const lost = outcome === 'skipped' || outcome === 'ended' || detection.epoch !== run.epoch;
  return {
    ...run,
    epoch: detection.epoch,
    sequence: detection.sequence,
    capturedAtMs: timeMs,
    skippedSinceDetected: !detected && (lost || run.skippedSinceDetected),
    lastBoxes: detected ? boxes : run.lastBoxes,
    lastModel: model,
    lastModelSha256: modelSha256,
    tracks,
  };
}

function trackRecord(detection: Detection, observation: Observation, storeId: string, timeMs: number): Track {
  const { outcome, boxes, tracks, model, modelSha256, observed } = observation;
  const { cameraId, epoch, sequence, mediaTimeMs, widthPx, heightPx } = detection;
  return {
    cameraId,
    storeId,
    epoch,
    sequence,
    capturedAtMs: timeMs,
    mediaTimeMs,
    widthPx,
    heightPx,
    outcome,
    model: observed ? model : null,
    modelSha256: observed ? modelSha256 : null,
    boxes: confirmedOnly(boxes, tracks),
  };
}
