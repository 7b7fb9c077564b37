import { setTimeout as sleep } from 'node:timers/promises';
import { type Detection, type ModelResult, topics, UndecodableError } from '@sightline/schemas';
import type { FetchedBatch, LogProducer, LogRecord, OutgoingRecord } from '../log/index.ts';
import { type Cell, DeadLetters, GroupReader, type HealthReport, type Logger, RateMeter } from '../process/index.ts';
import { chooseBatch } from './choose-batch.ts';
import { detectionOf } from './detection.ts';
import { InferenceFigures } from './inference-figures.ts';
import type { InferencePool } from './inference-pool.ts';
import type { PictureOut } from './inference-protocol.ts';
import type { LivePictures } from './live-pictures.ts';
import { isUndecodable, PartitionQueue, type Passage, type Undecodable } from './partition-queue.ts';

/** A partition with this much read and not yet published is not read on; half of it starts it again. */
const BUFFER_BYTES = 16 * 1024 * 1024;
const BUFFER_RECORDS = 4_000;
const FETCH_BYTES = 1024 * 1024;
const COMMIT_EVERY_MS = 200;
const RETRY_MS = 500;
/** Share of pictures whose inference failed above which health is degraded. */
const FAILURES_DEGRADE_ABOVE = 0.1;

export interface InferenceOptions {
  readonly cell: Cell;
  readonly logger: Logger;
  readonly model: Pick<ModelResult, 'model' | 'version' | 'sha256'>;
  readonly instanceId?: string | undefined;
  readonly batchMax: number;
  readonly batchWaitMs: number;
  readonly live: LivePictures;
  /** The pool; it calls `dispatch` when a thread is free. */
  readonly pool: (onFree: () => void) => InferencePool;
  fail(error: unknown): void;
}

/** A record of which all is known, on its way to `detections`. */
interface Finished {
  readonly partition: number;
  readonly offset: bigint;
  readonly outgoing: OutgoingRecord;
}

/** Group `inference`: forwards every record of `frames` as one of `detections`, in offset order, with its outcome. */
export class Inference {
  readonly #options: InferenceOptions;
  readonly #queues = new Map<number, PartitionQueue>();
  readonly #paused = new Set<number>();
  readonly #figures = new InferenceFigures();
  readonly #rate = new RateMeter();
  readonly #deadLetters: DeadLetters;
  readonly #pool: InferencePool;
  readonly #lag = new Map<number, bigint>();
  readonly #toCommit = new Map<number, bigint>();
  #outbox: (Finished | Undecodable)[] = [];
  #reader: GroupReader | undefined;
  #producer: LogProducer | undefined;
  #sending: Promise<void> | undefined;
  #batchTimer: NodeJS.Timeout | undefined;
  #trouble: string | undefined;
  #passedOver = 0n;
  #stopped = false;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#deadLetters = new DeadLetters(options.cell);
    this.#pool = options.pool(() => this.#dispatch());
  }

  async start(): Promise<void> {
    const { cell, instanceId, fail } = this.#options;
    this.#producer = await cell.log.producer({ compression: 'zstd' });
    this.#reader = await GroupReader.open({
      cell,
      group: 'inference',
      topic: topics.frames,
      maxBytesPerPartition: FETCH_BYTES,
      instanceId,
      onLost: partitions => this.#lost(partitions),
      onPassedOver: (partition, from, to) => this.#passOver(partition, from, to),
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
      this.#toCommit.delete(partition);
      this.#deadLetters.forget({ topic: this.#options.cell.name(topics.frames), partition });
    }
    this.#outbox = this.#outbox.filter(({ partition }) => !partitions.includes(partition));
  }

  #passOver(partition: number, from: bigint, to: bigint): void {
    this.#passedOver += to - from;
    this.#options.logger.warn({ partition, from: String(from), to: String(to) }, 'frames were gone by retention');
  }

  async #readForever(): Promise<void> {
    while (!this.#stopped && this.#reader !== undefined) {
      for (const batch of await this.#reader.fetch()) await this.#take(batch);
      this.#settle();
      this.#dispatch();
    }
  }

  async #take({ partition, records, highWatermark, nextOffset }: FetchedBatch): Promise<void> {
    const queue = this.#queues.get(partition) ?? new PartitionQueue(partition);
    this.#queues.set(partition, queue);
    for (const record of records) await this.#push(queue, record);
    this.#lag.set(partition, highWatermark - nextOffset);
    if (queue.pictureBytes > BUFFER_BYTES || queue.length > BUFFER_RECORDS) {
      this.#paused.add(partition);
      this.#reader?.pause(partition);
    }
  }

  async #push(queue: PartitionQueue, record: LogRecord): Promise<void> {
    try {
      queue.push(record.offset, await this.#options.cell.decode(topics.frames, record));
    } catch (error) {
      if (!(error instanceof UndecodableError || error instanceof TypeError)) throw error;
      queue.pushUndecodable(record, error);
    }
  }

  /** Gives free threads what waits; with a wait set, a batch that is not full waits that long once. */
  #dispatch(): void {
    const { batchMax, batchWaitMs } = this.#options;
    while (this.#pool.free && !this.#stopped) {
      const batch = chooseBatch(this.#queues.values(), batchMax);
      if (batch.length === 0) return;
      if (batchWaitMs > 0 && batch.length < batchMax && this.#batchTimer === undefined) {
        this.#batchTimer = setTimeout(() => {
          this.#run(chooseBatch(this.#queues.values(), batchMax));
          this.#batchTimer = undefined;
          this.#dispatch();
        }, batchWaitMs);
      }
      if (this.#batchTimer !== undefined && batch.length < batchMax) return;
      this.#run(batch);
    }
  }

  #run(batch: readonly Passage[]): void {
    if (batch.length === 0 || !this.#pool.free) return;
    const queues = batch.map(({ partition }) => this.#queues.get(partition));
    for (const [index, passage] of batch.entries()) queues[index]?.run(passage);
    const pictures = batch.map(({ jpeg }) => new Uint8Array(jpeg ?? [])); // copies: their memory goes to the thread
    void this.#pool.run(pictures).then(answer => {
      this.#figures.batch(answer);
      for (const [index, passage] of batch.entries()) {
        const queue = queues[index];
        // Else the partition went to another member meanwhile, who looks at the picture too.
        if (queue === this.#queues.get(passage.partition)) this.#answered(queue, passage, answer.pictures[index]);
      }
      this.#settle();
      this.#dispatch();
    }, this.#options.fail);
  }

  #answered(queue: PartitionQueue | undefined, passage: Passage, answer: PictureOut | undefined): void {
    if (answer?.kind === 'boxes') queue?.detected(passage, { ...this.#options.model, boxes: [...answer.boxes] });
    else queue?.skip(passage, answer?.kind ?? 'model-failed');
  }

  /** Moves what is settled from the heads of the queues to the outbox, in order, and shows it to who watches. */
  #settle(): void {
    for (const [partition, queue] of this.#queues) {
      for (const entry of queue.takeDone()) this.#outbox.push(isUndecodable(entry) ? entry : this.#finish(entry));
      const roomy = queue.pictureBytes < BUFFER_BYTES / 2 && queue.length < BUFFER_RECORDS / 2;
      if (roomy && this.#outbox.length < BUFFER_RECORDS && this.#paused.delete(partition))
        this.#reader?.resume(partition);
    }
    if (this.#outbox.length > 0) this.#sending ??= this.#sendAll();
  }

  #finish(passage: Passage): Finished {
    const detection: Detection = detectionOf(passage);
    if (passage.skipReason !== null) this.#figures.skipped(passage.skipReason);
    else this.#options.live.publish(detection, passage.jpeg);
    if (passage.outcome === 'detected') this.#rate.count(performance.now());
    const { partition, offset } = passage;
    return {
      partition,
      offset,
      outgoing: this.#options.cell.outgoing(topics.detections, detection.cameraId, detection),
    };
  }

  /** One send in flight: what finishes meanwhile goes with the next. A failed send is repeated as it was. */
  async #sendAll(): Promise<void> {
    await Promise.resolve();
    while (this.#outbox.length > 0 && !this.#stopped) {
      const batch = this.#outbox;
      this.#outbox = [];
      const records = await this.#outgoing(batch);
      await this.#send(records);
      for (const { partition, offset } of batch) {
        if (this.#queues.has(partition)) this.#toCommit.set(partition, offset + 1n);
      }
      this.#figures.forwarded += batch.length;
    }
    this.#sending = undefined;
  }

  async #outgoing(batch: readonly (Finished | Undecodable)[]): Promise<readonly OutgoingRecord[]> {
    const records: OutgoingRecord[] = [];
    for (const entry of batch) {
      const outgoing = 'record' in entry ? await this.#deadLetter(entry) : entry.outgoing;
      if (outgoing !== undefined) records.push(outgoing);
    }
    return records;
  }

  async #deadLetter({ partition, record, error }: Undecodable): Promise<OutgoingRecord | undefined> {
    this.#figures.deadLetters++;
    this.#options.logger.error({ partition, offset: String(record.offset), err: error }, 'frame to the dead letters');
    return this.#deadLetters.take({ topic: this.#options.cell.name(topics.frames), partition }, record, error);
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    while (!this.#stopped && records.length > 0) {
      try {
        this.#producer ??= await this.#options.cell.log.producer({ compression: 'zstd' });
        await this.#producer.send(records);
        this.#trouble = undefined;
        return;
      } catch (error) {
        this.#trouble = `Kafka does not take detections: ${error instanceof Error ? error.message : error}`;
        await this.#producer?.close().catch(() => {});
        this.#producer = undefined;
        await sleep(RETRY_MS);
      }
    }
  }

  async #commitForever(): Promise<void> {
    while (!this.#stopped) {
      await sleep(COMMIT_EVERY_MS);
      await this.#commit();
    }
  }

  async #commit(): Promise<void> {
    if (this.#toCommit.size === 0) return;
    const offsets = new Map(this.#toCommit);
    this.#toCommit.clear();
    await this.#reader?.commit(offsets);
  }

  report(): HealthReport {
    const { live } = this.#options;
    const reason = this.#pool.trouble ?? this.#reader?.trouble ?? this.#trouble ?? live.trouble;
    const failing = this.#figures.failureShare > FAILURES_DEGRADE_ABOVE;
    const status =
      this.#pool.trouble !== undefined ? 'unhealthy' : reason !== undefined || failing ? 'degraded' : 'healthy';
    return {
      status,
      details: {
        ...(reason !== undefined && { reason }),
        ...(failing && { failing: 'more than 10 % of the pictures fail in the model: see the log' }),
        model: this.#options.model,
        partitions: this.#reader?.partitions ?? [],
        fps: this.#rate.perSecond(performance.now()),
        lagRecords: Number([...this.#lag.values()].reduce((sum, lag) => sum + lag, 0n)),
        buffered: [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0),
        goneByRetention: Number(this.#passedOver),
        ...this.#figures.report(),
        livePictures: { published: live.published, leftOut: live.leftOut },
      },
    };
  }

  async stop(): Promise<void> {
    const finishing = Promise.race([this.#sending, sleep(1_000, undefined, { ref: false })]);
    await finishing;
    this.#stopped = true;
    clearTimeout(this.#batchTimer);
    await this.#commit().catch(() => {});
    this.#options.live.close();
    await this.#pool.close();
    await Promise.race([this.#producer?.close().catch(() => {}), sleep(500, undefined, { ref: false })]);
    await this.#reader?.close();
  }
}
