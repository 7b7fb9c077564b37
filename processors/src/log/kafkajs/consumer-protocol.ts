import type { TopicPartition } from '../log-client.ts';
import { assignLanes, type LaneMember } from '../sticky-lanes.ts';
import type { JoinAnswer } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/**
 * Kafka's consumer protocol, version 0 (the bytes a group's members show each other):
 *
 *   subscription: version int16 | topics [string] | userData bytes
 *   assignment:   version int16 | [topic string, partitions [int32]] | userData bytes
 *
 * Our user data is JSON: {generation, lanes}, what the member holds.
 */
export function encodeSubscription(topics: readonly string[], held: LaneMember['held']): Buffer {
  const writer = new Writer();
  writer.int16(0).array(topics, topic => writer.string(topic));
  return Buffer.from(writer.bytes(Buffer.from(JSON.stringify(held))).done());
}

/** The leader's part: every member's assignment, encoded. */
export function encodeAssignments(members: JoinAnswer['members'], partitionCounts: ReadonlyMap<string, number>) {
  const assignment = assignLanes(
    members.map(({ memberId, memberMetadata }) => ({ memberId, ...decodeSubscription(memberMetadata) })),
    partitionCounts,
  );
  return [...assignment].map(([memberId, byTopic]) => {
    const writer = new Writer().int16(0);
    writer.array([...byTopic], ([topic, partitions]) => writer.string(topic).array(partitions, p => writer.int32(p)));
    return { memberId, memberAssignment: Buffer.from(writer.bytes(Buffer.alloc(0)).done()) };
  });
}

export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length < 2) return [];
  const reader = new Reader(bytes);
  reader.int16();
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => ({ topic, partition: reader.int32() }));
    })
    .flat();
}

function decodeSubscription(bytes: Buffer): Pick<LaneMember, 'topics' | 'held'> {
  const reader = new Reader(bytes);
  reader.int16();
  const topics = reader.array(() => reader.string());
  return { topics, held: decodeHeld(reader.left >= 4 ? reader.bytes() : Buffer.alloc(0)) };
}

/** A member with another's user data, or none, holds nothing as far as we know. */
function decodeHeld(bytes: Buffer): LaneMember['held'] {
  try {
    const { generation, lanes } = JSON.parse(bytes.toString('utf8')) as { generation: unknown; lanes: unknown };
    if (typeof generation === 'number' && Array.isArray(lanes))
      return { generation, lanes: lanes.filter(Number.isInteger) };
  } catch {
    // not ours
  }
  return { generation: -1, lanes: [] };
}
