import type { CameraLog, LoggedFrame } from './camera-log.ts';
import type { CameraRun, Finding } from './judge.ts';

/** A log as a product with a fault would have written it, and the finding that the judge must make. */
export interface DoctoredLog {
  readonly name: string;
  readonly finds: Finding;
  doctor(run: CameraRun): CameraLog;
}

const isPicture = ({ shown }: LoggedFrame): boolean => shown !== undefined;

/** A picture of an undisturbed camera, in the middle of the run. */
function victimOf({ log, cameras, fromMs, untilMs }: CameraRun): LoggedFrame {
  const calm = cameras.find(({ troubles }) => troubles.every(({ kind }) => kind === 'ingest-kill'));
  const atMs = fromMs + (untilMs - fromMs) / 8;
  const victim = log.frames.find(
    frame => frame.cameraId === calm?.cameraId && isPicture(frame) && frame.loggedAtMs > atMs,
  );
  if (victim === undefined) throw new Error('no undisturbed camera has a picture');
  return victim;
}

const changed =
  (change: (victim: LoggedFrame) => readonly LoggedFrame[]) =>
  (run: CameraRun): CameraLog => {
    const victim = victimOf(run);
    return { ...run.log, frames: run.log.frames.flatMap(frame => (frame === victim ? change(victim) : [frame])) };
  };

export const DOCTORED_LOGS: readonly DoctoredLog[] = [
  { name: 'a record is lost', finds: 'gap not counted', doctor: changed(() => []) },
  { name: 'a picture is read twice', finds: 'read twice', doctor: changed(victim => [victim, victim]) },
  {
    name: 'a picture is torn',
    finds: 'torn picture',
    doctor: changed(victim => [{ ...victim, shown: { number: victim.shown?.number, whole: false } }]),
  },
  {
    name: 'an old picture comes again',
    finds: 'old picture',
    doctor: changed(victim => [
      victim,
      { ...victim, sequence: victim.sequence + 0.5 }, // between two numbers, so that only the picture is wrong
    ]),
  },
  {
    name: 'times go back',
    finds: 'out of order',
    doctor: changed(victim => [{ ...victim, capturedAtMs: victim.capturedAtMs - 60_000 }]),
  },
  {
    name: 'a camera is silent for four seconds',
    finds: 'pause without a trouble',
    doctor(run) {
      const { cameraId, loggedAtMs } = victimOf(run);
      const frames = run.log.frames.map(frame => {
        const isSilent =
          frame.cameraId === cameraId && frame.loggedAtMs >= loggedAtMs && frame.loggedAtMs < loggedAtMs + 4_000;
        return isSilent ? { ...frame, shown: undefined, reason: 'down' as const } : frame;
      });
      return { ...run.log, frames };
    },
  },
  {
    name: 'a drop is not counted',
    finds: 'gap not counted',
    doctor: run => ({
      ...run.log,
      statuses: run.log.statuses.map(status => ({ ...status, drops: 0 })),
      frames: run.log.frames.filter(frame => frame !== victimOf(run)),
    }),
  },
  {
    name: 'a camera is down without a reason',
    finds: 'down without a reason',
    doctor: run => ({ ...run.log, statuses: run.log.statuses.map(status => ({ ...status, message: null })) }),
  },
  {
    name: 'a frame has no detection',
    finds: 'frame without its detection',
    doctor(run) {
      const { cameraId, epoch, sequence } = victimOf(run);
      const detections = run.log.detections.filter(
        each => each.cameraId !== cameraId || each.epoch !== epoch || each.sequence !== sequence,
      );
      return { ...run.log, detections };
    },
  },
];
