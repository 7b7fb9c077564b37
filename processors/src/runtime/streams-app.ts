import type { AnyTopic } from '@sightline/schemas/topic';
import { OffsetOutOfRangeError } from '../log/errors.ts';
import type { Assignment, GroupMember, LogClient, LogReader } from '../log/log-client.ts';
import { type Clock, systemClock } from './clock.ts';
import { GlobalStates } from './global-states.ts';
import { Lane, type LaneHost, type LaneSettings, type LaneSnapshot } from './lane.ts';
import { taskCount } from './partition-counts.ts';
import type { ErrorHandler } from './stream-task.ts';
import { createInternalTopics, type TopicCounts, topicCounts } from './topics.ts';
import type { Subtopology, Topology } from './topology.ts';

export interface StreamsOptions extends Partial<LaneSettings> {
  /** Complete, prefix included: group id, and the beginning of transactional ids and changelog topics (application.id). */
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
  /** Default 6000 (session.timeout.ms). */
  readonly sessionTimeoutMs?: number;
  /** Default 3000: how long a rebalance waits for a member that does not answer. */
  readonly rebalanceTimeoutMs?: number;
  /** Default 500 (heartbeat.interval.ms). */
  readonly heartbeatIntervalMs?: number;
  /** Replicas of changelog topics; default the broker's (replication.factor). */
  readonly replicationFactor?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** A lane failed and is tried again. */
  readonly onError?: (error: unknown, lane: string) => void;
  /** Trying again cannot help; the application should be closed and the process end. */
  readonly onFatal?: (error: unknown) => void;
}

export type AppState = 'created' | 'starting' | 'running' | 'failed' | 'closed';

export interface AppHealth {
  readonly state: AppState;
  readonly reason: string | undefined;
  readonly generation: number;
  readonly lanes: readonly LaneSnapshot[];
  readonly globalStores: readonly { readonly store: string; readonly undecodable: number }[];
}

const DEFAULTS: LaneSettings = {
  commitIntervalMs: 100,
  maxPendingBytes: 4 * 1_048_576,
  bufferedRecordsPerPartition: 10_000,
  bufferedBytesPerPartition: 8 * 1_048_576,
};

/** Runs a topology in this process, sharing its lanes with every process of the same application id. */
export class StreamsApp {
  readonly #options: StreamsOptions;
  readonly #subtopologies: readonly Subtopology[];
  readonly #lanes = new Map<string, Lane>();
  readonly #member = Promise.withResolvers<GroupMember>();
  #state: AppState = 'created';
  #reason: string | undefined;
  #generation = -1;
  #globals: GlobalStates | undefined;
  #reader: LogReader | undefined;
  #joined: GroupMember | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#subtopologies = options.topology.subtopologies();
  }

  /** Checks topics, makes changelogs, folds global stores, joins. Rejects when the topology cannot run here. */
  async start(): Promise<void> {
    this.#state = 'starting';
    const { log, topology, namePrefix = '', deadLetters, applicationId, clock = systemClock } = this.#options;
    const counts = await topicCounts(log.admin, topology, { applicationId, namePrefix }, deadLetters);
    await createInternalTopics(log.admin, topology, counts, applicationId, this.#options.replicationFactor);
    const globals = new GlobalStates(topology, log, counts, clock);
    this.#globals = globals;
    await globals.start(error => this.#fail(error));
    const reader = await log.reader({ maxWaitMs: 100 });
    this.#reader = reader;
    void this.#read(reader);
    const host = this.#host(globals, reader);
    const { sessionTimeoutMs = 6000, rebalanceTimeoutMs = 3000, heartbeatIntervalMs = 500, instanceId } = this.#options;
    this.#joined = await log.join({
      groupId: applicationId,
      topics: this.#subtopologies.flatMap(({ sources }) => sources.map(({ topic }) => counts.nameOf(topic))),
      ...{ sessionTimeoutMs, rebalanceTimeoutMs, heartbeatIntervalMs },
      ...(instanceId === undefined ? {} : { instanceId }),
      onAssigned: assignment => this.#assign(assignment, host, counts, globals),
      onFatal: error => this.#fail(error),
    });
    this.#member.resolve(this.#joined);
    if (this.#state === 'starting') this.#state = 'running';
  }

  /** Commits what is processed, leaves the group, ends. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const wasFailed = this.#state === 'failed';
    this.#state = 'closed';
    await Promise.allSettled([...this.#lanes.values()].map(lane => lane.close(wasFailed ? 'now' : 'commit')));
    await this.#joined?.leave();
    await this.#globals?.close();
    await this.#reader?.close();
  }

  health(): AppHealth {
    const lanes = [...this.#lanes.values()].map(lane => lane.snapshot());
    const reason = this.#reason ?? this.#globals?.waitingFor;
    const globalStores = this.#globals?.snapshot() ?? [];
    return { state: this.#state, reason, generation: this.#generation, lanes, globalStores };
  }

  /** Synchronous, between two heartbeats: what is still ours goes on, what is lost stops, what is new begins. */
  #assign({ partitions, generation }: Assignment, host: LaneHost, counts: TopicCounts, globals: GlobalStates): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    this.#generation = generation;
    const owned = new Set(partitions.map(({ topic, partition }) => `${topic}/${partition}`));
    const wanted = new Map<string, Lane>();
    for (const subtopology of this.#subtopologies) {
      const laneCount = taskCount(subtopology, topic => counts.partitionsOf(topic));
      for (let partition = 0; partition < laneCount; partition++) {
        const read = subtopology.sources.filter(({ topic }) => counts.partitionsOf(topic) > partition);
        if (!read.every(({ topic }) => owned.has(`${counts.nameOf(topic)}/${partition}`))) continue;
        const name = `${subtopology.id}_${partition}`;
        wanted.set(name, this.#lanes.get(name) ?? this.#makeLane(host, subtopology, partition, counts, globals));
      }
    }
    for (const [name, lane] of this.#lanes) {
      if (wanted.has(name)) continue;
      this.#lanes.delete(name);
      void lane.close('now');
    }
    for (const [name, lane] of wanted) {
      this.#lanes.set(name, lane);
      lane.start();
    }
  }

  #makeLane(
    host: LaneHost,
    subtopology: Subtopology,
    partition: number,
    counts: TopicCounts,
    globals: GlobalStates,
  ): Lane {
    const { applicationId, deadLetters, onDecodeError, onProcessError } = this.#options;
    return new Lane(
      host,
      { ...DEFAULTS, ...given(this.#options) },
      {
        applicationId,
        subtopology,
        partition,
        directory: counts,
        globals: globals.processors,
        ...(deadLetters === undefined ? {} : { deadLetters }),
        ...(onDecodeError === undefined ? {} : { onDecodeError }),
        ...(onProcessError === undefined ? {} : { onProcessError }),
      },
    );
  }

  #host(globals: GlobalStates, reader: LogReader): LaneHost {
    const { log, applicationId, clock = systemClock, random = Math.random, onError } = this.#options;
    return {
      log,
      groupId: applicationId,
      member: this.#member.promise,
      reader,
      clock,
      random,
      globalsCaughtUp: () => globals.caughtUp(),
      onError: (lane, error) => onError?.(error, lane),
      onFatal: (_, error) => this.#fail(error),
    };
  }

  async #read(reader: LogReader): Promise<void> {
    for (;;) {
      try {
        for (const batch of await reader.fetch()) for (const lane of this.#lanes.values()) lane.deliver(batch);
      } catch (error) {
        if (this.#state === 'closed') return;
        if (error instanceof OffsetOutOfRangeError) this.#failLane(error);
        else this.#fail(error);
        if (this.#state === 'failed') return;
      }
    }
  }

  /** The lane of the partition hears of it; if it is no longer ours nobody does. */
  #failLane(error: OffsetOutOfRangeError): void {
    for (const lane of this.#lanes.values()) {
      const { partitions } = lane.snapshot();
      const { namePrefix = '' } = this.#options;
      if (partitions.some(p => `${namePrefix}${p.topic}` === error.topic && p.partition === error.partition))
        lane.fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed' || this.#state === 'closed') return;
    this.#state = 'failed';
    this.#reason = error instanceof Error ? error.message : String(error);
    this.#options.onFatal?.(error);
  }
}

/** Of the optional lane settings those that were given. */
function given(options: Partial<LaneSettings>): Partial<LaneSettings> {
  const names = Object.keys(DEFAULTS) as (keyof LaneSettings)[];
  return Object.fromEntries(names.filter(name => options[name] !== undefined).map(name => [name, options[name]]));
}
