import { type Confinement, confinement } from '../confinement/confinement.ts';
import {
  type DecodeCost,
  type Gap,
  type MeasuredStream,
  type PlayRequest,
  type SampledFrame,
  STUCK_AFTER_MS,
  type VideoFragment,
} from './decoder/protocol.ts';
import { DecoderProcess } from './decoder-process.ts';
import { RecentCrashes } from './recent-crashes.ts';

/** A camera's callbacks for its decoder. */
export interface PlayListener {
  onOpened(): void;
  onFrame(frame: SampledFrame, jpeg: Buffer | undefined): void;
  /** A coded picture of the watched video. */
  onVideo?(fragment: VideoFragment, bytes: Buffer): void;
  /** The video is watched, and there is none. */
  onNoVideo?(reason: string): void;
  onFinished(frames: number, mediaTimeMs: number): void;
  onFailed(message: string, opened: boolean): void;
  /** The decoder process ended while it played this camera. */
  onCrashed(reason: string): void;
  /** The recording's times jump after the frame at `mediaTimeMs`. */
  onGap(gap: Gap, mediaTimeMs: number): void;
  /** What the live camera sends, every few seconds. */
  onStream(stream: MeasuredStream): void;
  /** What is wrong with the live stream while it plays, for a person; null: nothing any more. */
  onTrouble(trouble: string | null): void;
  /** It was stopped, since a step of it held up others. Played again, it gets a decoder process of its own. */
  onTooSlow(stepMs: number): void;
  /** Its decoder process was ended because of another source. Played again, it gets another process. */
  onHeldUp(): void;
}

/** A source that plays. */
export interface Playing {
  /** False: its decoder process gives no sign of life. */
  readonly answers: boolean;
  /** Begins or ends to give the video, all pictures as they were coded. */
  watchVideo(watched: boolean): void;
  /** A stopped source calls its listener no more. */
  stop(): void;
}

interface Group {
  readonly decoder: DecoderProcess;
  readonly alone: boolean;
  /** Recordings and cameras never share a process: anyone may place a recording, and it can be made to be slow. */
  readonly files: boolean;
  readonly plays: Map<number, PlayListener>;
}

/** A camera whose group's decoder crashed this often lately gets its own decoder. */
const ALONE_AFTER_CRASHES = 2;

/** Spreads cameras over decoder processes, so that a crash in native code affects only one group. */
export class DecoderPool {
  readonly #camerasPerGroup: number;
  readonly #confinement: Confinement;
  readonly #groups = new Set<Group>();
  readonly #crashes = new RecentCrashes(() => performance.now());
  readonly #slow = new RecentCrashes(() => performance.now());
  readonly #cost = { pictures: 0, sourceFrames: 0, damaged: 0, decodeMs: 0, scaleMs: 0, gateMs: 0, jpegMs: 0 };
  #paused = false;
  #nextPlayId = 1;
  /** Decoder processes that ended by themselves. */
  crashes = 0;

  /** `folders` hold the recordings. */
  constructor(camerasPerGroup: number, folders: readonly string[]) {
    this.#camerasPerGroup = camerasPerGroup;
    this.#confinement = confinement(folders);
  }

  /** Starts a source in one of the decoders. */
  play(request: Omit<PlayRequest, 'playId'>, listener: PlayListener): Playing {
    const playId = this.#nextPlayId++;
    const group = this.#groupFor(request);
    const crashed = (reason: string): void => {
      this.#crashes.note(request.cameraId);
      listener.onCrashed(reason);
    };
    const tooSlow = (stepMs: number): void => {
      if (group.alone) return;
      this.#slow.note(request.cameraId);
      listener.onTooSlow(stepMs);
    };
    group.plays.set(playId, { ...bound(listener), onCrashed: crashed, onTooSlow: tooSlow });
    group.decoder.send({ kind: 'play', play: { ...request, playId } });
    return {
      get answers() {
        return group.decoder.answers;
      },
      watchVideo: watched => group.decoder.send({ kind: 'video', playId, watched }),
      stop: () => {
        group.plays.delete(playId);
        group.decoder.send({ kind: 'stop', playId });
        if (group.plays.size === 0) this.#dissolve(group);
      },
    };
  }

  #groupFor({ cameraId, source }: Omit<PlayRequest, 'playId'>): Group {
    const apart = this.#slow.of(cameraId) > 0 || this.#crashes.of(cameraId) >= ALONE_AFTER_CRASHES;
    const alone = apart || this.#camerasPerGroup === 1;
    const files = source === 'file';
    const free = [...this.#groups].find(
      group => !group.alone && group.files === files && group.plays.size < this.#camerasPerGroup,
    );
    if (free !== undefined && !alone) return free;
    const plays = new Map<number, PlayListener>();
    const decoder = new DecoderProcess(alone ? 1 : this.#camerasPerGroup, this.#confinement, {
      onMessage: (message, jpeg) => {
        if (!('playId' in message)) return;
        const listener = plays.get(message.playId);
        if (listener === undefined) return; // the source was stopped already
        if (message.kind === 'opened') listener.onOpened();
        else if (message.kind === 'finished') listener.onFinished(message.frames, message.mediaTimeMs);
        else if (message.kind === 'stuck')
          alone ? decoder.kill() : this.#setApart(group, message.playId, message.stepMs);
        else if (message.kind === 'slow') listener.onTooSlow(message.stepMs);
        else if (message.kind === 'gap') listener.onGap(message, message.mediaTimeMs);
        else if (message.kind === 'stream') listener.onStream(message.stream);
        else if (message.kind === 'trouble') listener.onTrouble(message.trouble);
        else if (message.kind === 'video') {
          if (jpeg !== undefined) listener.onVideo?.(message, jpeg);
        } else if (message.kind === 'no-video') listener.onNoVideo?.(message.reason);
        else if (message.kind === 'failed') listener.onFailed(message.message, message.opened);
        else {
          this.#count(message.cost, message.kind === 'picture');
          listener.onFrame(message, jpeg);
        }
      },
      onStuck: playId => {
        if (!group.alone) this.#setApart(group, playId, STUCK_AFTER_MS); // alone, it may take its time
      },
      onExit: reason => {
        if (!this.#groups.delete(group)) return;
        this.crashes++;
        for (const listener of plays.values()) listener.onCrashed(reason);
      },
    });
    const group: Group = { decoder, alone, files, plays };
    if (this.#paused) decoder.pause();
    this.#groups.add(group);
    return group;
  }

  /** Ends the process of a source that holds it up. The source goes on alone; nothing is held against the others. */
  #setApart(group: Group, stuckPlayId: number, stepMs: number): void {
    this.#dissolve(group);
    const [...plays] = group.plays;
    group.plays.clear();
    for (const [playId, listener] of plays)
      if (playId === stuckPlayId) listener.onTooSlow(stepMs);
      else listener.onHeldUp();
  }

  #dissolve(group: Group): void {
    this.#groups.delete(group);
    group.decoder.kill();
  }

  #count(cost: DecodeCost, picture: boolean): void {
    this.#cost.pictures += picture ? 1 : 0;
    this.#cost.sourceFrames += cost.sourceFrames;
    this.#cost.damaged += cost.damaged;
    this.#cost.decodeMs += cost.decodeMs;
    this.#cost.scaleMs += cost.scaleMs;
    this.#cost.gateMs += cost.gateMs;
    this.#cost.jpegMs += cost.jpegMs;
  }

  /** While paused, decoders leave out live pictures, and files wait. */
  set paused(paused: boolean) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    for (const { decoder } of this.#groups) paused ? decoder.pause() : decoder.resume();
  }

  /** Number of processes, and mean times in ms: decoding per source frame, the other work per picture. */
  figures(): Record<string, number> {
    const { pictures, sourceFrames, damaged, decodeMs, scaleMs, gateMs, jpegMs } = this.#cost;
    const mean = (sum: number, count: number): number => Math.round((sum / Math.max(1, count)) * 1_000) / 1_000;
    return {
      decoders: this.#groups.size,
      decoderCrashes: this.crashes,
      sourceFrames,
      pictures,
      damagedFrames: damaged,
      decodeMsPerSourceFrame: mean(decodeMs, sourceFrames),
      decodeMsPerPicture: mean(decodeMs, pictures),
      scaleMsPerPicture: mean(scaleMs, pictures),
      gateMsPerPicture: mean(gateMs, pictures),
      jpegMsPerPicture: mean(jpegMs, pictures),
    };
  }

  /** The decoders' rights, for people. */
  get rights(): string {
    return this.#confinement.rights;
  }

  close(): void {
    for (const group of [...this.#groups]) this.#dissolve(group);
  }
}

const bound = (listener: PlayListener): PlayListener => ({
  onOpened: () => listener.onOpened(),
  onFrame: (frame, jpeg) => listener.onFrame(frame, jpeg),
  onVideo: (fragment, bytes) => listener.onVideo?.(fragment, bytes),
  onNoVideo: reason => listener.onNoVideo?.(reason),
  onFinished: (frames, mediaTimeMs) => listener.onFinished(frames, mediaTimeMs),
  onFailed: (message, opened) => listener.onFailed(message, opened),
  onCrashed: reason => listener.onCrashed(reason),
  onGap: (gap, mediaTimeMs) => listener.onGap(gap, mediaTimeMs),
  onStream: stream => listener.onStream(stream),
  onTrouble: trouble => listener.onTrouble(trouble),
  onTooSlow: stepMs => listener.onTooSlow(stepMs),
  onHeldUp: () => listener.onHeldUp(),
});
