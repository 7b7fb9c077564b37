import type { Kafka, PartitionAssigner } from 'kafkajs';
import { LogError } from '../errors.ts';
import type { TopicPartition } from '../log-client.ts';

/** The parts of kafkajs's own cluster and broker objects that we use; its public types leave them out. */
export interface Broker {
  readonly nodeId: number;
  readonly connectionPool: { send<T>(protocol: Protocol<T>): Promise<T> };
  listOffsets(request: object): Promise<{ responses: OffsetAnswer[] }>;
  offsetFetch(request: object): Promise<{ responses: CommittedAnswer[] }>;
  offsetCommit(request: object): Promise<unknown>;
  joinGroup(request: object): Promise<JoinAnswer>;
  syncGroup(request: object): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: object): Promise<unknown>;
  leaveGroup(request: object): Promise<unknown>;
}

export interface Protocol<T> {
  /** kafkajs checks the object from `decode` for throttling, then `parse` makes the answer from it. */
  readonly request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<EncodedRequest> };
  readonly response: { decode(payload: Buffer): Promise<unknown>; parse(decoded: never): Promise<T> };
  readonly requestTimeout?: number;
}

/** kafkajs's form of an encoded request: it recognises its Encoder by `buf`. */
export interface EncodedRequest {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface JoinAnswer {
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

interface OffsetAnswer {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string; readonly errorCode: number }[];
}

interface CommittedAnswer {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly offset: string;
    readonly metadata: string | null;
    readonly errorCode: number;
  }[];
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  /** All topics ever requested; every refresh asks for all of them at once. */
  readonly targetTopics: Set<string>;
  findBroker(node: { nodeId: number | string }): Promise<Broker>;
  findControllerBroker(): Promise<Broker>;
  /** `coordinatorType` 0: coordinator of a group (default), 1: of a transactional.id. */
  findGroupCoordinator(group: { groupId: string; coordinatorType?: number }): Promise<Broker>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  removeBroker(address: { host: string; port: number }): void;
}

/**
 * A separate cluster object, with its own connections: a request that the broker holds (fetch, join) delays the
 * requests behind it on the same connection only.
 */
export function openCluster(kafka: Kafka): Cluster {
  let cluster: unknown;
  const capture: PartitionAssigner = options => {
    cluster = (options as unknown as { cluster: unknown }).cluster;
    return {
      name: 'capture',
      version: 1,
      assign: async () => [],
      protocol: () => ({ name: 'capture', metadata: Buffer.alloc(0) }),
    };
  };
  kafka.consumer({
    groupId: 'none',
    partitionAssigners: [capture],
    allowAutoTopicCreation: false,
    maxInFlightRequests: 64,
  });
  return cluster as Cluster;
}

/** Kafka's name of an error; '' when it did not come from a broker. */
export function errorType(error: unknown): string {
  const { type } = (error ?? {}) as { type?: unknown };
  return typeof type === 'string' ? type : '';
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NEVER = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

/**
 * Repeats a read-only or idempotent request over lost connections, moved leaders and moved coordinators until it
 * succeeds, or for `forMs` (then LOG_UNREACHABLE, retriable). A refusal for missing rights ends it at once.
 */
export async function retrying<T>(cluster: Cluster, forMs: number, request: () => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + forMs;
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof LogError && !error.retriable) throw error;
      if (NEVER.has(errorType(error))) throw new LogError('LOG_REFUSED', errorMessage(error), { cause: error });
      if (performance.now() + waitMs > giveUpAtMs) throw unreachable(error);
      await new Promise(resolve => setTimeout(resolve, waitMs));
      await recover(cluster, error);
    }
  }
}

/** Refreshes connections and leaders after a failed request; never throws. */
export async function recover(cluster: Cluster, error: unknown): Promise<void> {
  const { name, host, port } = (error ?? {}) as { name?: string; host?: string; port?: number };
  try {
    if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined)
      cluster.removeBroker({ host, port });
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.refreshMetadata();
  } catch (trouble) {
    // any other error: the next attempt meets it again and reports it
    if (errorType(trouble) === 'UNKNOWN_TOPIC_OR_PARTITION') await forgetDeleted(cluster);
  }
}

/** Forgets deleted topics: each would make every refresh fail, for existing topics too. */
async function forgetDeleted(cluster: Cluster): Promise<void> {
  const topics = [...cluster.targetTopics];
  cluster.targetTopics.clear();
  for (const topic of topics) {
    await cluster.addMultipleTargetTopics([topic]).catch(error => {
      if (errorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') cluster.targetTopics.add(topic);
    });
  }
}

function unreachable(error: unknown): LogError {
  if (error instanceof LogError) return error;
  return new LogError('LOG_UNREACHABLE', `the log does not answer: ${errorMessage(error)}`, {
    cause: error,
    retriable: true,
  });
}

/** Node id of the leader. Throws TOPIC_UNKNOWN, retriable, while there is none. */
export function leaderOf(cluster: Cluster, { topic, partition }: TopicPartition): number {
  const found = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
  if (found !== undefined && found.leader >= 0) return found.leader;
  throw new LogError('TOPIC_UNKNOWN', `${topic}[${partition}] has no leader`, { retriable: true });
}
