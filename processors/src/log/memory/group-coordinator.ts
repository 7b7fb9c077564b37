import type { Clock, Timer } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { Assignment, CommittedOffset, OffsetCommit, TopicPartition } from '../log-client.ts';
import { assignLanes, type LaneMember, laneNotices } from '../sticky-lanes.ts';

export interface MemoryMember {
  readonly topics: readonly string[];
  readonly instanceId?: string | undefined;
  /** A member is removed after this long without a heartbeat; undefined: never. */
  readonly sessionTimeoutMs?: number | undefined;
  /** How long a rebalance waits for the member to join again. */
  readonly rebalanceTimeoutMs?: number | undefined;
  /** True: the member learns of each rebalance at once, so no rebalance waits for it. */
  readonly isTold: boolean;
  readonly standbyReplicas?: number | undefined;
  readonly server?: string | undefined;
  onAssigned(assignment: Assignment): void;
}

interface Joined {
  readonly memberId: string;
  readonly member: MemoryMember;
  assignment: Assignment;
  heardMs: number;
  session: Timer | undefined;
  /** Settled when the rebalance that it joined is over. */
  waiting: PromiseWithResolvers<void> | undefined;
}

interface Stored extends CommittedOffset {
  readonly place: number;
}

interface Group {
  generation: number;
  members: Joined[];
  /** Ends the wait for members to join again; undefined without a rebalance. */
  barrier: Timer | undefined;
  readonly offsets: Map<string, Stored>;
}

/**
 * Members, generations and committed offsets of consumer groups, as in Kafka's classic protocol. A rebalance waits for
 * all members to join again, at most for their longest rebalance timeout, then removes the missing ones, except static
 * members. Meanwhile the old generation may commit. A new generation has its assignments at once: it waits for no
 * leader.
 */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>();
  readonly #partitionCount: (topic: string) => number;
  readonly #clock: Clock;
  #nextMember = 1;
  #nextPlace = 0;
  /** Members removed for missing heartbeats. */
  expired = 0;
  /** Members removed because they did not join a rebalance in time. */
  late = 0;

  constructor(clock: Clock, partitionCount: (topic: string) => number) {
    this.#clock = clock;
    this.#partitionCount = partitionCount;
  }

  join(groupId: string, member: MemoryMember): string {
    const group = this.#group(groupId);
    const { instanceId } = member;
    const memberId = `${instanceId ?? 'member'}-${this.#nextMember++}`;
    const before = instanceId === undefined ? undefined : group.members.find(m => m.member.instanceId === instanceId);
    if (before) remove(group, before);
    const assignment = { generation: -1, memberId, partitions: [], standbys: [], servers: {} };
    const joined: Joined = { memberId, member, assignment, heardMs: this.#clock.monotonicMs(), session: undefined, waiting: undefined }; // biome-ignore format: one line
    group.members.push(joined);
    this.#watch(groupId, joined);
    if (before === undefined || !hasSameSubscription(before.member, member)) {
      joined.waiting = Promise.withResolvers();
      this.#rebalance(group);
    } else this.#replace(before, joined);
    return memberId;
  }

  /** For a present member: resolves when the running rebalance, if any, is over. */
  async rejoin(groupId: string, memberId: string): Promise<void> {
    const group = this.#group(groupId);
    const joined = group.members.find(candidate => candidate.memberId === memberId);
    if (joined === undefined || group.barrier === undefined) return;
    joined.waiting ??= Promise.withResolvers();
    const { promise } = joined.waiting;
    this.#rebalance(group);
    await promise;
  }

  /** A returning static member takes its old place without a rebalance (KIP-345). */
  #replace(before: Joined, joined: Joined): void {
    joined.assignment = { ...before.assignment, memberId: joined.memberId };
    joined.member.onAssigned(joined.assignment);
  }

  /**
   * `rebalance`: there is a newer generation. `unknown`: the member must join again. `fenced`: another process has its
   * instance id.
   */
  heartbeat(
    groupId: string,
    memberId: string,
    generation: number,
    instanceId?: string,
  ): 'accepted' | 'rebalance' | 'unknown' | 'fenced' {
    const group = this.#group(groupId);
    const joined = group.members.find(candidate => candidate.memberId === memberId);
    if (joined === undefined) {
      const isTaken = instanceId !== undefined && group.members.some(({ member }) => member.instanceId === instanceId);
      return isTaken ? 'fenced' : 'unknown';
    }
    joined.heardMs = this.#clock.monotonicMs();
    return generation === group.generation && group.barrier === undefined ? 'accepted' : 'rebalance';
  }

  /** undefined for a non-member, and during a rebalance. */
  assignment(groupId: string, memberId: string): Assignment | undefined {
    const { barrier, members } = this.#group(groupId);
    return barrier !== undefined ? undefined : members.find(joined => joined.memberId === memberId)?.assignment;
  }

  /** Called by the member, or for a killed member in place of its session's end. */
  leave(groupId: string, memberId: string): void {
    const group = this.#group(groupId);
    const leaving = group.members.find(joined => joined.memberId === memberId);
    if (leaving === undefined) return;
    remove(group, leaving);
    this.#rebalance(group);
  }

  /** Starts a new generation with the present members. */
  rebalance(groupId: string): void {
    this.#rebalance(this.#group(groupId));
  }

  commit(groupId: string, memberId: string, generation: number, offsets: readonly OffsetCommit[]): void {
    const group = this.#group(groupId);
    const joined = group.members.find(candidate => candidate.memberId === memberId);
    if (joined === undefined || group.generation !== generation) {
      throw new LogError(
        'MEMBER_FENCED',
        `${memberId} of generation ${generation} is not in generation ${group.generation}`,
      );
    }
    const owned = new Set(joined.assignment.partitions.map(nameOf));
    const foreign = offsets.find(offset => !owned.has(nameOf(offset)));
    if (foreign) throw new LogError('MEMBER_FENCED', `${nameOf(foreign)} is no longer ${memberId}'s`);
    this.store(groupId, offsets);
  }

  /** The position of the next offset commit in the log of all commits. */
  place(): number {
    return this.#nextPlace++;
  }

  /** A later write wins, whenever its transaction ends. */
  store(groupId: string, offsets: readonly OffsetCommit[], place = this.place()): void {
    const group = this.#group(groupId);
    for (const { offset, metadata = '', ...at } of offsets) {
      const name = nameOf(at);
      if ((group.offsets.get(name)?.place ?? -1) < place) group.offsets.set(name, { offset, metadata, place });
    }
  }

  committed(groupId: string, partition: TopicPartition): CommittedOffset {
    const { offset, metadata = '' } = this.#group(groupId).offsets.get(nameOf(partition)) ?? { offset: undefined };
    return { offset, metadata };
  }

  /** Starts or continues a rebalance; it is over when all members have joined. */
  #rebalance(group: Group): void {
    const timeoutMs = Math.max(0, ...group.members.map(({ member }) => member.rebalanceTimeoutMs ?? 0));
    group.barrier ??= this.#clock.setTimer(() => this.#complete(group), timeoutMs);
    if (group.members.every(hasRejoined)) this.#complete(group);
  }

  #complete(group: Group): void {
    group.barrier?.cancel();
    group.barrier = undefined;
    const late = group.members.filter(joined => !hasRejoined(joined) && joined.member.instanceId === undefined);
    for (const joined of late) remove(group, joined);
    this.late += late.length;
    this.#assign(group);
    for (const joined of group.members) {
      if (joined.waiting !== undefined) joined.heardMs = this.#clock.monotonicMs();
      joined.waiting?.resolve();
      joined.waiting = undefined;
    }
    for (const { member, assignment } of [...group.members]) member.onAssigned(assignment);
  }

  #assign(group: Group): void {
    group.generation += 1;
    const topics = new Set(group.members.flatMap(({ member }) => member.topics));
    const counts = new Map([...topics].map(topic => [topic, this.#partitionCount(topic)]));
    const laneMembers = group.members.map(toLaneMember);
    const lanes = assignLanes(laneMembers, counts);
    const notices = laneNotices(laneMembers, lanes);
    for (const joined of [...group.members]) {
      const byTopic = [...(lanes.get(joined.memberId) ?? [])];
      const partitions = byTopic.flatMap(([topic, list]) => list.map(partition => ({ topic, partition })));
      const { standbys = [], servers = {} } = notices.get(joined.memberId) ?? {};
      joined.assignment = { generation: group.generation, memberId: joined.memberId, partitions, standbys, servers };
    }
  }

  #watch(groupId: string, joined: Joined): void {
    const { sessionTimeoutMs } = joined.member;
    if (sessionTimeoutMs === undefined) return;
    const leftMs = joined.heardMs + sessionTimeoutMs - this.#clock.monotonicMs();
    joined.session = this.#clock.setTimer(
      () => {
        if (joined.waiting !== undefined) joined.heardMs = this.#clock.monotonicMs(); // the group delays the answer
        if (joined.heardMs + sessionTimeoutMs > this.#clock.monotonicMs()) return this.#watch(groupId, joined);
        this.expired += 1;
        this.leave(groupId, joined.memberId);
      },
      Math.max(0, leftMs),
    );
  }

  #group(groupId: string): Group {
    const group = this.#groups.get(groupId) ?? { generation: 0, members: [], barrier: undefined, offsets: new Map() };
    this.#groups.set(groupId, group);
    return group;
  }
}

function hasRejoined({ member, waiting }: Joined): boolean {
  return member.isTold || waiting !== undefined;
}

function hasSameSubscription(a: MemoryMember, b: MemoryMember): boolean {
  return a.topics.length === b.topics.length && a.topics.every(topic => b.topics.includes(topic));
}

function remove(group: Group, joined: Joined): void {
  joined.session?.cancel();
  joined.waiting?.resolve();
  group.members = group.members.filter(other => other !== joined);
}

function toLaneMember({ memberId, member, assignment }: Joined): LaneMember {
  const lanes = [...new Set(assignment.partitions.map(({ partition }) => partition))];
  const { topics, standbyReplicas = 0, server } = member;
  const held = { generation: assignment.generation, lanes, standbys: assignment.standbys };
  return { memberId, topics, held, standbyReplicas, ...(server === undefined ? {} : { server }) };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
