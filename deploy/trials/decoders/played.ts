import type { DecoderPool, PlayListener } from '@sightline/processors/ingest/testing';

/** Ends of a decoder because of one input after which it is given up. */
const CRASHES_AT_MOST = 3;

/** What became of an input. `stopped`: a live one was still open at the end of its time. */
export interface Outcome {
  readonly end: 'finished' | 'failed' | 'stopped' | 'crashes' | 'endless';
  readonly message: string;
  readonly pictures: number;
  /** Decoder processes that ended meanwhile, perhaps because of another input. */
  readonly crashes: number;
}

export interface Input {
  readonly cameraId: string;
  readonly source: 'file' | 'live';
  readonly url: string;
}

const nothing = (): void => {};
const quiet: PlayListener = {
  ...{ onOpened: nothing, onFrame: nothing, onFinished: nothing, onFailed: nothing, onCrashed: nothing },
  ...{ onGap: nothing, onStream: nothing, onTrouble: nothing, onTooSlow: nothing, onHeldUp: nothing },
};

/** Plays an input as ingest does, again where its decoder ended. A recording must end within `limitMs`. */
export function playInput(pool: DecoderPool, input: Input, limitMs: number): Promise<Outcome> {
  return new Promise(resolve => {
    let [pictures, crashes] = [0, 0];
    let playing = start();
    const limit = setTimeout(() => settle(input.source === 'file' ? 'endless' : 'stopped', ''), limitMs);
    function settle(end: Outcome['end'], message: string): void {
      clearTimeout(limit);
      playing.stop();
      resolve({ end, message, pictures, crashes });
    }
    function again(): void {
      playing.stop();
      playing = start();
    }
    function start() {
      const place = { maxFps: 10, speed: 0, afterFrame: -1, afterMediaTimeMs: 0, motionGate: true, silentMs: 2_000 };
      return pool.play(
        { ...input, ...place },
        {
          ...quiet,
          onFrame: (_, jpeg) => {
            if (jpeg !== undefined) pictures++;
          },
          onFinished: () => settle('finished', ''),
          onFailed: message => settle('failed', message),
          onCrashed: reason => (++crashes < CRASHES_AT_MOST ? again() : settle('crashes', reason)),
          onTooSlow: again,
          onHeldUp: again,
        },
      );
    }
  });
}

/** A camera that is well, played all the time; another decoder when its own ends. */
export class WellCamera {
  readonly #pool: DecoderPool;
  readonly #input: Input;
  #playing: { stop(): void };
  #lastMs = performance.now();
  pictures = 0;
  longestPauseMs = 0;

  constructor(pool: DecoderPool, input: Input) {
    this.#pool = pool;
    this.#input = input;
    this.#playing = this.#start();
  }

  /** Forgets what it counted. */
  clear(): void {
    this.#lastMs = performance.now();
    this.pictures = 0;
    this.longestPauseMs = 0;
  }

  stop(): void {
    this.#playing.stop();
  }

  #start() {
    const again = (): void => {
      this.#playing.stop();
      this.#playing = this.#start();
    };
    const place = { maxFps: 5, speed: 1, afterFrame: -1, afterMediaTimeMs: 0, motionGate: false };
    return this.#pool.play(
      { ...this.#input, ...place },
      {
        ...quiet,
        onFrame: () => {
          this.pictures++;
          this.longestPauseMs = Math.max(this.longestPauseMs, performance.now() - this.#lastMs);
          this.#lastMs = performance.now();
        },
        onFailed: again,
        onCrashed: again,
        onTooSlow: again,
        onHeldUp: again,
      },
    );
  }
}
