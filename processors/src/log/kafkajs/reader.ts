import { LogError, OffsetOutOfRangeError } from '../errors.ts';
import type { FetchedBatch, LogReader, ReaderOptions, TopicPartition } from '../log-client.ts';
import { type DecodedBatches, decodeBatches } from '../record-batch.ts';
import { type Broker, type Cluster, errorMessage, errorType, recover } from './cluster.ts';
import { type FetchedPartition, fetchProtocol } from './fetch-protocol.ts';
import { type BoundPosition, TopicIds } from './topic-ids.ts';

const OFFSET_OUT_OF_RANGE = 1;
const TOPIC_AUTHORIZATION_FAILED = 29;
/** UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID. */
const TOPIC_UNKNOWN: ReadonlySet<number> = new Set([3, 100, 103]);
const MAX_FETCH_BYTES = 16 * 1_048_576;
const RETRY_MS = 50;

interface Position extends BoundPosition {
  offset: bigint;
  /** Changes with every seek, so an answer to an older request is recognised. */
  readonly version: number;
  paused: boolean;
  inFlight: boolean;
  fetched: FetchedBatch | undefined;
}

/**
 * Fetches over kafkajs's connections, without its consumer: one request per partition leader at a time, the next one in
 * advance.
 */
export class KafkajsReader implements LogReader {
  readonly #cluster: Cluster;
  readonly #options: Required<ReaderOptions>;
  readonly #onClosed: () => void;
  readonly #positions = new Map<string, Position>();
  readonly #busy = new Set<number>();
  readonly #known = new Set<string>();
  readonly #topicIds: TopicIds;
  #version = 0;
  #closed = false;
  #recovering: Promise<void> | undefined;
  #wake: () => void = () => {};

  constructor(cluster: Cluster, options: ReaderOptions, onClosed: () => void = () => {}) {
    this.#cluster = cluster;
    this.#topicIds = new TopicIds(cluster);
    this.#onClosed = onClosed;
    this.#options = {
      isolation: 'read_committed',
      maxBytesPerPartition: 262_144,
      maxWaitMs: 50,
      checkCrcs: true,
      lazyRecords: false,
      ...options,
    };
  }

  seek({ topic, partition }: TopicPartition, offset: bigint, topicId?: string): void {
    const name = nameOf({ topic, partition });
    const paused = this.#positions.get(name)?.paused ?? false;
    this.#version += 1;
    const fresh = { inFlight: false, fetched: undefined, failure: undefined, isDoubted: false };
    const place = { topic, partition, offset, topicId, isBound: topicId !== undefined };
    this.#positions.set(name, { ...place, version: this.#version, paused, ...fresh });
    this.#wake();
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#positions.delete(nameOf(partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, false);
    this.#wake();
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#positions.get(nameOf(partition))?.offset;
  }

  async fetch(): Promise<readonly FetchedBatch[]> {
    if (this.#closed) throw new LogError('LOG_CLOSED', 'the reader is closed');
    const ready = this.#take();
    if (ready.length > 0) {
      await this.#ask();
      return ready;
    }
    const woken = new Promise<void>(resolve => {
      const timer = setTimeout(resolve, this.#options.maxWaitMs + RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    await this.#ask();
    await woken;
    return this.#take();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#onClosed();
    this.#positions.clear();
    this.#wake();
    await this.#cluster.disconnect();
  }

  #setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const partition of partitions) {
      const position = this.#positions.get(nameOf(partition));
      if (position) position.paused = paused;
    }
  }

  /** Returns the fetched batches of unpaused partitions. A failed partition throws once and then waits for a seek. */
  #take(): FetchedBatch[] {
    const batches: FetchedBatch[] = [];
    for (const position of this.#positions.values()) {
      if (position.failure && !position.paused) {
        if (batches.length > 0) break;
        const { failure } = position;
        this.#positions.delete(nameOf(position));
        throw failure;
      }
      if (position.paused || !position.fetched) continue;
      batches.push(position.fetched);
      position.offset = position.fetched.nextOffset;
      position.fetched = undefined;
    }
    return batches;
  }

  /** Starts a request to every leader that has none and leads a wanted partition. */
  async #ask(): Promise<void> {
    const wanted = [...this.#positions.values()].filter(p => !(p.paused || p.inFlight || p.fetched || p.failure));
    if (wanted.length === 0) return;
    try {
      await this.#learn(wanted);
      if (wanted.some(({ failure }) => failure !== undefined)) this.#wake();
      for (const [leader, positions] of this.#byLeader(wanted)) {
        if (!this.#busy.has(leader)) void this.#request(leader, positions);
      }
    } catch (error) {
      void this.#recover(error);
    }
  }

  async #learn(wanted: readonly Position[]): Promise<void> {
    const unknown = wanted.map(p => p.topic).filter(topic => !this.#known.has(topic));
    if (unknown.length > 0) await this.#learnTopics([...new Set(unknown)]);
    await this.#cluster.refreshMetadataIfNecessary();
    await this.#topicIds.bind(wanted);
  }

  /** Requests all topics at once; if one does not exist, requests each alone, so that the others can be read. */
  async #learnTopics(topics: readonly string[]): Promise<void> {
    try {
      await this.#cluster.addMultipleTargetTopics(topics);
      for (const topic of topics) this.#known.add(topic);
    } catch (error) {
      if (errorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      if (topics.length > 1) for (const topic of topics) await this.#learnTopics([topic]);
    }
  }

  #byLeader(wanted: readonly Position[]): Map<number, Position[]> {
    const byLeader = new Map<number, Position[]>();
    for (const position of wanted) {
      if (position.failure !== undefined) continue;
      const found = this.#cluster
        .findTopicPartitionMetadata(position.topic)
        .find(p => p.partitionId === position.partition);
      if (found === undefined || found.leader < 0 || position.topicId === undefined) {
        void this.#recover(undefined);
        continue;
      }
      const positions = byLeader.get(found.leader) ?? [];
      positions.push(position);
      byLeader.set(found.leader, positions);
    }
    return byLeader;
  }

  async #request(leader: number, positions: readonly Position[]): Promise<void> {
    this.#busy.add(leader);
    for (const position of positions) position.inFlight = true;
    try {
      const broker = await this.#cluster.findBroker({ nodeId: leader });
      const answers = await this.#send(broker, positions);
      let trouble = false;
      for (const answer of answers) trouble = this.#receive(answer, positions) || trouble;
      if (trouble) await this.#recover(undefined);
    } catch (error) {
      if (!this.#closed) await this.#recover(error);
    } finally {
      for (const position of positions) position.inFlight = false;
      this.#busy.delete(leader);
      this.#wake();
    }
  }

  #send(broker: Broker, positions: readonly Position[]): Promise<readonly FetchedPartition[]> {
    const topics = new Map<string, { partition: number; offset: bigint }[]>();
    for (const { topicId = '', partition, offset } of positions) {
      const list = topics.get(topicId) ?? [];
      list.push({ partition, offset });
      topics.set(topicId, list);
    }
    const { maxWaitMs, maxBytesPerPartition, isolation } = this.#options;
    const readCommitted = isolation === 'read_committed';
    return broker.connectionPool.send(
      fetchProtocol({ maxWaitMs, maxBytes: MAX_FETCH_BYTES, maxBytesPerPartition, readCommitted, topics }),
    );
  }

  /** Stores one partition's answer; true when leaders must be requested again. */
  #receive(answer: FetchedPartition, asked: readonly Position[]): boolean {
    const question = asked.find(p => p.topicId === answer.topicId && p.partition === answer.partition);
    const position = question && this.#positions.get(nameOf(question));
    if (!question || !position || position.version !== question.version) return false;
    if (TOPIC_UNKNOWN.has(answer.errorCode)) this.#topicIds.doubt(position);
    if (answer.errorCode === OFFSET_OUT_OF_RANGE) {
      position.failure = new OffsetOutOfRangeError(position, position.offset);
      return false;
    }
    if (answer.errorCode === TOPIC_AUTHORIZATION_FAILED) {
      position.failure = new LogError('LOG_REFUSED', `not allowed to read ${position.topic}`);
      return false;
    }
    if (answer.errorCode !== 0) return true;
    position.isBound = true;
    try {
      this.#decode(answer, position);
    } catch (error) {
      const cause = { cause: error };
      position.failure = error instanceof LogError ? error : new LogError('BATCH_CORRUPT', errorMessage(error), cause);
    }
    return false;
  }

  #decode(answer: FetchedPartition, position: Position): void {
    const { topic, partition } = position;
    const { topicId, highWatermark, lastStableOffset, logStartOffset } = answer;
    const aborted = this.#options.isolation === 'read_committed' ? answer.aborted : undefined;
    const entries = decodeBatches(answer.bytes, {
      fromOffset: position.offset,
      aborted,
      checkCrc: this.#options.checkCrcs,
    });
    const { nextOffset } = entries;
    if (nextOffset === undefined || nextOffset <= position.offset) return;
    const ends = { highWatermark, lastStableOffset, logStartOffset };
    const batch = { topic, partition, topicId, fetchOffset: position.offset, nextOffset, ...ends };
    position.fetched = this.#options.lazyRecords ? withEntries(batch, entries) : { ...batch, records: entries.records };
    // Moves the partition to the end: the broker promises a whole batch only to the first partition of a request
    // (KIP-74).
    this.#positions.delete(nameOf(position));
    this.#positions.set(nameOf(position), position);
  }

  /** One recovery at a time, with a short wait, so that a failing cluster is not asked in a hot loop. */
  #recover(error: unknown): Promise<void> {
    this.#recovering ??= (async () => {
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      this.#known.clear();
      this.#topicIds.forget();
      if (!this.#closed) await recover(this.#cluster, error);
      this.#recovering = undefined;
    })();
    return this.#recovering;
  }
}

function withEntries(batch: Omit<FetchedBatch, 'records'>, entries: DecodedBatches): FetchedBatch {
  return {
    ...batch,
    entries,
    get records() {
      return entries.records;
    },
  };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
