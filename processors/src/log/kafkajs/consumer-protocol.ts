import type { TopicPartition } from '../log-client.ts';
import { assignLanes, type LaneMember, type LaneNotice, laneNotices } from '../sticky-lanes.ts';
import type { JoinAnswer } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/**
 * Kafka's consumer protocol, version 0 (the bytes a group's members show each other):
 *
 *   subscription: version int16 | topics [string] | userData bytes
 *   assignment:   version int16 | [topic string, partitions [int32]] | userData bytes
 *
 * Our user data is JSON: of a subscription what the member holds and asks for, of an assignment a LaneNotice and the
 * partition counts by which the leader assigned.
 */
export function encodeSubscription({ topics, held, standbyReplicas, server }: Omit<LaneMember, 'memberId'>): Buffer {
  const writer = new Writer();
  writer.int16(0).array(topics, topic => writer.string(topic));
  return Buffer.from(writer.bytes(Buffer.from(JSON.stringify({ ...held, standbyReplicas, server }))).done());
}

/** The leader's part: every member's assignment, encoded. */
export function encodeAssignments(members: JoinAnswer['members'], partitionCounts: ReadonlyMap<string, number>) {
  const lanes = members.map(({ memberId, memberMetadata }) => ({ memberId, ...decodeSubscription(memberMetadata) }));
  const assignment = assignLanes(lanes, partitionCounts);
  const notices = laneNotices(lanes, assignment);
  return [...assignment].map(([memberId, byTopic]) => {
    const writer = new Writer().int16(0);
    writer.array([...byTopic], ([topic, partitions]) => writer.string(topic).array(partitions, p => writer.int32(p)));
    const counts = Object.fromEntries(partitionCounts);
    const notice = Buffer.from(JSON.stringify({ ...notices.get(memberId), counts }));
    return { memberId, memberAssignment: Buffer.from(writer.bytes(notice).done()) };
  });
}

interface DecodedAssignment extends LaneNotice {
  readonly partitions: readonly TopicPartition[];
  readonly counts: Readonly<Record<string, number>>;
}

export function decodeAssignment(bytes: Buffer): DecodedAssignment {
  if (bytes.length < 2) return { partitions: [], standbys: [], servers: {}, counts: {} };
  const reader = new Reader(bytes);
  reader.int16();
  const partitions = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => ({ topic, partition: reader.int32() }));
  });
  const notice = parsed(reader);
  return {
    partitions: partitions.flat(),
    standbys: integers(notice.standbys),
    servers: (notice.servers ?? {}) as LaneNotice['servers'],
    counts: (notice.counts ?? {}) as DecodedAssignment['counts'],
  };
}

/** A member with foreign user data, or none, counts as holding nothing. */
function decodeSubscription(bytes: Buffer): Omit<LaneMember, 'memberId'> {
  const reader = new Reader(bytes);
  reader.int16();
  const topics = reader.array(() => reader.string());
  const { generation, lanes, standbys, standbyReplicas, server } = parsed(reader);
  return {
    topics,
    held: {
      generation: typeof generation === 'number' ? generation : -1,
      lanes: typeof generation === 'number' ? integers(lanes) : [],
      standbys: integers(standbys),
    },
    standbyReplicas: typeof standbyReplicas === 'number' ? standbyReplicas : 0,
    ...(typeof server === 'string' ? { server } : {}),
  };
}

function parsed(reader: Reader): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse((reader.left >= 4 ? reader.bytes() : Buffer.alloc(0)).toString('utf8'));
    if (typeof found === 'object' && found !== null) return { ...found };
  } catch {
    // another client's data
  }
  return {};
}

const integers = (found: unknown): number[] => (Array.isArray(found) ? found.filter(Number.isInteger) : []);
