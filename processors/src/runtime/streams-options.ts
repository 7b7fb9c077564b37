import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogClient } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import type { StateDirectory } from './engine-shelf.ts';
import type { LostRecords, ProcessingGuarantee } from './lane-opening.ts';
import type { ErrorHandler } from './stream-task.ts';
import type { Topology } from './topology.ts';
import type { ShapeChange } from './topology-shape.ts';

/** Settings with a default; the guide's table says what each is called in Java. */
export interface StreamsSettings {
  /** Longest time between two commits while records come, ms. */
  readonly commitIntervalMs: number;
  readonly processingGuarantee: ProcessingGuarantee;
  /** Output bytes that make a commit come early. */
  readonly maxPendingBytes: number;
  /** A partition with more records than this waiting is paused. */
  readonly bufferedRecordsPerPartition: number;
  /** A partition with more bytes than this waiting is paused. */
  readonly bufferedBytesPerPartition: number;
  /** Bytes of updates a task holds back until the next commit; 0: every update is forwarded at once. */
  readonly cacheMaxBytes: number;
  /** How long an empty partition is waited for while others have records, ms; -1: never, even when more is known to come. */
  readonly maxTaskIdleMs: number;
  /** How many other processes keep a copy of each task's state. */
  readonly standbyReplicas: number;
  /** Where state lies unless a store says otherwise. */
  readonly storeEngine: 'memory' | 'lmdb';
  /** A member unheard for so long loses its lanes, ms. */
  readonly sessionTimeoutMs: number;
  /** How long a rebalance waits for a member that does not answer, ms. */
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** Time between two deletions of what was read from a repartition topic, ms. */
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
  /** Complete, prefix included: group id, and the beginning of transactional ids and of the topics of its own (application.id). */
  readonly applicationId: string;
  readonly topology: Topology;
  readonly log: LogClient;
  /** Put before the topology's topic names; default ''. */
  readonly namePrefix?: string;
  /** Where records go that cannot be processed; absent: such a record stops the application. */
  readonly deadLetters?: AnyTopic;
  readonly onDecodeError?: ErrorHandler;
  readonly onProcessError?: ErrorHandler;
  /** KIP-345 (group.instance.id). */
  readonly instanceId?: string;
  /** host:port at which other processes reach this one, for queries (application.server). */
  readonly server?: string;
  /** Folder of `lmdb` stores (state.dir). */
  readonly stateDir?: string;
  /** Where all state lies instead, whatever stores ask for. */
  readonly state?: StateDirectory;
  /** Replicas of the application's own topics; default the broker's (replication.factor). */
  readonly replicationFactor?: number;
  /** Starts although the topology does not fit the state its application left: every older process is stopped. */
  readonly acceptTopologyChanges?: boolean;
  /**
   * Losses to go on from, each as the error and health name it (`topic[partition]@committed offset`). A lane whose
   * unread records are gone by retention stands still until its loss is accepted here.
   */
  readonly acceptedLosses?: Iterable<string>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** What this start changed in the topology. */
  readonly onTopologyChanged?: (changes: readonly ShapeChange[]) => void;
  /** A lane failed and is tried again. */
  readonly onError?: (error: unknown, lane: string) => void;
  /** A lane goes on without these records, by `acceptedLosses`. */
  readonly onLost?: (loss: LostRecords) => void;
  /** Trying again cannot help; the application should be closed and the process end. */
  readonly onFatal?: (error: unknown) => void;
}

/** The settings of an application: what is given, else the defaults. */
export function settingsOf(options: Partial<StreamsSettings>): StreamsSettings {
  const names = Object.keys(DEFAULT_SETTINGS) as (keyof StreamsSettings)[];
  const given = names.filter(name => options[name] !== undefined).map(name => [name, options[name]]);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(given) };
}
