import { LogError } from '../errors.ts';
import type {
  Assignment,
  CommittedOffset,
  GroupMember,
  MemberOptions,
  OffsetCommit,
  TopicPartition,
} from '../log-client.ts';
import { byTopic, partitionCounts, readCommitted } from './admin.ts';
import { type Broker, type Cluster, errorMessage, errorType, recover, retrying } from './cluster.ts';
import { decodeAssignment, encodeAssignments, encodeSubscription } from './consumer-protocol.ts';

const RETRY_FOR_MS = 30_000;
/** How often a member compares the partition counts of its topics with those of the last assignment. */
const COMPARE_EVERY_MS = 2000;
const REJOIN = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);
const FENCED = new Set([...REJOIN, 'FENCED_INSTANCE_ID']);
const FATAL = new Set([
  'FENCED_INSTANCE_ID',
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
  'GROUP_MAX_SIZE_REACHED',
]);

/**
 * Membership by the classic group protocol, spoken over kafkajs's connections:
 *
 *   joining --JoinGroup, SyncGroup--> stable --heartbeat refused, or a topic has other partitions--> joining
 *   any --coordinator lost--> the same state at the coordinator found next
 *   any --leave()--> left;  any --refused for good--> fatal
 */
export class KafkajsGroupMember implements GroupMember {
  /** Joins, syncs and heartbeats. The broker may hold a JoinGroup, so this cluster serves nothing else. */
  readonly #own: Cluster;
  readonly #shared: Cluster;
  readonly #options: MemberOptions & Timing;
  readonly #onLeft: () => void;
  readonly #joined = Promise.withResolvers<void>();
  #assignment: Assignment = { generation: -1, memberId: '', partitions: [], standbys: [], servers: {} };
  /** The partition counts by which the leader assigned. */
  #counts: Readonly<Record<string, number>> = {};
  #memberId = '';
  #left = false;
  #interrupt: () => void = () => {};
  #beats: (() => void)[] = [];

  constructor(own: Cluster, shared: Cluster, options: MemberOptions, onLeft: () => void = () => {}) {
    this.#own = own;
    this.#onLeft = onLeft;
    this.#shared = shared;
    this.#options = { sessionTimeoutMs: 6000, rebalanceTimeoutMs: 3000, heartbeatIntervalMs: 500, ...options };
  }

  /** Resolves after the first assignment. */
  async join(): Promise<this> {
    await retrying(this.#own, RETRY_FOR_MS, () => this.#own.connect());
    await retrying(this.#own, RETRY_FOR_MS, () => this.#own.addMultipleTargetTopics(this.#options.topics));
    void this.#run();
    await this.#joined.promise;
    return this;
  }

  committed(partitions: readonly TopicPartition[]): Promise<readonly (TopicPartition & CommittedOffset)[]> {
    const { groupId } = this.#options;
    return retrying(this.#shared, RETRY_FOR_MS, async () =>
      readCommitted(await this.#shared.findGroupCoordinator({ groupId }), groupId, partitions),
    );
  }

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    const { generation, memberId, partitions } = this.#assignment;
    const owned = new Set(partitions.map(p => `${p.topic}/${p.partition}`));
    const foreign = offsets.find(p => !owned.has(`${p.topic}/${p.partition}`));
    if (foreign) throw new LogError('MEMBER_FENCED', `${foreign.topic}[${foreign.partition}] is no longer ours`);
    const { groupId, instanceId } = this.#options;
    const topics = [...byTopic(offsets)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition, offset, metadata }) => ({
        partition,
        offset: offset.toString(),
        metadata: metadata ?? '',
      })),
    }));
    const request = { groupId, groupGenerationId: generation, memberId, groupInstanceId: instanceId, topics };
    await retrying(this.#shared, RETRY_FOR_MS, async () => {
      const coordinator = await this.#shared.findGroupCoordinator({ groupId });
      await coordinator.offsetCommit(request).catch(refuseWhenFenced);
    });
  }

  nextHeartbeat(): Promise<void> {
    return new Promise(resolve => this.#beats.push(resolve));
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#onLeft();
    this.#interrupt();
    const { groupId, instanceId } = this.#options;
    if (this.#memberId !== '' && instanceId === undefined) {
      const leaving = async () => {
        const coordinator = await this.#shared.findGroupCoordinator({ groupId });
        await coordinator.leaveGroup({ groupId, memberId: this.#memberId });
      };
      await leaving().catch(() => {}); // no answer: the session times out
    }
    await this.#own.disconnect();
  }

  async #run(): Promise<void> {
    let waitMs = 20;
    while (!this.#left) {
      try {
        await this.#joinAndSync();
        waitMs = 20;
        await this.#beat();
      } catch (error) {
        if (this.#left) return;
        if (FATAL.has(errorType(error))) return this.#fail(error);
        if (errorType(error) === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
        if (REJOIN.has(errorType(error))) continue;
        await this.#pause(waitMs);
        waitMs = Math.min(waitMs * 2, 500);
        await recover(this.#own, error);
      }
    }
  }

  async #joinAndSync(): Promise<void> {
    const { groupId, topics, instanceId: groupInstanceId, standbyReplicas = 0, server } = this.#options;
    const { generation, standbys } = this.#assignment;
    const held = { generation, lanes: this.#lanes(), standbys };
    const metadata = encodeSubscription({ topics, held, standbyReplicas, ...(server === undefined ? {} : { server }) });
    const coordinator = await this.#own.findGroupCoordinator({ groupId });
    const joined = await coordinator.joinGroup({
      groupId,
      groupInstanceId,
      sessionTimeout: this.#options.sessionTimeoutMs,
      rebalanceTimeout: this.#options.rebalanceTimeoutMs,
      memberId: this.#memberId,
      groupProtocols: [{ name: 'sticky-lanes', metadata }],
    });
    this.#memberId = joined.memberId;
    const { generationId, memberId } = joined;
    const groupAssignment =
      joined.leaderId === memberId ? encodeAssignments(joined.members, await partitionCounts(coordinator, topics)) : [];
    const synced = await coordinator.syncGroup({ groupId, generationId, memberId, groupInstanceId, groupAssignment });
    if (this.#left) return;
    const { counts, ...assigned } = decodeAssignment(synced.memberAssignment);
    this.#counts = counts;
    this.#assignment = { generation: generationId, memberId, ...assigned };
    this.#options.onAssigned(this.#assignment);
    this.#accepted();
    this.#joined.resolve();
  }

  /**
   * Sends heartbeats until the group asks for a new join, which comes as an error, or until the assignment no longer
   * fits the topics. The group itself does not notice new partitions, and it gives a static member that restarts its
   * earlier assignment.
   */
  async #beat(): Promise<void> {
    const { groupId, instanceId: groupInstanceId, heartbeatIntervalMs } = this.#options;
    const { generation: groupGenerationId, memberId } = this.#assignment;
    let coordinator: Broker | undefined;
    for (let comparedAtMs = Number.NEGATIVE_INFINITY; ; ) {
      await this.#pause(heartbeatIntervalMs);
      if (this.#left) return;
      try {
        coordinator ??= await this.#own.findGroupCoordinator({ groupId });
        await coordinator.heartbeat({ groupId, groupGenerationId, memberId, groupInstanceId });
        this.#accepted();
        this.#options.onHeartbeat?.();
        if (performance.now() - comparedAtMs < COMPARE_EVERY_MS) continue;
        if (await this.#isOutdated(coordinator)) return;
        comparedAtMs = performance.now();
      } catch (error) {
        if (this.#left) return;
        if (FENCED.has(errorType(error)) || FATAL.has(errorType(error))) throw error;
        coordinator = undefined;
        await recover(this.#own, error);
      }
    }
  }

  /** True when a topic has another number of partitions than the leader assigned. A deleted topic is left assigned. */
  async #isOutdated(broker: Broker): Promise<boolean> {
    const present = await partitionCounts(broker, this.#options.topics);
    return [...present].some(([topic, count]) => count !== this.#counts[topic]);
  }

  #lanes(): number[] {
    return [...new Set(this.#assignment.partitions.map(({ partition }) => partition))];
  }

  #accepted(): void {
    const beats = this.#beats;
    this.#beats = [];
    for (const beat of beats) beat();
  }

  #fail(error: unknown): void {
    const failure = new LogError('LOG_REFUSED', `the group refuses this member: ${errorMessage(error)}`, {
      cause: error,
    });
    this.#joined.reject(failure);
    this.#options.onFatal?.(failure);
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

type Timing = Required<Pick<MemberOptions, 'sessionTimeoutMs' | 'rebalanceTimeoutMs' | 'heartbeatIntervalMs'>>;

function refuseWhenFenced(error: unknown): never {
  if (!FENCED.has(errorType(error))) throw error;
  throw new LogError('MEMBER_FENCED', `the group gave these partitions to others: ${errorMessage(error)}`, {
    cause: error,
  });
}
