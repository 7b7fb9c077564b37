import type { Clock, Timer } from '../clock.ts';
import { LogError } from '../errors.ts';
import type {
  Assignment,
  GroupMember,
  LogAdmin,
  LogClient,
  LogProducer,
  LogReader,
  MemberOptions,
  OutgoingRecord,
  ReaderOptions,
  TopicPartition,
  TransactionalProducer,
} from '../log-client.ts';
import type { MemoryLog } from './memory-log.ts';
import { MemoryReader } from './memory-reader.ts';

/** Named after the request; 'before' it reaches the log, 'after' it was done and before the caller hears of it. */
export type Gate = (request: string, when: 'before' | 'after') => Promise<void> | void;

interface Membership {
  readonly groupId: string;
  memberId: string;
  left: boolean;
  heartbeat: Timer | undefined;
}

/** One process's way to a MemoryLog. */
export class MemoryClient implements LogClient {
  readonly admin: LogAdmin;
  readonly #log: MemoryLog;
  readonly #clock: Clock;
  readonly #gate: Gate | undefined;
  readonly #memberships: Membership[] = [];
  #killed = false;

  constructor(log: MemoryLog, clock: Clock, gate: Gate | undefined) {
    this.#log = log;
    this.#clock = clock;
    this.#gate = gate;
    this.admin = this.#makeAdmin();
  }

  async producer(): Promise<LogProducer> {
    return {
      send: records => this.#call('Produce', () => records.map(record => this.#write(record))),
      close: async () => {},
    };
  }

  async transactionalProducer(transactionalId: string): Promise<TransactionalProducer> {
    const { transactions } = this.#log;
    let epoch = -1;
    let dead = false;
    const guard = <T>(request: string, work: () => T): Promise<T> => {
      if (dead) return Promise.reject(new LogError('PRODUCER_DEAD', `${request}: the producer failed before`));
      return this.#call(request, work).catch(error => {
        dead = true;
        throw error;
      });
    };
    const end = (state: 'committed' | 'aborted') =>
      guard('EndTxn', () => transactions.end(transactionalId, epoch, state));
    return {
      fence: () =>
        guard('InitProducerId', () => {
          epoch = transactions.initProducerId(transactionalId);
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
    const { groupId } = options;
    let assignment: Assignment | undefined;
    let beats: (() => void)[] = [];
    const member = {
      topics: options.topics,
      instanceId: options.instanceId,
      standbyReplicas: options.standbyReplicas,
      server: options.server,
      onAssigned: (next: Assignment) => {
        assignment = next;
        if (!this.#killed) options.onAssigned(next);
      },
    };
    const { groups } = this.#log;
    const joined: Membership = { groupId, memberId: '', left: false, heartbeat: undefined };
    await this.#call('JoinGroup', () => {
      joined.memberId = groups.join(groupId, member);
      this.#memberships.push(joined); // also when the answer is lost: the group has the member until its session ends
    });
    const beat = () => {
      if (this.#killed || joined.left) return;
      if (!groups.isMember(groupId, joined.memberId)) joined.memberId = groups.join(groupId, member);
      const waiting = beats;
      beats = [];
      for (const resolve of waiting) resolve();
      options.onHeartbeat?.();
    };
    const schedule = () => {
      joined.heartbeat = this.#clock.setTimer(() => {
        schedule();
        beat();
      }, options.heartbeatIntervalMs ?? 500);
    };
    schedule();
    return {
      committed: partitions => this.admin.committed(groupId, partitions),
      commit: offsets =>
        this.#call('OffsetCommit', () => {
          groups.commit(groupId, joined.memberId, assignment?.generation ?? -1, offsets);
        }),
      nextHeartbeat: () => {
        const heard = new Promise<void>(resolve => beats.push(resolve));
        this.#clock.soon(beat);
        return heard;
      },
      leave: () => {
        joined.left = true;
        joined.heartbeat?.cancel();
        return this.#call('LeaveGroup', () => groups.leave(groupId, joined.memberId));
      },
    };
  }

  async close(): Promise<void> {
    for (const membership of this.#memberships) membership.left = true;
    this.#stop();
  }

  /** As kill -9: no request of this client returns any more, its sessions end, its transactions stay open. */
  kill(): void {
    this.#killed = true;
    this.#stop();
  }

  /** Its sessions end, as after a long stall; at its next heartbeat it joins again. */
  expire(): void {
    for (const { groupId, memberId } of this.#memberships) this.#log.groups.leave(groupId, memberId);
  }

  #stop(): void {
    for (const { heartbeat } of this.#memberships) heartbeat?.cancel();
    this.expire();
  }

  async #call<T>(request: string, work: () => T | Promise<T>): Promise<T> {
    await this.#pass(request, 'before');
    const result = await work();
    await this.#pass(request, 'after');
    return result;
  }

  async #pass(request: string, when: 'before' | 'after'): Promise<void> {
    if (!this.#killed && this.#gate) await this.#gate(request, when);
    if (this.#killed) await new Promise<never>(() => {});
  }

  #write(record: OutgoingRecord) {
    return { topic: record.topic, partition: record.partition, offset: this.#log.append(record) };
  }

  #makeAdmin(): LogAdmin {
    const log = this.#log;
    return {
      createTopics: topics => this.#call('CreateTopics', () => log.createTopics(topics)),
      partitionCounts: topics =>
        this.#call('Metadata', () => {
          const counts = new Map<string, number>();
          for (const topic of topics) {
            const count = log.partitionCount(topic);
            if (count !== undefined) counts.set(topic, count);
          }
          return counts;
        }),
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
