import { type Clock, passed } from '../clock.ts';
import { LogError } from '../errors.ts';
import type {
  GroupMember,
  LogAdmin,
  LogClient,
  LogProducer,
  LogReader,
  MemberOptions,
  OutgoingRecord,
  ProducerOptions,
  ReaderOptions,
  TopicPartition,
  TransactionalProducer,
} from '../log-client.ts';
import type { GroupCoordinator } from './group-coordinator.ts';
import { MemoryMembership } from './memory-member.ts';
import { MemoryReader } from './memory-reader.ts';
import type { MemoryTopics } from './memory-topics.ts';
import { type Call, direct, type Transport } from './memory-transport.ts';
import { ConcurrentTransactions, type TransactionCoordinator } from './transaction-coordinator.ts';

/** Wait between two tries while a transaction's markers are missing: first, and longest. */
const MARKERS_MS = { first: 2, most: 50 };

/** The broker side of a log in the process. */
export interface MemoryBroker extends MemoryTopics {
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly timedSessions: boolean;
}

/** A process's client of a log in the process. */
export class MemoryClient implements LogClient {
  readonly admin: LogAdmin;
  readonly #log: MemoryBroker;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #memberships: MemoryMembership[] = [];
  #killed = false;

  constructor(log: MemoryBroker, clock: Clock, transport: Transport) {
    this.#log = log;
    this.#clock = clock;
    this.#transport = transport;
    this.admin = this.#makeAdmin();
  }

  async producer(): Promise<LogProducer> {
    return {
      send: records => this.#call('Produce', () => records.map(record => this.#write(record))),
      close: async () => {},
    };
  }

  async transactionalProducer(
    transactionalId: string,
    { transactionTimeoutMs }: ProducerOptions = {},
  ): Promise<TransactionalProducer> {
    const { transactions } = this.#log;
    let epoch = -1;
    let dead = false;
    const guard = <T>(request: string, work: () => T): Promise<T> => {
      if (dead) return Promise.reject(new LogError('PRODUCER_DEAD', `${request}: the producer failed before`));
      return this.#untilComplete(request, work).catch(error => {
        dead = true;
        if (error instanceof LogError && error.code === 'PRODUCER_FENCED') throw error;
        throw new LogError('PRODUCER_DEAD', `${request} failed`, { cause: error });
      });
    };
    const end = (state: 'committed' | 'aborted') =>
      guard('EndTxn', () => transactions.end(transactionalId, epoch, state));
    return {
      fence: () =>
        guard('InitProducerId', () => {
          epoch = transactions.initProducerId(transactionalId, transactionTimeoutMs);
        }),
      begin: async () => {},
      send: records => guard('Produce', () => transactions.append(transactionalId, epoch, records)),
      sendOffsets: (groupId, offsets) =>
        guard('TxnOffsetCommit', () => transactions.addOffsets(transactionalId, epoch, groupId, offsets)),
      commit: () => end('committed'),
      abort: () => end('aborted'),
      close: async () => {
        dead = true;
      },
    };
  }

  async reader(options: ReaderOptions = {}): Promise<LogReader> {
    return new MemoryReader(this.#log, options, work => this.#call('Fetch', work));
  }

  async join(options: MemberOptions): Promise<GroupMember> {
    const hearing = this.#transport === direct ? 'at-once' : 'by-heartbeat';
    const call: Call = (request, work) => this.#call(request, work);
    const membership = new MemoryMembership(options, this.#log.groups, this.#clock, call, hearing);
    this.#memberships.push(membership);
    await membership.join();
    return {
      committed: partitions => this.admin.committed(options.groupId, partitions),
      commit: offsets => membership.commit(offsets),
      nextHeartbeat: () => membership.nextHeartbeat(),
      leave: () => membership.leave(),
    };
  }

  async close(): Promise<void> {
    this.#stop();
    this.expire();
  }

  /**
   * Like kill -9: no request of this client returns any more, and its transactions stay open. Its sessions end at once,
   * unless the log times its sessions.
   */
  kill(): void {
    this.#killed = true;
    this.#stop();
    if (!this.#log.timedSessions) this.expire();
  }

  /** Ends its sessions, as after a long stall; it joins again at its next heartbeat. */
  expire(): void {
    for (const membership of this.#memberships) membership.expire();
  }

  #stop(): void {
    for (const membership of this.#memberships) membership.stop();
  }

  async #call<T>(request: string, work: () => T | Promise<T>): Promise<T> {
    try {
      if (!this.#killed) return await this.#transport(request, work);
    } finally {
      if (this.#killed) await new Promise<never>(() => {});
    }
    return await new Promise<never>(() => {});
  }

  async #untilComplete<T>(request: string, work: () => T): Promise<T> {
    for (let waitMs = MARKERS_MS.first; ; waitMs = Math.min(2 * waitMs, MARKERS_MS.most)) {
      try {
        return await this.#call(request, work);
      } catch (error) {
        if (!(error instanceof ConcurrentTransactions)) throw error;
        await passed(this.#clock, waitMs);
      }
    }
  }

  #write(record: OutgoingRecord) {
    return { topic: record.topic, partition: record.partition, offset: this.#log.append(record) };
  }

  #makeAdmin(): LogAdmin {
    const log = this.#log;
    return {
      createTopics: topics => this.#call('CreateTopics', () => log.createTopics(topics)),
      configureTopics: topics => this.#call('IncrementalAlterConfigs', () => log.configureTopics(topics)),
      partitionCounts: topics =>
        this.#call('Metadata', () => {
          const counts = new Map<string, number>();
          for (const topic of topics) {
            const count = log.partitionCount(topic);
            if (count !== undefined) counts.set(topic, count);
          }
          return counts;
        }),
      topicId: ({ topic }) => this.#call('Metadata', () => log.topicId(topic)),
      listOffsets: (partitions, at) =>
        this.#call('ListOffsets', () => partitions.map(p => ({ ...p, offset: this.#offsetAt(p, at) }))),
      committed: (groupId, partitions) =>
        this.#call('OffsetFetch', () =>
          partitions.map(p => ({ ...toPartition(p), ...log.groups.committed(groupId, p) })),
        ),
      deleteRecords: before =>
        this.#call('DeleteRecords', () => {
          for (const { offset, ...partition } of before) log.partition(partition).deleteBefore(offset);
        }),
      deleteTopics: topics => this.#call('DeleteTopics', () => log.deleteTopics(topics)),
    };
  }

  #offsetAt(partition: TopicPartition, at: Parameters<LogAdmin['listOffsets']>[1]): bigint {
    const log = this.#log.partition(partition);
    if (at === 'earliest') return log.logStartOffset;
    if (at === 'latest') return log.highWatermark;
    if (at === 'latest-committed') return log.lastStableOffset;
    return log.offsetAt(at.timestampMs) ?? log.highWatermark;
  }
}

function toPartition({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}
