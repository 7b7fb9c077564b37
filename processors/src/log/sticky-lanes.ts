/**
 * Assigns lanes: all partitions of one number, over every subscribed topic, go to one member. A member keeps its lanes
 * as far as an even share allows (floor or floor + 1 lanes), so a join moves as few lanes as possible. Of two claims on
 * a lane the later generation wins, then the smaller member id. Pure: every leader decides the same.
 */
export interface LaneMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** The member's lanes in its last generation, and the lanes whose state it copied. */
  readonly held: {
    readonly generation: number;
    readonly lanes: readonly number[];
    readonly standbys?: readonly number[];
  };
  /** How many other members should copy a lane's state; the highest number of any member counts. */
  readonly standbyReplicas?: number;
  /** Address of this member for others (application.server). */
  readonly server?: string;
}

/** Partition numbers by topic, by member. A topic goes only to members that subscribe to it. */
export type LaneAssignment = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export function assignLanes(
  members: readonly LaneMember[],
  partitionCounts: ReadonlyMap<string, number>,
): LaneAssignment {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const laneCount = Math.max(0, ...partitionCounts.values());
  const lanes = balance(sorted, laneCount);
  const result = new Map(sorted.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  for (const [topic, count] of [...partitionCounts].sort()) {
    const subscribers = sorted.filter(({ topics }) => topics.includes(topic));
    for (let partition = 0; partition < count; partition++) {
      const owner = subscribers.find(({ memberId }) => lanes.get(memberId)?.has(partition));
      const taker = owner ?? subscribers[partition % Math.max(1, subscribers.length)];
      if (taker === undefined) continue;
      const byTopic = result.get(taker.memberId);
      byTopic?.set(topic, [...(byTopic.get(topic) ?? []), partition]);
    }
  }
  return result;
}

/** What each member gets besides its partitions. */
export interface LaneNotice {
  /** Lanes whose state this member should copy. */
  readonly standbys: readonly number[];
  /** Address of each lane's owner, where the owner gave one. */
  readonly servers: Readonly<Record<number, string>>;
}

/** Assigns the copies of lanes: never to the owner, first to members that have one already, else evenly. */
export function laneNotices(
  members: readonly LaneMember[],
  assignment: LaneAssignment,
): ReadonlyMap<string, LaneNotice> {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const replicas = Math.max(0, ...members.map(({ standbyReplicas = 0 }) => standbyReplicas));
  const standbys = new Map(sorted.map(({ memberId }) => [memberId, new Set<number>()]));
  const servers: Record<number, string> = {};
  for (const [lane, owner] of ownersOf(assignment)) {
    const server = sorted.find(({ memberId }) => memberId === owner)?.server;
    if (server !== undefined) servers[lane] = server;
    const others = sorted.filter(({ memberId }) => memberId !== owner);
    const has = ({ held }: LaneMember) => Number(held.standbys?.includes(lane) || held.lanes.includes(lane));
    others.sort((a, b) => has(b) - has(a) || size(standbys, a) - size(standbys, b));
    for (const { memberId } of others.slice(0, replicas)) standbys.get(memberId)?.add(lane);
  }
  return new Map([...standbys].map(([memberId, lanes]) => [memberId, { standbys: [...lanes], servers }]));
}

/** Member id by lane, in the order of lanes. */
function ownersOf(assignment: LaneAssignment): [lane: number, memberId: string][] {
  const owners = new Map<number, string>();
  for (const [memberId, byTopic] of assignment)
    for (const lane of [...byTopic.values()].flat()) owners.set(lane, memberId);
  return [...owners].sort(([a], [b]) => a - b);
}

function balance(members: readonly LaneMember[], laneCount: number): Map<string, Set<number>> {
  const lanes = keepHeld(members, laneCount);
  const floor = Math.floor(laneCount / Math.max(1, members.length));
  let oneMore = laneCount % Math.max(1, members.length);
  const taken = new Set<number>();
  for (const { memberId } of [...members].sort((a, b) => size(lanes, b) - size(lanes, a))) {
    const kept = lanes.get(memberId) ?? new Set();
    const quota = kept.size > floor && oneMore > 0 ? floor + 1 : floor;
    if (quota > floor) oneMore -= 1;
    const keep = [...kept].sort((a, b) => a - b).slice(0, quota);
    lanes.set(memberId, new Set(keep));
    for (const lane of keep) taken.add(lane);
  }
  for (let lane = 0; lane < laneCount; lane++) {
    if (taken.has(lane)) continue;
    const fewest = Math.min(...members.map(member => size(lanes, member)));
    const candidates = members.filter(member => size(lanes, member) === fewest);
    const taker = candidates.find(({ held }) => held.standbys?.includes(lane)) ?? candidates[0];
    if (taker) lanes.get(taker.memberId)?.add(lane);
  }
  return lanes;
}

function keepHeld(members: readonly LaneMember[], laneCount: number): Map<string, Set<number>> {
  const lanes = new Map(members.map(({ memberId }) => [memberId, new Set<number>()]));
  const taken = new Set<number>();
  for (const { memberId, held } of [...members].sort((a, b) => b.held.generation - a.held.generation)) {
    for (const lane of held.lanes) {
      if (lane >= laneCount || taken.has(lane)) continue;
      taken.add(lane);
      lanes.get(memberId)?.add(lane);
    }
  }
  return lanes;
}

function size(lanes: ReadonlyMap<string, ReadonlySet<number>>, { memberId }: LaneMember): number {
  return lanes.get(memberId)?.size ?? 0;
}
