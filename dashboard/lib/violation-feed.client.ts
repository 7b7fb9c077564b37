import { ViolationEvents, type ViolationEventsResult, type ViolationRow } from '#generated/documents.ts';
import { backoffMs } from './backoff.ts';
import { isUpTo, type Place } from './event-place.ts';
import { type HeardViolations, heard } from './live-violations.ts';
import { isSignedOut, subscribe } from './subscribe.client.ts';

/** catching-up: connected, and events from before the connection may still come. */
export type FeedState = 'connecting' | 'catching-up' | 'live' | 'offline';
type Item = ViolationEventsResult['violationEvents'];
type Opened = (violation: ViolationRow) => void;

/** After this time without a message, the connection counts as dead. The gateway sends one every three seconds. */
const SILENCE_MS = 8_000;
const KEPT = 500;

/**
 * The one subscription of this tab to openings, changes and closings of violations. It begins where the page's data ends
 * and resumes from the last cursor after a loss, so no event is missed. When the gateway cannot deliver all events, it
 * sends a gap, and the page loads again.
 */
export class ViolationFeed {
  readonly #changes = new Set<() => void>();
  readonly #opened = new Set<Opened>();
  /** Ids that were told to `onOpened` listeners: going back to an earlier cursor tells none again. */
  readonly #told = new Set<string>();
  readonly #onGap: () => void;
  readonly #onSignedOut: () => void;
  #heard: HeardViolations = new Map();
  #state: FeedState = 'connecting';
  /** Where `#heard` begins: it has every event from here to `#cursor`. */
  #origin: string | undefined;
  #cursor: string | undefined;
  /** True when the eldest were dropped: `#heard` has no longer all from `#origin` on. */
  #dropped = false;
  #endTry: () => void = () => {};
  #restarting = false;

  constructor(on: { readonly gap: () => void; readonly signedOut: () => void }) {
    this.#onGap = on.gap;
    this.#onSignedOut = on.signedOut;
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Violations heard of, each as it stands; a new map with every change. */
  get heard(): HeardViolations {
    return this.#heard;
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  onOpened(listener: Opened): () => void {
    this.#opened.add(listener);
    return () => this.#opened.delete(listener);
  }

  /** Makes sure that every event after the cursor is heard, those from before this call too. */
  coverFrom(cursor: string): void {
    const covered = this.#origin !== undefined && isUpTo(this.#origin, cursor) && !this.#dropped;
    if (covered) return;
    this.#origin = cursor;
    this.#cursor = cursor;
    this.#dropped = false;
    this.#heard = new Map();
    this.#restarting = true;
    this.#endTry();
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('online', () => this.#endTry(), { signal });
    window.addEventListener('offline', () => this.#endTry(), { signal });
    void this.#run(signal);
    return () => {
      stop.abort();
      this.#endTry();
    };
  }

  async #run(stop: AbortSignal): Promise<void> {
    for (let attempt = 0; !stop.aborted; attempt++) {
      this.#restarting = false;
      const anything = await this.#listen();
      if (stop.aborted) return;
      if (anything) attempt = 0;
      if (this.#restarting) continue;
      this.#become('offline');
      await this.#pause(backoffMs(attempt));
    }
  }

  /** One connection until it ends, however it ends; true when anything was heard. */
  async #listen(): Promise<boolean> {
    const subscription = subscribe(ViolationEvents, { after: this.#cursor ?? null });
    const from = this.#origin;
    let silence = setTimeout(subscription.end, SILENCE_MS);
    let anything = false;
    this.#endTry = subscription.end;
    try {
      for await (const { data } of subscription.items) {
        clearTimeout(silence);
        silence = setTimeout(subscription.end, SILENCE_MS);
        if (!data || this.#origin !== from) break;
        anything = true;
        this.#take(data.violationEvents);
      }
    } catch (error) {
      // However else a connection ended does not matter: the next one goes on from the cursor.
      if (await isSignedOut(error)) this.#onSignedOut();
    } finally {
      clearTimeout(silence);
      subscription.end();
    }
    return anything;
  }

  #take(item: Item): void {
    this.#cursor = item.cursor;
    if (item.__typename === 'ViolationEvent') this.#keep(item.violation, item, item.action === 'OPENED');
    if (item.__typename === 'Gap') this.#onGap();
    this.#become(item.__typename === 'Heartbeat' ? 'live' : this.#state === 'live' ? 'live' : 'catching-up');
  }

  #keep(violation: ViolationRow, { partition, offset }: Place, opens: boolean): void {
    const { violationId } = violation;
    const all = new Map(this.#heard);
    const known = all.get(violationId);
    all.delete(violationId);
    all.set(violationId, heard(known, violation, { partition, offset }));
    const [eldest] = all;
    if (all.size > KEPT && eldest !== undefined) {
      all.delete(eldest[0]);
      if (!this.#dropped) this.#onGap();
      this.#dropped = true;
    }
    this.#heard = all;
    for (const listener of this.#changes) listener();
    if (!opens || this.#told.has(violationId)) return;
    this.#told.add(violationId);
    for (const listener of this.#opened) listener(violation);
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#endTry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #become(state: FeedState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#changes) listener();
  }
}
