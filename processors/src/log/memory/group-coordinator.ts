import type { Clock, Timer } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { Assignment, CommittedOffset, OffsetCommit, TopicPartition } from '../log-client.ts';
import { assignLanes, type LaneMember, laneNotices } from '../sticky-lanes.ts';

export interface MemoryMember {
  readonly topics: readonly string[];
  readonly instanceId?: string | undefined;
  /** Without a heartbeat for so long it is thrown out; undefined: never. */
  readonly sessionTimeoutMs?: number | undefined;
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
}

interface Stored extends CommittedOffset {
  readonly place: number;
}

interface Group {
  generation: number;
  members: Joined[];
  readonly offsets: Map<string, Stored>;
}

/** Members, generations and committed offsets of consumer groups. A rebalance is one step: nobody is waited for. */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>();
  readonly #partitionCount: (topic: string) => number;
  readonly #clock: Clock;
  #nextMember = 1;
  #nextPlace = 0;
  /** Members thrown out because nothing was heard of them. */
  expired = 0;

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
    const joined: Joined = { memberId, member, assignment, heardMs: this.#clock.monotonicMs(), session: undefined };
    group.members.push(joined);
    this.#watch(groupId, joined);
    if (before === undefined || !hasSameSubscription(before.member, member)) this.#rebalance(group);
    else this.#replace(before, joined);
    return memberId;
  }

  /** A static member that comes back takes its old place, and nobody else hears of it (KIP-345). */
  #replace(before: Joined, joined: Joined): void {
    joined.assignment = { ...before.assignment, memberId: joined.memberId };
    joined.member.onAssigned(joined.assignment);
  }

  /**
   * `rebalance`: there is a newer generation than the member knows; `unknown`: it has to join again; `fenced`: another
   * process has its instance id.
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
    return generation === group.generation ? 'accepted' : 'rebalance';
  }

  assignment(groupId: string, memberId: string): Assignment | undefined {
    return this.#group(groupId).members.find(joined => joined.memberId === memberId)?.assignment;
  }

  /** By the member itself or, for a killed one, in place of its session's end. */
  leave(groupId: string, memberId: string): void {
    const group = this.#group(groupId);
    const leaving = group.members.find(joined => joined.memberId === memberId);
    if (leaving === undefined) return;
    remove(group, leaving);
    this.#rebalance(group);
  }

  /** A new generation with the members there are. */
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

  /** Where offsets written now lie in the log of all offsets. */
  place(): number {
    return this.#nextPlace++;
  }

  /** What was written later stands, whenever the transaction it came in ends. */
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

  #rebalance(group: Group): void {
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
    for (const { member, assignment } of [...group.members]) member.onAssigned(assignment);
  }

  #watch(groupId: string, joined: Joined): void {
    const { sessionTimeoutMs } = joined.member;
    if (sessionTimeoutMs === undefined) return;
    const leftMs = joined.heardMs + sessionTimeoutMs - this.#clock.monotonicMs();
    joined.session = this.#clock.setTimer(
      () => {
        if (joined.heardMs + sessionTimeoutMs > this.#clock.monotonicMs()) return this.#watch(groupId, joined);
        this.expired += 1;
        this.leave(groupId, joined.memberId);
      },
      Math.max(0, leftMs),
    );
  }

  #group(groupId: string): Group {
    const group = this.#groups.get(groupId) ?? { generation: 0, members: [], offsets: new Map() };
    this.#groups.set(groupId, group);
    return group;
  }
}

function hasSameSubscription(a: MemoryMember, b: MemoryMember): boolean {
  return a.topics.length === b.topics.length && a.topics.every(topic => b.topics.includes(topic));
}

function remove(group: Group, joined: Joined): void {
  joined.session?.cancel();
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
