import type { CameraLog, LoggedFrame, LoggedStatus } from './camera-log.ts';
import { shownAtMs } from './strip.ts';
import type { Trouble, TroubleKind } from './troubles.ts';

/** Two pictures of a camera that is well lie closer together than this. */
export const PAUSE_MS = 2_000;
/** A camera that is well is in the log this soon after it was seen, and its time is right by this much. */
export const LATE_MS = 1_000;
/** A pause longer than this is explained by a status. */
const EXPLAINED_AFTER_MS = 5_000;
/** What was sent before a kill is in the log after this time. */
const KILLED_AFTER_MS = 300;
/** How soon pictures, or detections, come again after a trouble has ended. */
export const BACK_WITHIN_MS = { camera: 10_000, ingest: 15_000, inference: 10_000 } as const;

/** A camera of the trial. Times are ms since 1970. */
export interface TrialCamera {
  readonly cameraId: string;
  readonly fps: number;
  readonly shift: number;
  readonly pictures: number;
  /** What happened to it, without the kills of inference. */
  readonly troubles: readonly Trouble[];
}

/** The log, what happened, and the time in which all cameras are held against their promises. */
export interface CameraRun {
  readonly log: CameraLog;
  readonly cameras: readonly TrialCamera[];
  readonly inferenceKills: readonly Trouble[];
  readonly fromMs: number;
  readonly untilMs: number;
}

export type Finding =
  | 'read twice'
  | 'out of order'
  | 'torn picture'
  | 'old picture'
  | 'gap not counted'
  | 'gap of an undisturbed camera'
  | 'late picture'
  | 'pause without a trouble'
  | 'not back in time'
  | 'down without a reason'
  | 'frame without its detection'
  | 'detection twice'
  | 'inference not back in time';

export interface CameraVerdict {
  readonly findings: readonly { readonly finding: Finding; readonly says: string }[];
  readonly pictures: number;
  /** Slots without a record, and those of undisturbed cameras. */
  readonly gaps: number;
  /** Times from seen to stored of undisturbed cameras. */
  readonly lateMs: readonly number[];
  /** The longest time until pictures came again after each kind of trouble, in ms. */
  readonly backMs: ReadonlyMap<TroubleKind, number>;
}

interface Pause {
  readonly fromMs: number;
  readonly untilMs: number;
}

const groupBy = <T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(values, keyOf);
const identity = ({ cameraId, epoch, sequence }: { cameraId: string; epoch: number; sequence: number }): string =>
  `${cameraId} ${epoch} ${sequence}`;
const isDisturbed = ({ troubles }: TrialCamera): boolean => troubles.some(({ kind }) => kind !== 'ingest-kill');

/** Times without a picture that are longer than PAUSE_MS. */
function pausesOf(timesMs: readonly number[], { fromMs, untilMs }: CameraRun): readonly Pause[] {
  const edges = [fromMs, ...timesMs.filter(ms => ms >= fromMs && ms <= untilMs), untilMs];
  return edges
    .slice(1)
    .map((ms, at) => ({ fromMs: edges[at] ?? ms, untilMs: ms }))
    .filter(pause => pause.untilMs - pause.fromMs > PAUSE_MS);
}

/** Holds the log of a run against what is promised of cameras. */
export function judgeCameras(run: CameraRun): CameraVerdict {
  return new Judge(run).verdict();
}

class Judge {
  readonly #run: CameraRun;
  readonly #findings: { finding: Finding; says: string }[] = [];
  readonly #lateMs: number[] = [];
  readonly #backMs = new Map<TroubleKind, number>();
  #gaps = 0;

  constructor(run: CameraRun) {
    this.#run = run;
  }

  verdict(): CameraVerdict {
    const { log, cameras } = this.#run;
    const frames = groupBy(log.frames, ({ cameraId }) => cameraId);
    const statuses = groupBy(log.statuses, ({ cameraId }) => cameraId);
    for (const camera of cameras)
      this.#judge(camera, frames.get(camera.cameraId) ?? [], statuses.get(camera.cameraId) ?? []);
    this.#judgeDetections();
    this.#judgeInference();
    const pictures = log.frames.filter(({ shown }) => shown !== undefined).length;
    return { findings: this.#findings, pictures, gaps: this.#gaps, lateMs: this.#lateMs, backMs: this.#backMs };
  }

  #find(finding: Finding, says: string): void {
    this.#findings.push({ finding, says });
  }

  #judge(camera: TrialCamera, frames: readonly LoggedFrame[], statuses: readonly LoggedStatus[]): void {
    this.#judgeOrder(frames);
    this.#judgePictures(camera, frames);
    for (const [epoch, own] of groupBy(frames, ({ epoch }) => String(epoch)))
      this.#judgeGaps(
        camera,
        own,
        statuses.filter(status => String(status.epoch) === epoch),
      );
    const timesMs = frames.filter(({ shown }) => shown !== undefined).map(({ loggedAtMs }) => loggedAtMs);
    for (const pause of pausesOf(timesMs, this.#run)) this.#judgePause(camera, pause, statuses);
    for (const { state, message, loggedAtMs } of statuses)
      if (state === 'down' && !isReason(message))
        this.#find('down without a reason', `${camera.cameraId} at ${loggedAtMs}: ${message}`);
  }

  #judgeOrder(frames: readonly LoggedFrame[]): void {
    const seen = new Set<string>();
    let last: LoggedFrame | undefined;
    for (const frame of frames) {
      const name = identity(frame);
      if (seen.has(name)) this.#find('read twice', name);
      else if (last !== undefined && (isBefore(frame, last) || frame.capturedAtMs < last.capturedAtMs))
        this.#find('out of order', `${name} after ${identity(last)}`);
      seen.add(name);
      last = frame;
    }
  }

  #judgePictures(camera: TrialCamera, frames: readonly LoggedFrame[]): void {
    let last: { readonly epoch: number; readonly atMs: number } | undefined;
    for (const frame of frames) {
      if (frame.shown === undefined) continue;
      const { number, whole } = frame.shown;
      if (number === undefined || !whole) {
        this.#find('torn picture', identity(frame));
        continue;
      }
      const atMs = shownAtMs(number, camera, frame.loggedAtMs);
      if (last?.epoch === frame.epoch && atMs <= last.atMs)
        this.#find('old picture', `${identity(frame)} shows picture ${number}`);
      last = { epoch: frame.epoch, atMs };
      if (this.#isWell(camera, frame.loggedAtMs)) this.#judgeTime(camera, frame, atMs);
    }
  }

  #judgeTime(camera: TrialCamera, frame: LoggedFrame, atMs: number): void {
    const lateMs = frame.loggedAtMs - atMs;
    const offMs = frame.capturedAtMs - atMs;
    if (!isDisturbed(camera)) this.#lateMs.push(lateMs);
    if ((!isDisturbed(camera) && lateMs > LATE_MS) || Math.abs(offMs) > LATE_MS)
      this.#find(
        'late picture',
        `${identity(frame)}: ${Math.round(lateMs)} ms late, its time ${Math.round(offMs)} ms off`,
      );
  }

  /** Held against its promises, no trouble, and none that it may still recover from. */
  #isWell({ troubles }: TrialCamera, atMs: number): boolean {
    const { fromMs, untilMs } = this.#run;
    if (atMs < fromMs || atMs > untilMs) return false;
    return !troubles.some(trouble => atMs >= trouble.fromMs && atMs <= trouble.untilMs + allowedMs(trouble));
  }

  /** Every status of an epoch counts the slots without a record up to its last one, and none is missing after the last. */
  #judgeGaps(camera: TrialCamera, frames: readonly LoggedFrame[], statuses: readonly LoggedStatus[]): void {
    const last = frames.at(-1);
    if (last === undefined) return;
    const sequences = [...new Set(frames.map(({ sequence }) => sequence))];
    const gapsUpTo = (number: number): number => number + 1 - sequences.filter(sequence => sequence <= number).length;
    const gaps = gapsUpTo(last.sequence);
    this.#gaps += gaps;
    const name = `${camera.cameraId} epoch ${last.epoch}`;
    if (gaps > 0 && !isDisturbed(camera)) this.#find('gap of an undisturbed camera', `${name}: ${gaps} gaps`);
    const wrong = statuses.find(({ lastSequence, drops }) => gapsUpTo(lastSequence) !== drops);
    const told = statuses.reduce((most, { lastSequence }) => Math.max(most, lastSequence), -1);
    if (wrong !== undefined)
      this.#find('gap not counted', `${name}: ${gapsUpTo(wrong.lastSequence)} gaps, ${wrong.drops} counted`);
    else if (gapsUpTo(told) !== gaps) this.#find('gap not counted', `${name}: gaps after its last status`);
  }

  #judgePause(camera: TrialCamera, pause: Pause, statuses: readonly LoggedStatus[]): void {
    const says = `${camera.cameraId}: no picture for ${Math.round(pause.untilMs - pause.fromMs)} ms from ${pause.fromMs}`;
    const trouble = camera.troubles.findLast(
      each => pause.untilMs >= each.fromMs && pause.fromMs <= each.untilMs + allowedMs(each),
    );
    if (trouble === undefined) {
      this.#find('pause without a trouble', says);
      return;
    }
    const backMs = pause.untilMs - trouble.untilMs;
    this.#backMs.set(trouble.kind, Math.max(backMs, this.#backMs.get(trouble.kind) ?? 0));
    if (backMs > allowedMs(trouble)) this.#find('not back in time', `${says} (${trouble.kind})`);
    const explained = statuses.some(
      ({ loggedAtMs, message }) =>
        loggedAtMs >= pause.fromMs && loggedAtMs <= pause.untilMs + PAUSE_MS && isReason(message),
    );
    if (trouble.kind !== 'ingest-kill' && pause.untilMs - pause.fromMs > EXPLAINED_AFTER_MS && !explained)
      this.#find('down without a reason', `${says} (${trouble.kind})`);
  }

  /** Every frame has its detection. One after a kill may be there twice, and both say the same. */
  #judgeDetections(): void {
    const { log, inferenceKills } = this.#run;
    const found = groupBy(log.detections, identity);
    for (const frame of log.frames)
      if (!found.has(identity(frame))) this.#find('frame without its detection', identity(frame));
    for (const [name, same] of found)
      if (same.length > 1 && inferenceKills.length === 0) this.#find('detection twice', name);
  }

  /** The detections of undisturbed cameras go on after a kill. */
  #judgeInference(): void {
    const { log, cameras, inferenceKills } = this.#run;
    const detected = groupBy(
      log.detections.filter(({ outcome }) => outcome === 'detected'),
      ({ cameraId }) => cameraId,
    );
    for (const { cameraId } of cameras.filter(camera => !isDisturbed(camera)))
      for (const { kind, fromMs } of inferenceKills) {
        const next = detected.get(cameraId)?.find(({ loggedAtMs }) => loggedAtMs > fromMs + KILLED_AFTER_MS);
        const backMs = (next?.loggedAtMs ?? Number.POSITIVE_INFINITY) - fromMs;
        this.#backMs.set(kind, Math.max(backMs, this.#backMs.get(kind) ?? 0));
        if (backMs > BACK_WITHIN_MS.inference)
          this.#find('inference not back in time', `${cameraId}: ${backMs} ms after a kill at ${fromMs}`);
      }
  }
}

const allowedMs = ({ kind }: Trouble): number =>
  kind === 'ingest-kill' ? BACK_WITHIN_MS.ingest : BACK_WITHIN_MS.camera;

const isBefore = (a: LoggedFrame, b: LoggedFrame): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.sequence < b.sequence);

/** A sentence, not a code. */
const isReason = (message: string | null): boolean => message !== null && message.split(' ').length >= 3;
