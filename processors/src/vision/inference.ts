import { setTimeout as sleep } from 'node:timers/promises';
import { BoundError, type Detection, type ModelReference, topics, UndecodableError } from '@sightline/schemas';
import type { FollowReset, LogRecord, OutgoingRecord } from '../log/index.ts';
import {
  type Cell,
  type GroupBatch,
  GroupReader,
  type HealthReport,
  type Logger,
  RateMeter,
} from '../process/index.ts';
import { CameraTiles } from './camera-tiles.ts';
import { chooseBatch } from './choose-batch.ts';
import { detectionOf, withoutResults } from './detection.ts';
import { DetectionsOutbox, type Finished } from './detections-outbox.ts';
import { DueModels, type PlannedModel } from './due-models.ts';
import { InferenceFigures } from './inference-figures.ts';
import type { InferenceMetrics } from './inference-metrics.ts';
import type { InferencePool } from './inference-pool.ts';
import type { CardPaths, PictureOut } from './inference-protocol.ts';
import type { LivePictures } from './live-pictures.ts';
import type { ModelRunning } from './model-reports.ts';
import { isUndecodable, PartitionQueue, type Passage } from './partition-queue.ts';
import { shadowDetection } from './shadow.ts';

/**
 * Reading of a partition pauses when this much of it is read and not judged, and resumes at half. Reading of all
 * partitions pauses while Kafka has more than BUFFER_RECORDS to acknowledge.
 */
const BUFFER_BYTES = 16 * 1024 * 1024;
const BUFFER_RECORDS = 4_000;
const FETCH_BYTES = 1024 * 1024;
const COMMIT_EVERY_MS = 200;
const STOP_WITHIN_MS = 1_000;

const NO_SHADOWS: ReadonlyMap<string, string> = new Map();

export interface InferenceOptions {
  readonly cell: Cell;
  readonly logger: Logger;
  /** The models of a camera's plan at this time. */
  readonly modelsAt: (cameraId: string, cameraTimeMs: number) => readonly PlannedModel[];
  /** Key of the shadow version that looks beside each of these keys, of those that have one. */
  readonly shadowsOf: (keys: readonly string[]) => ReadonlyMap<string, string>;
  readonly storeOf: (cameraId: string) => string | undefined;
  /** For health: what is wrong with uploaded models that cameras use and that cannot be opened; undefined: nothing. */
  readonly missing: () => string | undefined;
  /** For health: the models of these keys. */
  readonly references: (keys: readonly string[]) => readonly ModelReference[];
  readonly instanceId?: string | undefined;
  readonly batchMax: number;
  readonly batchWaitMs: number;
  readonly live: LivePictures;
  readonly metrics: InferenceMetrics;
  /** Makes the pool, which calls `onFree` when a thread is free. */
  readonly pool: (onFree: () => void) => InferencePool;
  fail(error: unknown): void;
}

/**
 * Group `inference`: writes one `detections` record for every record of `frames`, in offset order, with its outcome.
 */
export class Inference {
  readonly #options: InferenceOptions;
  readonly #queues = new Map<number, PartitionQueue>();
  readonly #paused = new Set<number>();
  readonly #due = new DueModels();
  readonly #tiles = new CameraTiles();
  readonly #figures = new InferenceFigures();
  readonly #rate = new RateMeter();
  readonly #outbox: DetectionsOutbox;
  readonly #pool: InferencePool;
  readonly #lag = new Map<number, bigint>();
  #reader: GroupReader | undefined;
  #batchTimer: NodeJS.Timeout | undefined;
  #passedOver = 0n;
  #stopped = false;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#outbox = new DetectionsOutbox(options.cell, options.logger);
    this.#pool = options.pool(() => this.#dispatch());
  }

  async start(): Promise<void> {
    const { cell, instanceId, fail } = this.#options;
    this.#reader = await GroupReader.open({
      cell,
      group: 'inference',
      topics: [topics.frames],
      maxBytesPerPartition: FETCH_BYTES,
      instanceId,
      onLost: places => this.#lost(places.map(({ partition }) => partition)),
      onReset: (_, reset) => this.#passOver(reset),
      onFatal: fail,
    });
    const failed = (error: unknown): void => {
      if (!this.#stopped) fail(error);
    };
    void this.#readForever().catch(failed);
    void this.#commitForever().catch(failed);
  }

  #lost(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#queues.delete(partition);
      this.#paused.delete(partition);
      this.#lag.delete(partition);
    }
    this.#tiles.forget();
    this.#outbox.forget(partitions);
  }

  #passOver({ partition, from, to, reason }: FollowReset): void {
    if (reason === 'expired') this.#passedOver += to - from;
    const said =
      reason === 'expired'
        ? 'retention deleted frames before inference read them'
        : 'the topic of frames was created again';
    this.#options.logger.warn({ partition, from: String(from), to: String(to) }, said);
  }

  async #readForever(): Promise<void> {
    while (!this.#stopped && this.#reader !== undefined) {
      for (const batch of await this.#reader.fetch()) await this.#take(batch);
      this.#settle();
      this.#dispatch();
    }
  }

  async #take({ partition, records, highWatermark, nextOffset }: GroupBatch): Promise<void> {
    const queue = this.#queues.get(partition) ?? new PartitionQueue(partition);
    this.#queues.set(partition, queue);
    for (const record of records) await this.#push(queue, partition, record);
    this.#lag.set(partition, highWatermark - nextOffset);
    const full = queue.pictureBytes > BUFFER_BYTES || queue.length > BUFFER_RECORDS;
    if (full || this.#outbox.length > BUFFER_RECORDS) {
      this.#paused.add(partition);
      this.#reader?.pause({ topic: topics.frames, partition });
    }
  }

  async #push(queue: PartitionQueue, partition: number, record: LogRecord): Promise<void> {
    try {
      const frame = await this.#options.cell.decode(topics.frames, record, { partition });
      const { cameraId, capturedAtMs } = frame;
      const plan = this.#options.modelsAt(cameraId, capturedAtMs);
      // A picture that no model needs waits for no thread, and overtakes none that waits.
      queue.push(record, frame, this.#due.dueAt(cameraId, capturedAtMs, plan).length > 0 ? plan : []);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      queue.pushUndecodable(record, error);
    }
  }

  #choose(): readonly Passage[] {
    return chooseBatch(this.#queues.values(), this.#options.batchMax, cameraId => this.#tiles.isLooking(cameraId));
  }

  /** Gives waiting pictures to free threads. With BATCH_WAIT_MS set, an incomplete batch waits that long once. */
  #dispatch(): void {
    const { batchMax, batchWaitMs } = this.#options;
    while (this.#pool.free && !this.#stopped) {
      const batch = this.#choose();
      if (batch.length === 0) return;
      if (batchWaitMs > 0 && batch.length < batchMax && this.#batchTimer === undefined) {
        this.#batchTimer = setTimeout(() => {
          this.#run(this.#choose());
          this.#batchTimer = undefined;
          this.#dispatch();
        }, batchWaitMs);
      }
      if (this.#batchTimer !== undefined && batch.length < batchMax) return;
      this.#run(batch);
    }
  }

  #run(waiting: readonly Passage[]): void {
    if (waiting.length === 0 || !this.#pool.free) return;
    const batch = waiting.filter(passage => this.#begins(passage));
    if (batch.length === 0) {
      this.#settle();
      return;
    }
    const queues = batch.map(({ partition }) => this.#queues.get(partition));
    const shadows = batch.map(({ due }) => this.#options.shadowsOf(due.map(({ key }) => key)));
    // A copy of each picture, since the thread takes over its memory.
    const pictures = batch.map(({ head: { cameraId, capturedAtMs }, jpeg, models, due }, at) => ({
      jpeg: new Uint8Array(jpeg ?? []),
      tiles: this.#tiles.begin(cameraId, capturedAtMs, due, shadows[at] ?? NO_SHADOWS),
      models: [...due.map(({ key }) => key), ...(shadows[at]?.values() ?? [])],
      plan: models.map(({ key }) => key),
    }));
    const { metrics } = this.#options;
    const startedAtMs = performance.now();
    const waitedMs = batch.map(({ writtenAtMs }) => metrics.waitedMs(writtenAtMs));
    void this.#pool.run(pictures).then(answer => {
      this.#figures.batch(answer);
      metrics.batch(answer, waitedMs, performance.now() - startedAtMs);
      for (const [index, passage] of batch.entries()) {
        const queue = queues[index];
        const seen = answer.pictures[index];
        this.#tiles.end(passage.head.cameraId, seen?.kind === 'looked' ? seen.tiles : undefined);
        // Otherwise another member has the partition now and looks at the picture too.
        if (queue === this.#queues.get(passage.partition))
          this.#answered(queue, passage, answer.pictures[index], shadows[index] ?? NO_SHADOWS);
      }
      this.#settle();
      this.#dispatch();
    }, this.#options.fail);
  }

  /** Begins with a picture. False: it is done, since no model of its plan is due. */
  #begins(passage: Passage): boolean {
    const queue = this.#queues.get(passage.partition);
    const { cameraId, capturedAtMs } = passage.head;
    passage.due = this.#due.dueAt(cameraId, capturedAtMs, passage.models);
    this.#due.look(cameraId, capturedAtMs, passage.due);
    queue?.run(passage);
    if (passage.due.length === 0) queue?.detected(passage, []);
    return passage.due.length > 0;
  }

  #answered(
    queue: PartitionQueue | undefined,
    passage: Passage,
    answer: PictureOut | undefined,
    shadows: ReadonlyMap<string, string>,
  ): void {
    if (answer?.kind === 'undecodable') {
      queue?.skip(passage, 'undecodable');
      return;
    }
    const found = new Map(answer?.answers.flatMap(one => (one.kind === 'result' ? [[one.model, one.result]] : [])));
    const results = passage.due.flatMap(({ key, everyMs }) => {
      const result = found.get(key);
      return result === undefined ? [] : [{ ...result, everyMs }];
    });
    const answers = answer?.answers ?? [];
    const isPassedOver = answers.length > 0 && answers.every(({ kind }) => kind === 'passed');
    const compared = [...shadows].flatMap(([served, beside]) => {
      const [serving, shadow] = [found.get(served), found.get(beside)];
      return serving && shadow ? [{ serving, shadow }] : [];
    });
    if (results.length > 0 || isPassedOver) queue?.detected(passage, results, compared);
    else queue?.skip(passage, 'model-failed');
  }

  /** Moves finished records from the heads of the queues to the outbox, in order. Resumes partitions that have room. */
  #settle(): void {
    for (const [partition, queue] of this.#queues) {
      this.#outbox.push(queue.takeDone().map(entry => (isUndecodable(entry) ? entry : this.#finish(entry))));
      const roomy = queue.pictureBytes < BUFFER_BYTES / 2 && queue.length < BUFFER_RECORDS / 2;
      if (roomy && this.#outbox.length < BUFFER_RECORDS / 2 && this.#paused.delete(partition))
        this.#reader?.resume({ topic: topics.frames, partition });
    }
  }

  /** Makes the record to send, and publishes the live picture. */
  #finish(passage: Passage): Finished {
    const { metrics } = this.#options;
    const detection = detectionOf(passage);
    metrics.settled(passage);
    if (passage.skipReason !== null) this.#figures.skipped(passage.skipReason);
    else this.#options.live.publish(detection, passage.jpeg, passage.head.cameraClockMs);
    if (passage.outcome === 'detected') this.#rate.count(performance.now());
    const { partition, offset, head } = passage;
    const outgoing = [this.#outgoing(detection), ...this.#shadows(passage)];
    const isLive = head.source === 'live' && passage.results.length > 0;
    const pushedAtMs = performance.now();
    const onWritten = (): void => {
      if (isLive) metrics.written(head.capturedAtMs, performance.now() - pushedAtMs);
    };
    return { partition, offset, outgoing, onWritten };
  }

  #shadows(passage: Passage): readonly OutgoingRecord[] {
    const { cameraId } = passage.head;
    const storeId = passage.compared.length === 0 ? undefined : this.#options.storeOf(cameraId);
    if (storeId === undefined) return [];
    return passage.compared
      .flatMap(compared => shadowDetection(passage, storeId, compared) ?? [])
      .map(value => this.#options.cell.outgoing(topics.shadowDetections, cameraId, value));
  }

  /** Results that no record can have are left out, like those that the log refuses for their size. */
  #outgoing(detection: Detection): OutgoingRecord {
    const send = (value: Detection): OutgoingRecord =>
      this.#options.cell.outgoing(topics.detections, detection.cameraId, value);
    const without = (): OutgoingRecord => send(withoutResults(detection));
    try {
      return {
        ...send(detection),
        get ifTooLarge() {
          return without();
        },
      };
    } catch (error) {
      if (!(error instanceof BoundError)) throw error;
      this.#options.logger.warn({ err: error, cameraId: detection.cameraId }, 'a picture is skipped: too-large');
      return without();
    }
  }

  async #commitForever(): Promise<void> {
    while (!this.#stopped) {
      await sleep(COMMIT_EVERY_MS);
      await this.#commit();
    }
  }

  async #commit(): Promise<void> {
    const acknowledged = this.#outbox.takeAcknowledged();
    const commits = [...acknowledged].map(([partition, offset]) => ({ topic: topics.frames, partition, offset }));
    await this.#reader?.commit(commits);
  }

  /** How a model runs here. */
  running(model: string): ModelRunning {
    const { trouble, failsAlways, ...work } = this.#figures.ofModel(model);
    const closed = this.#pool.failureOf(model);
    const isOpen = this.#pool.has(model);
    const state = closed !== undefined || (isOpen && failsAlways) ? 'failed' : isOpen ? 'open' : 'closed';
    return { state, reason: closed ?? (isOpen ? trouble : undefined) ?? null, ...work };
  }

  /** Opens these models, and then closes all others. `cardPaths`: the cards that are known now. */
  want(models: readonly string[], cardPaths: CardPaths): void {
    this.#pool.want(models, cardPaths);
  }

  get wanted(): readonly string[] {
    return this.#pool.wanted;
  }

  /** True: the model is open, and does not fail on every picture. */
  works(model: string): boolean {
    return this.#pool.has(model) && !this.#figures.ofModel(model).failsAlways;
  }

  /** True after `stop`, when a model still runs and nothing can end it but the end of the process. */
  get stuck(): boolean {
    return this.#pool.stuck;
  }

  /** The models that are open. */
  get openModels(): readonly string[] {
    return this.#pool.open;
  }

  report(): HealthReport {
    const { live } = this.#options;
    const missing = this.#options.missing();
    const parts = [missing ?? this.#pool.trouble, this.#reader?.trouble, this.#outbox.trouble, live.trouble];
    const reasons = [...parts.flatMap(one => one ?? []), ...this.#figures.troubles];
    const reason = reasons.length > 0 ? reasons.join('; ') : undefined;
    const status = this.#pool.idle ? 'unhealthy' : reason !== undefined ? 'degraded' : 'healthy';
    return {
      status,
      details: {
        ...(reason !== undefined && { reason }),
        models: this.#options.references(this.#pool.open),
        partitions: this.#reader?.places.map(({ partition }) => partition) ?? [],
        fps: this.#rate.perSecond(performance.now()),
        lagRecords: Number([...this.#lag.values()].reduce((sum, lag) => sum + lag, 0n)),
        buffered: [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0),
        goneByRetention: Number(this.#passedOver),
        unacknowledged: this.#outbox.length,
        forwarded: this.#outbox.forwarded,
        deadLetters: this.#outbox.deadLettered,
        ...this.#figures.report(),
        livePictures: { published: live.published, leftOut: live.leftOut },
      },
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#batchTimer);
    await this.#outbox.close(STOP_WITHIN_MS);
    await Promise.race([this.#commit().catch(() => {}), sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
    this.#options.live.close();
    await this.#pool.close();
    await this.#reader?.close();
  }
}
