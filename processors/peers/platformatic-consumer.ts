import { randomUUID } from 'node:crypto';
import { type Admin, type BaseOptions, Consumer, FetchIsolationLevels } from '@platformatic/kafka';
import { NotOfferedError } from '../src/log/conformance/check.ts';
import { LogError, OffsetOutOfRangeError } from '../src/log/errors.ts';
import type {
  FetchedBatch,
  GroupMember,
  LogReader,
  LogRecord,
  MemberOptions,
  ReaderOptions,
  TopicPartition,
} from '../src/log/log-client.ts';
import { FENCED_MEMBER, translated } from './peer.ts';
import { committedOf, isOf } from './platformatic-offsets.ts';

type FetchResponsePartition = Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number];

const CONTROL = 0x20;
const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** Reads with `Consumer.fetch`, which filters aborted records like its streams, and needs no group. */
export class PlatformaticPeerReader implements LogReader {
  readonly #consumer: Consumer;
  readonly #options: ReaderOptions;
  readonly #sought = new Map<string, TopicPartition & { offset: bigint; isPaused: boolean }>();

  constructor(common: BaseOptions, options: ReaderOptions = {}) {
    this.#consumer = new Consumer({ ...common, groupId: `reader-${randomUUID()}` });
    this.#options = options;
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    const isPaused = this.#sought.get(nameOf({ topic, partition }))?.isPaused ?? false;
    this.#sought.set(nameOf({ topic, partition }), { topic, partition, offset, isPaused });
    this.#consumer.topics.track(topic);
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#sought.delete(nameOf(partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, false);
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#sought.get(nameOf(partition))?.offset;
  }

  async fetch(): Promise<readonly FetchedBatch[]> {
    const wanted = [...this.#sought.values()].filter(({ isPaused }) => !isPaused);
    const { topics } = await this.#consumer.metadata({ topics: this.#consumer.topics.current });
    const byLeader = Map.groupBy(
      wanted,
      ({ topic, partition }) => topics.get(topic)?.partitions[partition]?.leader ?? -1,
    );
    const answers = await Promise.all(
      [...byLeader].map(([node, list]) => this.#ask(node, list, topic => topics.get(topic)?.id ?? '')),
    );
    return answers.flat();
  }

  close(): Promise<void> {
    return this.#consumer.close(true);
  }

  async #ask(node: number, wanted: readonly (TopicPartition & { offset: bigint })[], idOf: (topic: string) => string) {
    const { maxBytesPerPartition = 262_144, maxWaitMs = 50, isolation } = this.#options;
    const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels;
    const topics = [...Map.groupBy(wanted, ({ topic }) => topic)].map(([topic, list]) => ({
      topicId: idOf(topic),
      partitions: list.map(({ partition, offset: fetchOffset }) => {
        return {
          partition,
          fetchOffset,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
          partitionMaxBytes: maxBytesPerPartition,
        };
      }),
    }));
    const isolationLevel = isolation === 'read_uncommitted' ? READ_UNCOMMITTED : READ_COMMITTED;
    const request = { node, topics, isolationLevel, maxWaitTime: maxWaitMs, minBytes: 1, maxBytes: 16 * 1_048_576 };
    const answer = await this.#consumer.fetch(request).catch(error => {
      const [first] = wanted;
      if (first && isOf(error, 'OFFSET_OUT_OF_RANGE')) throw new OffsetOutOfRangeError(first, first.offset);
      throw new LogError('LOG_UNREACHABLE', String(error), { cause: error, retriable: true });
    });
    return answer.responses.flatMap(({ topicId, partitions }) =>
      partitions.flatMap(found => {
        const asked = wanted.find(w => idOf(w.topic) === topicId && w.partition === found.partitionIndex);
        return asked === undefined ? [] : this.#file(asked, topicId, found);
      }),
    );
  }

  #file(asked: TopicPartition & { offset: bigint }, topicId: string, found: FetchResponsePartition): FetchedBatch[] {
    const { topic, partition, offset: fetchOffset } = asked;
    const current = this.#sought.get(nameOf(asked));
    const last = found.records?.at(-1);
    if (current === undefined || current.offset !== fetchOffset || last === undefined) return [];
    const nextOffset = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    current.offset = nextOffset;
    const { highWatermark, lastStableOffset, logStartOffset } = found;
    const records = toRecords(found).filter(({ offset }) => offset >= fetchOffset);
    return [
      { topic, partition, topicId, records, fetchOffset, nextOffset, highWatermark, lastStableOffset, logStartOffset },
    ];
  }

  #setPaused(partitions: readonly TopicPartition[], isPaused: boolean): void {
    for (const partition of partitions) {
      const position = this.#sought.get(nameOf(partition));
      if (position) position.isPaused = isPaused;
    }
  }
}

function toRecords({ records }: FetchResponsePartition): LogRecord[] {
  return (records ?? [])
    .filter(({ attributes }) => (attributes & CONTROL) === 0)
    .flatMap(batch =>
      batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
        offset: batch.firstOffset + BigInt(offsetDelta),
        timestampMs: Number(batch.firstTimestamp + timestampDelta),
        key,
        value,
        headers: headers.map(([name, content]) => [String(name ?? ''), content ?? Buffer.alloc(0)] as const),
      })),
    );
}

/** Its sticky assignor is the cooperative one. */
export async function joinPlatformatic(
  common: BaseOptions,
  admin: Admin,
  options: MemberOptions,
): Promise<GroupMember> {
  const { groupId, topics, instanceId, sessionTimeoutMs = 6000, rebalanceTimeoutMs = 3000 } = options;
  const timing = { sessionTimeout: sessionTimeoutMs, rebalanceTimeout: Math.max(rebalanceTimeoutMs, sessionTimeoutMs) };
  const consumer = new Consumer({
    ...common,
    groupId,
    ...timing,
    heartbeatInterval: options.heartbeatIntervalMs ?? 500,
    protocols: [{ name: 'cooperative-sticky', version: 1 }],
    ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
  });
  const joined = new Promise<void>(resolve => {
    consumer.on('consumer:group:join', ({ generationId = -1, memberId, assignments = [] }) => {
      const partitions = assignments.flatMap(({ topic, partitions: list }) =>
        list.map(partition => ({ topic, partition })),
      );
      options.onAssigned({ generation: generationId, memberId, partitions, standbys: [], servers: {} });
      resolve();
    });
  });
  consumer.on('consumer:heartbeat:end', () => options.onHeartbeat?.());
  consumer.topics.trackAll(...topics);
  await consumer.joinGroup();
  await joined;
  return {
    committed: partitions => committedOf(admin, groupId, partitions),
    async commit(offsets) {
      if (offsets.some(({ metadata }) => metadata !== undefined)) throw new NotOfferedError('commits no metadata');
      await consumer.commit({ offsets: offsets.map(o => ({ ...o, leaderEpoch: -1 })) }).catch(error => {
        throw translated(error, FENCED_MEMBER, ['MEMBER_FENCED', 'LOG_REFUSED'], isOf);
      });
    },
    nextHeartbeat: () => new Promise(resolve => consumer.once('consumer:heartbeat:end', () => resolve())),
    leave: () => consumer.close(true),
  };
}
