import { OffsetOutOfRangeError } from '../log/errors.ts';
import type { FetchedBatch, LogClient, LogReader, TopicPartition } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import type { EngineShelf } from './engine-shelf.ts';
import { messageOf } from './errors.ts';
import { prepareChanges, restorePositions } from './state-restore.ts';
import { TaskStore } from './store/task-store.ts';
import { changelogTopic } from './task-commit.ts';
import type { Subtopology } from './topology-node.ts';

/** Pause of a copy after a batch that failed. */
const RETRY_MS = 1_000;

export interface StandbySnapshot {
  readonly task: string;
  readonly stores: readonly {
    readonly store: string;
    readonly position: bigint | undefined;
    /** Changelog records that the copy does not have yet. */
    readonly lag: bigint | undefined;
  }[];
}

interface Copy {
  readonly taskId: string;
  readonly store: TaskStore;
  readonly at: TopicPartition;
  end: bigint | undefined;
  /** Changelog offset at which the next batch must begin. */
  next: bigint | undefined;
}

/**
 * Copies of the state of others' lanes, kept current from their changelogs (num.standby.replicas, D14). A lane that
 * moves here finds its engines filled. Until then the copies can be read, flagged as stale.
 */
export class StandbyTasks {
  readonly #log: LogClient;
  readonly #clock: Clock;
  readonly #shelf: EngineShelf;
  readonly #applicationId: string;
  readonly #copies = new Map<string, Copy>();
  readonly #onError: (error: unknown) => void;
  #reader: Promise<LogReader> | undefined;
  #closed = false;

  constructor(
    { log, clock, applicationId }: { readonly log: LogClient; readonly clock: Clock; readonly applicationId: string },
    shelf: EngineShelf,
    onError: (error: unknown) => void,
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#applicationId = applicationId;
    this.#shelf = shelf;
    this.#onError = onError;
  }

  /** Starts copying the logged stores of a task. */
  async add(subtopology: Subtopology, partition: number): Promise<void> {
    const taskId = `${subtopology.id}_${partition}`;
    const logged = subtopology.stores.filter(({ logged: isLogged }) => isLogged);
    if (logged.length === 0 || this.has(taskId)) return;
    this.#reader ??= this.#start();
    const added = logged.map(builder => {
      const at = { topic: changelogTopic(this.#applicationId, builder.name), partition };
      const copy = {
        taskId,
        at,
        store: new TaskStore(builder, this.#shelf.take(taskId, builder)),
        ...{ end: undefined, next: undefined },
      };
      this.#copies.set(nameOf(at), copy);
      return copy;
    });
    const reader = await this.#reader;
    const environment = { log: this.#log, clock: this.#clock };
    const isOurs = ({ at, store }: { readonly at: TopicPartition; readonly store: TaskStore }) =>
      this.#copies.get(nameOf(at))?.store === store; // false: the copy was given up meanwhile
    const stores = added.map(({ store }) => store);
    for (const { at, position } of await restorePositions(environment, this.#applicationId, partition, stores, isOurs))
      this.#seek(reader, at, position);
  }

  /** Stops at once: the engines have another user now. False when the task was no standby here. */
  remove(taskId: string): boolean {
    const own = [...this.#copies.values()].filter(copy => copy.taskId === taskId);
    for (const { at } of own) this.#copies.delete(nameOf(at));
    void this.#reader?.then(reader => reader.remove(own.map(({ at }) => at).filter(at => !this.#copies.has(nameOf(at)))), () => {}); // biome-ignore format: one call
    return own.length > 0;
  }

  has(taskId: string): boolean {
    return [...this.#copies.values()].some(copy => copy.taskId === taskId);
  }

  store(taskId: string, name: string): TaskStore | undefined {
    return [...this.#copies.values()].find(copy => copy.taskId === taskId && copy.store.name === name)?.store;
  }

  snapshot(): readonly StandbySnapshot[] {
    const byTask = Map.groupBy(this.#copies.values(), ({ taskId }) => taskId);
    return [...byTask].map(([task, copies]) => ({
      task,
      stores: copies.map(({ store, end, next }) => {
        const position = store.restoreFrom;
        return { store: store.name, position, lag: lagOf(next, end) };
      }),
    }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#copies.clear();
    await (await this.#reader)?.close();
  }

  async #start(): Promise<LogReader> {
    const reader = await this.#log.reader({ maxBytesPerPartition: 1_048_576, maxWaitMs: 250, lazyRecords: true });
    void this.#follow(reader);
    return reader;
  }

  async #follow(reader: LogReader): Promise<void> {
    while (!this.#closed) {
      try {
        for (const batch of await reader.fetch()) await this.#take(reader, batch);
      } catch (error) {
        if (this.#closed) return;
        if (error instanceof OffsetOutOfRangeError) await this.#beginAnew(reader, error);
        else this.#onError(new Error(`a standby stopped: ${messageOf(error)}`, { cause: error }));
      }
    }
  }

  /**
   * Applies a batch. After a failure the batch is read again: the copy takes every batch, in order, or does not move.
   */
  async #take(reader: LogReader, batch: FetchedBatch): Promise<void> {
    const copy = this.#copies.get(nameOf(batch));
    if (copy === undefined || batch.fetchOffset !== copy.next) return; // given up, or read again from before it
    copy.end = batch.lastStableOffset;
    try {
      await prepareChanges(copy.store, batch, this.#clock);
      if (this.#copies.get(nameOf(copy.at)) !== copy) return;
      const checkpoint = { changelogOffset: batch.nextOffset, atMs: this.#clock.nowMs() };
      copy.store.restore(batch.entries ?? batch.records, checkpoint);
      copy.next = batch.nextOffset;
    } catch (error) {
      if (this.#closed || this.#copies.get(nameOf(copy.at)) !== copy) return;
      this.#onError(
        new Error(`${nameOf(copy.at)} at offset ${batch.fetchOffset}: ${messageOf(error)}`, { cause: error }),
      );
      this.#rest(reader, copy, batch.fetchOffset);
    }
  }

  /** Pauses one copy; the others go on. */
  #rest(reader: LogReader, copy: Copy, offset: bigint): void {
    reader.seek(copy.at, offset);
    reader.pause([copy.at]);
    this.#clock.setTimer(() => {
      if (!this.#closed && this.#copies.get(nameOf(copy.at)) === copy) reader.resume([copy.at]);
    }, RETRY_MS);
  }

  #seek(reader: LogReader, at: TopicPartition, offset: bigint): void {
    const copy = this.#copies.get(nameOf(at));
    if (copy === undefined) return;
    copy.next = offset;
    reader.seek(at, offset);
  }

  async #beginAnew(reader: LogReader, { topic, partition }: OffsetOutOfRangeError): Promise<void> {
    const copy = this.#copies.get(nameOf({ topic, partition }));
    const [start] = await this.#log.admin.listOffsets([{ topic, partition }], 'earliest');
    if (copy === undefined || start === undefined || this.#copies.get(nameOf(copy.at)) !== copy) return;
    copy.store.wipe();
    this.#seek(reader, copy.at, start.offset);
  }
}

function lagOf(position: bigint | undefined, end: bigint | undefined): bigint | undefined {
  if (end === undefined) return undefined;
  return position === undefined || position >= end ? 0n : end - position;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
