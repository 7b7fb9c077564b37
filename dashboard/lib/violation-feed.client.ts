import { ViolationEvents, type ViolationEventsResult, type ViolationRow } from '#generated/documents.ts';
import { backoffMs } from './backoff.ts';
import { newer } from './live-violations.ts';
import { isSignedOut, subscribe } from './subscribe.client.ts';

/** catching-up: connected, and events from before the connection may still come. */
export type FeedState = 'connecting' | 'catching-up' | 'live' | 'offline';
type Item = ViolationEventsResult['violationEvents'];
type Opened = (violation: ViolationRow) => void;

/** The gateway sends something every ten seconds; this long without, and the connection is taken as dead. */
const SILENCE_MS = 25_000;
const KEPT = 500;

/**
 * The one subscription of this tab: every violation as it opens, changes and closes. It goes on after a loss from the
 * last cursor, so nothing is missed; when the gateway cannot give all of it back it says so and `gap` asks the page
 * to load again.
 */
export class ViolationFeed {
  readonly #changes = new Set<() => void>();
  readonly #opened = new Set<Opened>();
  readonly #onGap: () => void;
  readonly #onSignedOut: () => void;
  #latest: ReadonlyMap<string, ViolationRow> = new Map();
  #state: FeedState = 'connecting';
  #cursor: string | undefined;
  #endTry: () => void = () => {};

  constructor(on: { readonly gap: () => void; readonly signedOut: () => void }) {
    this.#onGap = on.gap;
    this.#onSignedOut = on.signedOut;
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Violations heard of since the tab opened, each as it stands; a new map with every change. */
  get latest(): ReadonlyMap<string, ViolationRow> {
    return this.#latest;
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  onOpened(listener: Opened): () => void {
    this.#opened.add(listener);
    return () => this.#opened.delete(listener);
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    const stop = new AbortController();
    window.addEventListener('online', () => this.#endTry(), { signal: stop.signal });
    void this.#run(stop.signal);
    return () => {
      stop.abort();
      this.#endTry();
    };
  }

  async #run(stop: AbortSignal): Promise<void> {
    for (let attempt = 0; !stop.aborted; attempt++) {
      const heard = await this.#listen();
      if (stop.aborted) return;
      if (heard) attempt = 0;
      this.#become('offline');
      await this.#pause(backoffMs(attempt));
    }
  }

  /** One connection until it ends, however it ends; true when anything was heard. */
  async #listen(): Promise<boolean> {
    const subscription = subscribe(ViolationEvents, { after: this.#cursor ?? null });
    let silence = setTimeout(subscription.end, SILENCE_MS);
    let heard = false;
    this.#endTry = subscription.end;
    try {
      for await (const { data } of subscription.items) {
        clearTimeout(silence);
        silence = setTimeout(subscription.end, SILENCE_MS);
        if (!data) break;
        heard = true;
        this.#take(data.violationEvents);
      }
    } catch (error) {
      // However else a connection ended does not matter: the next one goes on from the cursor.
      if (await isSignedOut(error)) this.#onSignedOut();
    } finally {
      clearTimeout(silence);
      subscription.end();
    }
    return heard;
  }

  #take(item: Item): void {
    this.#cursor = item.cursor;
    if (item.__typename === 'ViolationEvent') this.#keep(item.action === 'OPENED', item.violation);
    if (item.__typename === 'Gap') this.#onGap();
    this.#become(item.__typename === 'Heartbeat' ? 'live' : this.#state === 'live' ? 'live' : 'catching-up');
  }

  #keep(opened: boolean, violation: ViolationRow): void {
    const fresh = !this.#latest.has(violation.violationId);
    const all = new Map(this.#latest);
    const known = all.get(violation.violationId);
    all.delete(violation.violationId);
    all.set(violation.violationId, newer(known, violation));
    const [eldest] = all.keys();
    if (all.size > KEPT && eldest !== undefined) all.delete(eldest);
    this.#latest = all;
    for (const listener of this.#changes) listener();
    if (opened && fresh) for (const listener of this.#opened) listener(violation);
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
