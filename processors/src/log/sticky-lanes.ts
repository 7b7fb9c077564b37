/**
 * Hands out lanes: all partitions of one number, over every subscribed topic, go to one member. A member keeps what
 * it holds as far as an even share allows (floor or floor + 1 lanes), so a join moves only the lanes it must. Two
 * claims on a lane: the later generation stands, then the smaller member id. Pure: every leader decides the same.
 */
export interface LaneMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** What the member held in the last generation it took part in. */
  readonly held: { readonly generation: number; readonly lanes: readonly number[] };
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
    const fewest = [...members].sort((a, b) => size(lanes, a) - size(lanes, b))[0];
    if (fewest) lanes.get(fewest.memberId)?.add(lane);
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
