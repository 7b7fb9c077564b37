import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogClient } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import type { StateDirectory } from './engine-shelf.ts';
import type { LostRecords, ProcessingGuarantee, RecreatedSource } from './lane-opening.ts';
import type { ErrorHandler } from './stream-task.ts';
import type { Topology } from './topology.ts';
import type { ShapeChange } from './topology-shape.ts';

/** Settings with a default; the guide's table has their names in Kafka Streams. */
export interface StreamsSettings {
  /** Longest time between two commits while records come, ms. */
  readonly commitIntervalMs: number;
  readonly processingGuarantee: ProcessingGuarantee;
  /** A commit comes early at this many output bytes. */
  readonly maxPendingBytes: number;
  /** A partition with more records than this waiting is paused. */
  readonly bufferedRecordsPerPartition: number;
  /** A partition with more bytes than this waiting is paused. */
  readonly bufferedBytesPerPartition: number;
  /** Bytes of updates a task holds back until the next commit; 0: every update is forwarded at once. */
  readonly cacheMaxBytes: number;
  /**
   * How long a task waits for an empty partition while others have records, ms; -1: never, even when the log has more.
   */
  readonly maxTaskIdleMs: number;
  /** How many other processes keep a copy of each task's state. */
  readonly standbyReplicas: number;
  /** Storage of state, unless a store sets its own. */
  readonly storeEngine: 'memory' | 'lmdb';
  /** A member silent for this long loses its lanes, ms. */
  readonly sessionTimeoutMs: number;
  /** How long a rebalance waits for a member that does not answer, ms. */
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** Time between two deletions of committed records in a repartition topic, ms. */
  readonly repartitionPurgeIntervalMs: number;
}

export const DEFAULT_SETTINGS: StreamsSettings = {
  commitIntervalMs: 100,
  processingGuarantee: 'exactly-once',
  maxPendingBytes: 4 * 1_048_576,
  bufferedRecordsPerPartition: 1500,
  bufferedBytesPerPartition: 8 * 1_048_576,
  cacheMaxBytes: 10 * 1_048_576,
  maxTaskIdleMs: 0,
  standbyReplicas: 0,
  storeEngine: 'memory',
  sessionTimeoutMs: 6000,
  rebalanceTimeoutMs: 3000,
  heartbeatIntervalMs: 500,
  repartitionPurgeIntervalMs: 30_000,
};

export interface StreamsOptions extends Partial<StreamsSettings> {
  /**
   * Complete, prefix included: the group id, and the prefix of transactional ids and of the application's own topics
   * (application.id).
   */
  readonly applicationId: string;
  readonly topology: Topology;
  readonly log: LogClient;
  /** Prefix of the topology's topic names; default ''. */
  readonly namePrefix?: string;
  /** Topic for records that cannot be processed; absent: such a record stops the application. */
  readonly deadLetters?: AnyTopic;
  readonly onDecodeError?: ErrorHandler;
  readonly onProcessError?: ErrorHandler;
  /** KIP-345 (group.instance.id). */
  readonly instanceId?: string;
  /** host:port at which other processes reach this one, for queries (application.server). */
  readonly server?: string;
  /** Folder of `lmdb` stores (state.dir). */
  readonly stateDir?: string;
  /** Storage for all state, replacing the choice of the stores. */
  readonly state?: StateDirectory;
  /** Replicas of the application's own topics; default the broker's (replication.factor). */
  readonly replicationFactor?: number;
  /** Starts although the topology does not fit the application's earlier state. Every older process must be stopped. */
  readonly acceptTopologyChanges?: boolean;
  /**
   * Losses to accept, each named as in the error and in health (`topic[partition]@committed offset`). A lane whose
   * unread records were deleted by retention waits until its loss is accepted here.
   */
  readonly acceptedLosses?: Iterable<string>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Called with the changes of the topology that this start made. */
  readonly onTopologyChanged?: (changes: readonly ShapeChange[]) => void;
  /** Called when a lane failed and will be tried again. */
  readonly onError?: (error: unknown, lane: string) => void;
  /** Called when a lane goes on without records whose loss is in `acceptedLosses`. */
  readonly onLost?: (loss: LostRecords) => void;
  /** Called when a lane reads a source from its start, because that topic was deleted and created again. */
  readonly onRecreated?: (source: RecreatedSource) => void;
  /** Called when trying again cannot help: close the application and end the process. */
  readonly onFatal?: (error: unknown) => void;
}

/** The settings of an application: what is given, else the defaults. */
export function settingsOf(options: Partial<StreamsSettings>): StreamsSettings {
  const names = Object.keys(DEFAULT_SETTINGS) as (keyof StreamsSettings)[];
  const given = names.filter(name => options[name] !== undefined).map(name => [name, options[name]]);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(given) };
}
