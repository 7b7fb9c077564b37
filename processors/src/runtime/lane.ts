import type {
  FetchedBatch,
  LogReader,
  OffsetCommit,
  TopicPartition,
  TransactionalProducer,
} from '../log/log-client.ts';
import type { PartitionAccount } from './accounting.ts';
import { messageOf, StreamsError } from './errors.ts';
import { type IntakeLimits, LaneIntake } from './lane-intake.ts';
import { LaneMetrics, type LaneMetricsSnapshot } from './lane-metrics.ts';
import { type LaneEnvironment, type OpeningStep, openLane, PositionLost } from './lane-opening.ts';
import type { TaskStore } from './store/task-store.ts';
import type { StreamTask, TaskOptions } from './stream-task.ts';
import { checkpointsOf, sendCommit } from './task-commit.ts';

export interface LaneSettings extends IntakeLimits {
  /** Longest time between two commits while records come (commit.interval.ms). */
  readonly commitIntervalMs: number;
  /** Output bytes that make a commit come early. */
  readonly maxPendingBytes: number;
}

export interface LaneHost extends LaneEnvironment {
  readonly reader: LogReader;
  /** Spreads retries; in [0, 1). */
  random(): number;
  /** A lane's transaction is committed up to these offsets. */
  onCommitted(offsets: readonly OffsetCommit[]): void;
  /** Something failed and will be tried again. */
  onError(lane: string, error: unknown): void;
  /** Trying again cannot help: the application must stop. */
  onFatal(lane: string, error: unknown): void;
}

export type LaneState = 'waiting' | OpeningStep | 'running' | 'failed' | 'closed';

export interface LaneSnapshot {
  readonly lane: string;
  readonly state: LaneState;
  /** Why the lane is not running, or what it waits for. */
  readonly reason: string | undefined;
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly position: bigint | undefined; readonly lag: bigint | undefined; readonly account: PartitionAccount | undefined }[]; // biome-ignore format: one shape
  readonly metrics: LaneMetricsSnapshot;
}

/** Longest processing without a pause, ms. Requests of a commit, of any lane, are served between two such slices. */
const SLICE_MS = 2;
const IDLE_MS = 1000;
const WALL_CLOCK_TICK_MS = 20;

class LaneClosed extends Error {}

/**
 * One task and its transactional producer, from assignment to loss:
 *
 *   waiting -> fencing -> restoring -> folding -> running
 *      ^                                             |
 *      +---- any error: drop producer and state, ----+
 *            wait for the next heartbeat
 *
 * `running` processes records while a commit runs beside it. After a failed commit its outcome is unknown: the fence
 * settles it, and the committed offset then shows it. Any state may become `closed`, and `failed` when trying again
 * cannot help.
 */
export class Lane {
  readonly name: string;
  readonly #host: LaneHost;
  readonly #settings: LaneSettings;
  readonly #taskOptions: TaskOptions;
  readonly #metrics = new LaneMetrics();
  #state: LaneState = 'waiting';
  #reason: string | undefined;
  #closing: 'no' | 'commit' | 'now' = 'no';
  #task: StreamTask | undefined;
  #intake: LaneIntake | undefined;
  #failure: unknown;
  /** The group's committed offsets, as the last opening found them. */
  #lost: PositionLost | undefined;
  #isCommitting = false;
  #resources: { close(): unknown }[] = [];
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;

  constructor(host: LaneHost, settings: LaneSettings, taskOptions: TaskOptions) {
    this.#host = host;
    this.#settings = settings;
    this.#taskOptions = taskOptions;
    this.name = `${taskOptions.subtopology.id}_${taskOptions.partition}`;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes fetched batches; ignores those of other lanes' partitions. */
  deliver(batch: FetchedBatch): void {
    this.#intake?.take(batch);
  }

  /** Whether this lane reads that partition now. */
  reads(at: TopicPartition): boolean {
    return this.#intake?.reads(at) ?? false;
  }

  /** The task's state, for readers outside; undefined while the lane is not running. */
  committedStore(name: string): TaskStore | undefined {
    return this.#state === 'running' ? this.#task?.stores.get(name) : undefined;
  }

  /** The reader cannot go on with a partition of this lane. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#wake();
  }

  /** `commit`: commits the processed records first. `now`: another process owns the lane. */
  async close(how: 'commit' | 'now'): Promise<void> {
    this.#closing = how;
    if (how === 'now') this.#intake?.close(); // at once: the next owner may be a lane of this process
    this.#wake();
    await this.#running;
  }

  snapshot(): LaneSnapshot {
    const accounts = this.#task?.accounting.snapshot();
    const partitions = (this.#task?.group.queues ?? []).map(({ source, partition, position, endOffset }) => {
      const lag = position === undefined || endOffset === undefined ? undefined : max(endOffset - position, 0n);
      const { name: topic } = source.topic;
      return { topic, partition, position, lag, account: accounts?.get(topic) };
    });
    const reason = this.#intake?.waitingFor ?? this.#reason;
    return { lane: this.name, state: this.#state, reason, partitions, metrics: this.#metrics.snapshot(this.#task) };
  }

  async #run(): Promise<void> {
    for (let attempt = 0; this.#closing === 'no'; attempt++) {
      try {
        if (attempt > 0) await this.#settle();
        const producer = await this.#open();
        await this.#work(producer);
      } catch (error) {
        this.#onError(error);
      }
      await this.#drop();
      if (this.#state === 'failed') return;
    }
    this.#state = 'closed';
  }

  /** Waits for an answered heartbeat: only a member of the group may fence. */
  async #settle(): Promise<void> {
    this.#state = 'waiting';
    const member = await this.#host.member;
    await Promise.race([member.nextHeartbeat(), this.#sleep(Number.POSITIVE_INFINITY)]);
    await this.#sleep(20 + this.#host.random() * 80);
    this.#checkClosed();
  }

  async #open(): Promise<TransactionalProducer> {
    const startMs = this.#host.clock.monotonicMs();
    const { partition, subtopology, applicationId } = this.#taskOptions;
    const opened = await openLane(this.#host, this.#taskOptions, `${applicationId}-${subtopology.id}-${partition}`, {
      check: () => this.#check(),
      step: step => {
        this.#check();
        this.#state = step;
      },
      keep: resource => this.#resources.push(resource),
    });
    this.#checkClosed();
    const { reader, clock } = this.#host;
    this.#metrics.opened(opened.restoredRecords, clock.monotonicMs() - startMs);
    this.#task = opened.task;
    const { directory } = this.#taskOptions;
    this.#intake = new LaneIntake(opened.task, reader, directory, this.#settings, clock, () => this.#wake());
    this.#intake.open();
    this.#state = 'running';
    this.#reason = undefined;
    return opened.producer;
  }

  /** Processes while the last transaction is still running; starts the next one when it is due. */
  async #work(producer: TransactionalProducer): Promise<void> {
    const task = this.#task;
    if (!task) return;
    for (let committedAtMs = 0; ; ) {
      this.#check();
      const progress = this.#closing === 'no' ? this.#slice(task) : 'idle';
      this.#intake?.relieve();
      const dueInMs = committedAtMs + this.#settings.commitIntervalMs - this.#host.clock.monotonicMs();
      if (!this.#isCommitting && task.isDirty && (dueInMs <= 0 || this.#isCommitUrgent(task))) {
        committedAtMs = this.#host.clock.monotonicMs();
        void this.#commit(task, producer);
      }
      if (this.#closing === 'commit' && !this.#isCommitting && !task.isDirty) return;
      if (progress === 'more') await new Promise<void>(resolve => this.#host.clock.soon(resolve));
      else await this.#sleep(this.#isCommitting ? IDLE_MS : this.#idleMs(task, dueInMs));
    }
  }

  #isCommitUrgent(task: StreamTask): boolean {
    return this.#closing === 'commit' || task.commitRequested || task.pendingBytes > this.#settings.maxPendingBytes;
  }

  #idleMs(task: StreamTask, commitDueInMs: number): number {
    if (task.hasWallClockPunctuations) return WALL_CLOCK_TICK_MS;
    const { idleUntilMs } = task.group;
    if (idleUntilMs !== undefined) return Math.max(1, Math.min(idleUntilMs - this.#host.clock.monotonicMs(), commitDueInMs)); // biome-ignore format: one line
    return task.isDirty ? Math.max(1, commitDueInMs) : IDLE_MS;
  }

  /** `more`: records may be left. `full`: the output that waits for a commit is at its limit. */
  #slice(task: StreamTask): 'more' | 'idle' | 'full' {
    if (task.hasWallClockPunctuations)
      task.punctuateWallClock(this.#host.clock.nowMs(), this.#host.clock.monotonicMs());
    const startMs = this.#host.clock.monotonicMs();
    let count = 0;
    let progress: 'more' | 'idle' | 'full' = 'full';
    for (; task.pendingBytes <= this.#settings.maxPendingBytes; count++) {
      if (!task.process(startMs)) progress = 'idle';
      else if (count % 32 === 31 && this.#host.clock.monotonicMs() >= startMs + SLICE_MS) progress = 'more';
      else continue;
      break;
    }
    this.#metrics.processed(progress === 'more' ? count + 1 : count, this.#host.clock.monotonicMs() - startMs);
    return progress;
  }

  async #commit(task: StreamTask, producer: TransactionalProducer): Promise<void> {
    const { clock, groupId } = this.#host;
    const startMs = clock.monotonicMs();
    this.#isCommitting = true;
    try {
      const commit = task.takeCommit();
      const ends = await sendCommit(commit, producer, groupId);
      const checkpoints = checkpointsOf(task.stores.keys(), ends, this.#taskOptions.applicationId, clock.nowMs());
      if (this.#task === task) task.applied(checkpoints);
      this.#host.onCommitted(commit.offsets);
      this.#metrics.committed(clock.monotonicMs() - startMs);
    } catch (error) {
      if (this.#task === task) this.#failure = error;
    } finally {
      if (this.#task === task) this.#isCommitting = false;
      this.#wake();
    }
  }

  #onError(error: unknown): void {
    if (error instanceof LaneClosed || this.#closing === 'now') return;
    this.#reason = messageOf(error);
    this.#failure = undefined;
    const isLost = error instanceof PositionLost && error.message === this.#lost?.message;
    this.#lost = error instanceof PositionLost ? error : undefined;
    if ((error instanceof StreamsError && !error.retriable) || isLost) {
      this.#state = 'failed';
      if (isLost) this.#host.onError(this.name, error);
      else this.#host.onFatal(this.name, error);
      return;
    }
    this.#metrics.failed();
    this.#host.onError(this.name, error);
  }

  async #drop(): Promise<void> {
    this.#intake?.close();
    this.#intake = undefined;
    this.#task = undefined;
    this.#isCommitting = false;
    const resources = this.#resources;
    this.#resources = [];
    await Promise.allSettled(resources.map(async resource => resource.close()));
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#checkClosed();
  }

  #checkClosed(): void {
    if (this.#closing === 'now') throw new LaneClosed();
    if (this.#closing === 'commit' && this.#state !== 'running') throw new LaneClosed();
  }

  /** Waits until woken, or for `ms`. */
  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = Number.isFinite(ms) ? this.#host.clock.setTimer(resolve, ms) : undefined;
      this.#wake = () => {
        timer?.cancel();
        resolve();
      };
      if (this.#closing !== 'no' && this.#state !== 'running') this.#wake();
    });
  }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
