import type { Viewer } from './viewer.ts';

/** Why the gateway ends a stream. */
export type EndReason = 'signed-out' | 'rights-changed';

/** Finds viewers whose streams must end, with the reason. */
export type FindEnded = (viewers: readonly Viewer[]) => Promise<ReadonlyMap<Viewer, EndReason>>;

/** Time between two checks. A stream ends at most 5 s after a sign-out: this time, plus the session store's answer. */
const CHECK_MS = 2_000;

/** Close codes of sockets. The page reloads on both, and shows the sign-in page when nobody is signed in. */
export const CLOSE_CODES: Readonly<Record<EndReason, number>> = { 'signed-out': 4401, 'rights-changed': 4403 };

/**
 * The open streams and sockets of this gateway. Ends a stream when its session ended (at any gateway), when the
 * password was changed, or when role or grants differ from those at its opening.
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

  /** Registers a stream. Calls `end` once when the stream must end. Returns a function to call when it ended by itself. */
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

  /** Ends nothing while the session store is down, because nobody can sign out then. */
  async #check(): Promise<void> {
    if (this.#busy || this.#ends.size === 0) return;
    this.#busy = true;
    try {
      for (const [viewer, reason] of await this.#findEnded([...this.#ends.keys()])) this.#end(viewer, reason);
    } catch {
      // the next check tries again
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
