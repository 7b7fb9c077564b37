import { isOtherMedia, isVideoName } from './camera-name.ts';
import { type FileHash, FileHashes, type Reading } from './file-hashes.ts';
import type { SeenFile } from './folder-scan.ts';
import { type Probe, probeFile } from './probe-file.ts';

/** Decoder processes that open new files at the same time. */
const PROBES = 3;
/** A file that takes longer to open keeps no other away. It is given up after ten times as long. */
const PLACE_MS = 3_000;
/** A file that takes longer is said to be read. */
const SLOW_MS = 2_000;

/**
 * `trouble`: the file holds no recording, for the reason in `message`. `unanswered`: no decoder told yet. `stopped`: the
 * file changed or went.
 */
type Found =
  | ({ readonly kind: 'recording' } & FileHash)
  | { readonly kind: 'trouble' | 'unanswered'; readonly message: string; readonly shown: boolean }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'stopped' };

interface Look {
  readonly sinceMs: number;
  readonly reading: Reading;
  readonly stopping: AbortController;
}

/** Reads new files side by side: does a decoder open it, and what is its SHA-256? */
export class FileReader {
  readonly #signal: AbortSignal;
  readonly #hashes = new FileHashes();
  readonly #looks = new Map<string, Look>();
  readonly #waiting: (() => void)[] = [];
  #probes = 0;

  /** The signal ends all reading. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** `beginningBytes`: size of the recording that the file held before, when it is longer now. Never rejects. */
  async read(path: string, file: SeenFile, beginningBytes: number | undefined): Promise<Found> {
    const { fileName, sizeBytes } = file;
    const trouble = troubleOf(file);
    if (trouble !== undefined) return { kind: 'trouble', ...trouble };
    const look = { sinceMs: performance.now(), reading: { sizeBytes, readBytes: 0 }, stopping: new AbortController() };
    this.#looks.set(fileName, look);
    const signal = AbortSignal.any([this.#signal, look.stopping.signal]);
    try {
      const found = await this.#readFile(path, look.reading, beginningBytes, signal);
      return signal.aborted ? { kind: 'stopped' } : found;
    } catch (error) {
      return signal.aborted ? { kind: 'stopped' } : { kind: 'failed', error };
    } finally {
      if (this.#looks.get(fileName) === look) this.#looks.delete(fileName);
    }
  }

  /** The file changed or is gone: what is read of it no longer counts. */
  stop(fileName: string): void {
    this.#looks.get(fileName)?.stopping.abort();
    this.#looks.delete(fileName);
  }

  /** Names of the files that take long to read, with the percentage that was read. */
  slowOnes(): readonly (readonly [fileName: string, percent: number])[] {
    const nowMs = performance.now();
    return [...this.#looks]
      .filter(([, { sinceMs }]) => nowMs - sinceMs >= SLOW_MS)
      .map(([fileName, { reading }]) => [fileName, Math.floor((100 * reading.readBytes) / reading.sizeBytes)]);
  }

  async #readFile(
    path: string,
    reading: Reading,
    beginningBytes: number | undefined,
    signal: AbortSignal,
  ): Promise<Found> {
    const probe = await this.#probe(path, signal);
    if (probe.kind === 'refused') return { kind: 'trouble', message: `cannot be read: ${probe.reason}`, shown: true };
    if (probe.kind === 'unanswered')
      return { kind: 'unanswered', message: `does not open (${probe.reason}): it is tried again`, shown: true };
    return { kind: 'recording', ...(await this.#hashes.hash(path, reading, beginningBytes, signal)) };
  }

  async #probe(path: string, signal: AbortSignal): Promise<Probe> {
    await this.#probePlace();
    let has = true;
    const free = (): void => {
      if (!has) return;
      has = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#probes--;
      else next(); // has this one's place
    };
    const timer = setTimeout(free, PLACE_MS);
    try {
      signal.throwIfAborted();
      return await probeFile(path, signal);
    } finally {
      clearTimeout(timer);
      free();
    }
  }

  async #probePlace(): Promise<void> {
    if (this.#probes >= PROBES) return new Promise(resolve => this.#waiting.push(resolve));
    this.#probes++;
  }
}

/** Why a file is not even opened; undefined: it is. */
function troubleOf({
  fileName,
  sizeBytes,
  trouble,
}: SeenFile): { readonly message: string; readonly shown: boolean } | undefined {
  if (trouble !== undefined) return { message: trouble, shown: true };
  if (!isVideoName(fileName))
    return {
      message: 'is no video that is read: place .mp4, .mov, .avi, .mkv, .webm or .ts',
      shown: isOtherMedia(fileName),
    };
  return sizeBytes === 0 ? { message: 'is empty: copy it again', shown: true } : undefined;
}
