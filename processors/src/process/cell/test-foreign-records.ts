import { type AnyTopic, maxMessageBytes, topics } from '@sightline/schemas';
import { deadLetterOrigin, Follower, type LogHeaders, type OutgoingRecord } from '../../log/index.ts';
import type { Cell } from './cell.ts';

/** A record that no reader of its topic can decode, and why. */
export interface ForeignRecord {
  readonly kind: string;
  readonly record: OutgoingRecord;
}

const AVRO_STRING_HELLO = Buffer.from([10, ...Buffer.from('hello')]);
/** Space for the rest of a batch with one record. */
const LARGEST_LESS = 600;
const PROTOBUF = 'syntax = "proto3"; message A { string a = 1; }';

/** Registers a schema at the test's registry (TEST_REGISTRY_URL). */
async function register(subject: string, schema: string, schemaType: string): Promise<number> {
  const response = await fetch(`${process.env.TEST_REGISTRY_URL}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema, schemaType }),
  });
  const { id } = (await response.json()) as { readonly id: number };
  return id;
}

function framed(id: number, body: Buffer): Buffer {
  const start = Buffer.alloc(5);
  start.writeInt32BE(id, 1);
  return Buffer.concat([start, body]);
}

/** Fields by which readers order a camera's records. */
const ORDERING = ['epoch', 'sequence', 'lastSequence', 'capturedAtMs', 'lastCapturedAtMs', 'lastSeenAtMs'] as const;
const YEAR_2100_MS = Date.UTC(2100, 0, 1);

/** The good record under the key of another owner, and with each ordering field far ahead. */
function disagreeing(cell: Cell, topic: AnyTopic, good: OutgoingRecord): readonly ForeignRecord[] {
  const value = topic.value.deserialize(good.value ?? Buffer.alloc(0), good.headers);
  const key = keyAmong(cell, topic, partition => partition === good.partition);
  return [
    { kind: 'a key of another owner', record: { ...good, key: Buffer.from(key ?? 'foreign') } },
    ...ORDERING.filter(field => field in value).map(field => ({
      kind: `${field} far ahead`,
      record: { ...good, value: topic.value.serialize({ ...value, [field]: YEAR_2100_MS }) },
    })),
  ];
}

/** A key of no owner whose partition is accepted; undefined: no such partition. */
const keyAmong = (cell: Cell, topic: AnyTopic, accepts: (partition: number) => boolean): string | undefined =>
  Array.from({ length: 100 }, (_, index) => `foreign-${index}`).find(key => accepts(cell.partitionOf(topic, key)));

/** One record of every foreign kind, in the same partition and with the same key as `good`. For tests. */
export async function foreignRecords(
  cell: Cell,
  topic: AnyTopic,
  good: OutgoingRecord,
): Promise<readonly ForeignRecord[]> {
  const subject = (kind: string): string => `${cell.prefix}foreign-${kind}`;
  const string = await register(subject('string'), '"string"', 'AVRO');
  const json = await register(subject('json'), '{"type":"object"}', 'JSON');
  const protobuf = await register(subject('protobuf'), PROTOBUF, 'PROTOBUF');
  const bytes = good.value ?? Buffer.alloc(0);
  const foreign = (kind: string, value: Buffer | null, headers: LogHeaders = []): ForeignRecord => ({
    kind,
    record: { ...good, value, headers },
  });
  const compacted = topic.cleanup === 'compact';
  const elsewhere = keyAmong(cell, topic, partition => partition !== good.partition);
  return [
    foreign('garbage', Buffer.from('no Avro at all \x01\x02')),
    foreign('garbage as large as the topic takes', Buffer.alloc(maxMessageBytes(topic) - LARGEST_LESS, 'A')),
    foreign('no bytes', Buffer.alloc(0)),
    foreign('an unknown schema id', framed(2_000_000_000, Buffer.from([2, 4, 6]))),
    foreign('a negative schema id', framed(-5, Buffer.from([2, 4, 6]))),
    foreign('an incompatible Avro schema', framed(string, AVRO_STRING_HELLO)),
    foreign('a JSON schema', framed(json, Buffer.from('{"a":1}'))),
    foreign('a Protobuf schema', framed(protobuf, Buffer.from([0, 10, 1, 65]))),
    ...disagreeing(cell, topic, good),
    ...(elsewhere === undefined
      ? []
      : [{ kind: 'a key of another partition', record: { ...good, key: Buffer.from(elsewhere) } }]),
    ...(compacted && elsewhere !== undefined
      ? [{ kind: 'a tombstone of another partition', record: { ...good, key: Buffer.from(elsewhere), value: null } }]
      : []),
    foreign('a value cut short', bytes.subarray(0, Math.floor(bytes.length / 2)), good.headers),
    // A compacted topic takes no record without a key, and its tombstones are valid in their key's partition.
    ...(compacted ? [] : [foreign('a tombstone', null)]),
    ...(compacted ? [] : [{ kind: 'no key', record: { ...good, key: null } }]),
  ];
}

/** The origin of each dead letter of the cell, as `topic/partition/offset`, in order. For tests. */
export async function deadLettersOf(cell: Cell): Promise<readonly string[]> {
  const origins: string[] = [];
  const follower = new Follower(cell.log, {
    topic: cell.name(topics.deadLetters),
    partitions: Array.from({ length: cell.partitions(topics.deadLetters) }, (_, partition) => partition),
    from: 'earliest',
    handle({ records }) {
      for (const { headers } of records) {
        const origin = deadLetterOrigin(headers);
        origins.push(origin === undefined ? 'unknown' : `${origin.topic}/${origin.partition}/${origin.offset}`);
      }
    },
  });
  await follower.caughtUp();
  await follower.close();
  return origins.toSorted();
}

/** Sets a group's committed offsets of a topic back, as if it had crashed before. For tests. */
export async function rewind(cell: Cell, group: string, topic: AnyTopic): Promise<void> {
  const joined = await cell.log.join({
    groupId: cell.groupId(group),
    topics: [cell.name(topic)],
    onAssigned: () => {},
  });
  const partitions = Array.from({ length: cell.partitions(topic) }, (_, partition) => partition);
  await joined.commit(partitions.map(partition => ({ topic: cell.name(topic), partition, offset: 0n })));
  await joined.leave();
}
