import { readFileSync } from 'node:fs';
import type { AnyTopic, Topic } from '@sightline/schemas';
import {
  connectLog,
  type Follower,
  type LogClient,
  type LogRecord,
  type OutgoingRecord,
  type PartitionsChangedError,
  partitionFor,
} from '../../log/index.ts';
import type { CellEnv } from '../settings/env.ts';
import { type DecodeOptions, RecordDecoder } from './decoder.ts';
import { bindRegistry } from './registry.ts';
import { type FollowedRecord, type FollowingOptions, followTopic, type PassedOver } from './topic-follower.ts';
import { type ReadingOptions, readTopic } from './topic-reader.ts';

/** A required topic does not exist. `npm start` (or the operator) creates topics. */
export class MissingTopicError extends Error {
  readonly code = 'TOPIC_MISSING';
  readonly retriable = true;
}

export interface CellHealth {
  /** What the cell waits for; undefined: nothing. */
  readonly waitingFor: string | undefined;
  readonly passedOver: Readonly<Record<string, number>>;
}

/** One Kafka cluster with its schema registry, under one prefix: a process's access to topics. */
export interface Cell {
  readonly log: LogClient;
  readonly prefix: string;
  /** The complete name of a topic, with the prefix. */
  name(topic: AnyTopic): string;
  /** The complete name of a group or transactional id, with the prefix. */
  groupId(name: string): string;
  /** Number of partitions of a topic named at connect. */
  partitions(topic: AnyTopic): number;
  /** Partition of a key in a topic named at connect: murmur2, as in Java. */
  partitionOf(topic: AnyTopic, key: string): number;
  /** A record to send; its partition follows `partitionKey` (default: the key). A null value is a tombstone. */
  outgoing<V>(
    topic: Topic<string, V>,
    key: string,
    value: V | null,
    options?: { readonly partitionKey?: string; readonly timestampMs?: number },
  ): OutgoingRecord;
  /**
   * The value of a record. Waits for an unknown schema, and for a registry that is down. Rejects with UndecodableError
   * when the record has no key, a key of another partition, no value, or a value that does not decode.
   */
  decode<V>(topic: Topic<string, V>, record: LogRecord, options?: DecodeOptions): Promise<V>;
  /** Throws UndecodableError for a tombstone that has no key or a key of another partition. */
  checkTombstone(topic: AnyTopic, record: LogRecord, partition: number): void;
  /** Reads a topic without a group, retrying through all failures, until closed: see DESIGN.md. */
  follow<V>(topic: Topic<string, V>, options: FollowingOptions<V>): Follower;
  /** Reads a topic between two offsets, one record for each call of `next`: see `readTopic`. */
  read<V>(topic: Topic<string, V>, options: ReadingOptions): AsyncGenerator<FollowedRecord<V>, boolean>;
  /** What it waits for, and the number of records its followers passed over, by topic. */
  health(): CellHealth;
  close(): Promise<void>;
}

const pem = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : readFileSync(path, 'utf8');

/** Connection settings of the log client from the environment. */
export function logOptions(env: CellEnv, clientId: string): Parameters<typeof connectLog>[0] {
  const [ca, cert, key] = [pem(env.KAFKA_SSL_CA), pem(env.KAFKA_SSL_CERT), pem(env.KAFKA_SSL_KEY)];
  const tls = { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) };
  return {
    brokers: env.KAFKA_BROKERS.split(',').map(broker => broker.trim()),
    clientId: `${env.NAME_PREFIX}${clientId}`,
    ...(env.KAFKA_SSL && { ssl: tls }),
    ...(env.KAFKA_SASL_MECHANISM && {
      sasl: {
        mechanism: env.KAFKA_SASL_MECHANISM,
        username: env.KAFKA_SASL_USERNAME,
        password: env.KAFKA_SASL_PASSWORD,
      },
    }),
  };
}

/** Connects to brokers and registry. `topics` are those that the process reads or writes; they must exist. */
export async function connectCell(
  env: CellEnv,
  options: {
    readonly service: string;
    readonly topics: readonly AnyTopic[];
    /** Topics that need not exist: only their schemas are registered. */
    readonly ownTopics?: readonly AnyTopic[];
    /** How long to wait for a broker before rejecting; without it: forever. */
    readonly waitMs?: number;
    /** Called with each record that a follower passed over. */
    readonly onPassedOver?: (record: PassedOver) => void;
    /** Called when a topic has another number of partitions than now: end, and start again. */
    readonly onPartitionsChanged?: (error: PartitionsChangedError) => void;
  },
): Promise<Cell> {
  const prefix = env.NAME_PREFIX;
  const name = (topic: AnyTopic): string => `${prefix}${topic.name}`;
  const { waitMs, ownTopics = [], onPartitionsChanged } = options;
  const log = await connectLog({
    ...logOptions(env, options.service),
    ...(waitMs !== undefined && { waitMs }),
    ...(onPartitionsChanged !== undefined && { onPartitionsChanged }),
  });
  try {
    await bindRegistry({ url: env.SCHEMA_REGISTRY_URL, auth: env.SCHEMA_REGISTRY_AUTH, prefix }, [
      ...options.topics,
      ...ownTopics,
    ]);
    const counts = await log.admin.partitionCounts(options.topics.map(name));
    const missing = options.topics.map(name).filter(topic => !counts.has(topic));
    if (missing.length > 0)
      throw new MissingTopicError(
        `topics missing: ${missing.join(', ')}; create them with \`npm start\` or ask your Kafka operator to`,
      );
    return cell(log, prefix, counts, options.onPassedOver);
  } catch (error) {
    await log.close();
    throw error;
  }
}

function cell(
  log: LogClient,
  prefix: string,
  counts: ReadonlyMap<string, number>,
  onPassedOver: ((record: PassedOver) => void) | undefined,
): Cell {
  const followers = new Set<readonly [topic: string, follower: Follower]>();
  const passedOver = new Map<string, number>();
  const passOver = (record: PassedOver): void => {
    passedOver.set(record.topic, (passedOver.get(record.topic) ?? 0) + 1);
    onPassedOver?.(record);
  };
  const name = (topic: AnyTopic): string => `${prefix}${topic.name}`;
  const partitions = (topic: AnyTopic): number => {
    const count = counts.get(name(topic));
    if (count === undefined)
      throw new MissingTopicError(`${topic.name} is not in the list of topics given to connectCell: add it there`);
    return count;
  };
  const decoder = new RecordDecoder(partitions);
  const partitionOf = (topic: AnyTopic, key: string): number => partitionFor(key, partitions(topic));
  return {
    log,
    prefix,
    name,
    partitions,
    partitionOf,
    groupId: group => `${prefix}${group}`,
    outgoing: (topic, key, value, { partitionKey = key, timestampMs } = {}) => ({
      topic: name(topic),
      partition: partitionOf(topic, partitionKey),
      key: topic.key.serialize(key),
      value: value === null ? null : topic.value.serialize(value),
      headers: topic.value.headers ?? [],
      ...(timestampMs !== undefined && { timestampMs }),
    }),
    decode: (topic, record, options) => decoder.decode(topic, record, options),
    checkTombstone: (topic, record, partition) => decoder.checkTombstone(topic, record, partition),
    follow(topic, options) {
      const all = Array.from({ length: partitions(topic) }, (_, partition) => partition);
      const place = { topic, name: name(topic), partitions: options.partitions ?? all };
      const follower = followTopic({ log, decoder, ...place, onPassedOver: passOver }, options);
      const followed = [topic.name, follower] as const;
      followers.add(followed);
      follower.closed.then(() => followers.delete(followed));
      return follower;
    },
    read: (topic, options) => readTopic({ log, decoder, topic, name: name(topic), onPassedOver: passOver }, options),
    health() {
      const troubled = [...followers].find(([, { trouble }]) => trouble !== undefined);
      const waitingFor = decoder.waitingFor ?? (troubled && `${troubled[0]} is not read: ${troubled[1].trouble}`);
      return { waitingFor, passedOver: Object.fromEntries(passedOver) };
    },
    close: () => log.close(),
  };
}
