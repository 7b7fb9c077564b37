import type { Viewer } from '../context.ts';

/** Why a stream is ended before its client leaves. */
export type EndReason = 'signed-out' | 'rights-changed';

/** Tells of viewers, given at sign-in, who has to go. */
export type FindEnded = (viewers: readonly Viewer[]) => Promise<ReadonlyMap<Viewer, EndReason>>;

/** A sign-out shows at most this late, and the session store's answer comes on top: 5 s in all. */
const CHECK_MS = 2_000;

/** Close codes of sockets. The page asks for itself anew on both, and goes to sign-in when nobody is signed in. */
export const CLOSE_CODES: Readonly<Record<EndReason, number>> = { 'signed-out': 4401, 'rights-changed': 4403 };

/**
 * All streams and sockets that are open here. Each is ended when its session ends, in whatever gateway that happened,
 * when the password is another, and when role or grants are not those it was opened with.
 */
export class OpenStreams {
  readonly #findEnded: FindEnded;
  readonly #ends = new Map<Viewer, Set<(reason: EndReason) => void>>();
  readonly #checking: NodeJS.Timeout;
  #busy = false;

  constructor(findEnded: FindEnded, checkMs = CHECK_MS) {
    this.#findEnded = findEnded;
    this.#checking = setInterval(() => void this.#check(), checkMs);
  }

  /** Calls `end` once when the viewer has to go; returns how to say that the stream is over. */
  hold(viewer: Viewer, end: (reason: EndReason) => void): () => void {
    const ends = this.#ends.get(viewer) ?? new Set();
    this.#ends.set(viewer, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(viewer) === ends) this.#ends.delete(viewer);
    };
  }

  get size(): number {
    return this.#ends.values().reduce((sum, ends) => sum + ends.size, 0);
  }

  close(): void {
    clearInterval(this.#checking);
  }

  /** While the session store is away nobody can sign out, so nothing is ended. */
  async #check(): Promise<void> {
    if (this.#busy || this.#ends.size === 0) return;
    this.#busy = true;
    try {
      for (const [viewer, reason] of await this.#findEnded([...this.#ends.keys()])) this.#end(viewer, reason);
    } catch {
      // the next turn asks again
    } finally {
      this.#busy = false;
    }
  }

  #end(viewer: Viewer, reason: EndReason): void {
    const ends = this.#ends.get(viewer);
    this.#ends.delete(viewer);
    for (const end of ends ?? []) end(reason);
  }
}
