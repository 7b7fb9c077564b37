import { OffsetOutOfRangeError } from '../log/errors.ts';
import type { GroupMember, LogReader } from '../log/log-client.ts';
import { type Clock, systemClock } from './clock.ts';
import { EngineShelf } from './engine-shelf.ts';
import { messageOf, StreamsError } from './errors.ts';
import { GlobalStates, type GlobalStoreSnapshot } from './global-states.ts';
import type { LaneHost, LaneSnapshot } from './lane.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { type LostRecords, lossName } from './lane-opening.ts';
import { RepartitionPurge } from './repartition-purge.ts';
import { type StandbySnapshot, StandbyTasks } from './standby-tasks.ts';
import { openState } from './state-directory.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import { type QueryOptions, type QueryResult, queryStore } from './store-query.ts';
import { type StreamsOptions, type StreamsSettings, settingsOf } from './streams-options.ts';
import { createInternalTopics, type TopicCounts, topicCounts } from './topics.ts';
import { admitTopology } from './topology-record.ts';
import { shapeOf } from './topology-shape.ts';

export type AppState = 'created' | 'starting' | 'running' | 'failed' | 'closed';

export interface AppHealth {
  readonly state: AppState;
  readonly reason: string | undefined;
  readonly generation: number;
  readonly lanes: readonly LaneSnapshot[];
  readonly standbys: readonly StandbySnapshot[];
  readonly globalStores: readonly GlobalStoreSnapshot[];
  /** Records lost since this process started whose loss the operator accepted. */
  readonly lost: readonly LostRecords[];
}

/** Everything of a started application; closed in the reverse order. */
interface Running {
  readonly counts: TopicCounts;
  readonly globals: GlobalStates;
  readonly shelf: EngineShelf;
  readonly reader: LogReader;
  readonly standbys: StandbyTasks;
  readonly lanes: LaneKeeper;
}

/** Runs a topology in this process, sharing its lanes with every process of the same application id. */
export class StreamsApp {
  readonly #options: StreamsOptions;
  readonly #settings: StreamsSettings;
  readonly #clock: Clock;
  readonly #member = Promise.withResolvers<GroupMember>();
  #state: AppState = 'created';
  #reason: string | undefined;
  #generation = -1;
  readonly #lost = new Map<string, LostRecords>();
  #servers: Readonly<Record<number, string>> = {};
  #running: Running | undefined;
  #joined: GroupMember | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#clock = options.clock ?? systemClock;
    options.topology.subtopologies(); // throws now if the topology is wrong
  }

  /**
   * Checks the topics and the application's earlier state, creates its own topics, folds global stores, and joins.
   * Rejects when the topology cannot run here.
   */
  async start(): Promise<void> {
    this.#state = 'starting';
    const running = await this.#prepare();
    this.#running = running;
    if (!this.#isClosed) await running.globals.start(error => this.#fail(error));
    if (!this.#isClosed) {
      void this.#read(running);
      this.#joined = await this.#join(running);
      this.#member.resolve(this.#joined);
    }
    if (this.#isClosed)
      await this.#end('now'); // `close` was called during the start
    else if (this.#state === 'starting') this.#state = 'running';
  }

  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Commits the processed records, leaves the group, and stops. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const how = this.#state === 'failed' ? 'now' : 'commit';
    this.#state = 'closed';
    await this.#end(how);
  }

  async #end(how: 'commit' | 'now'): Promise<void> {
    await this.#running?.globals.close(); // first: an opening lane may wait for what they wait for
    await this.#running?.lanes.close(how);
    await this.#joined?.leave();
    await this.#running?.standbys.close();
    await this.#running?.reader.close();
    this.#running?.shelf.close();
  }

  health(): AppHealth {
    const { lanes, standbys, globals } = this.#running ?? {};
    return {
      state: this.#state,
      reason: this.#reason ?? globals?.waitingFor,
      generation: this.#generation,
      lanes: lanes?.snapshots() ?? [],
      standbys: standbys?.snapshot() ?? [],
      globalStores: globals?.snapshot() ?? [],
      lost: [...this.#lost.values()],
    };
  }

  /**
   * A store's committed state on this process, by its builder or its name, for reading (KIP-535, KIP-796). Throws STORE_UNKNOWN, STORE_NOT_READY
   * (retriable) or STORE_ELSEWHERE, which names where the owner is reached.
   */
  query<B extends AnyStoreBuilder>(store: B | string, options: QueryOptions): QueryResult<B> {
    const running = this.#running;
    if (running === undefined || this.#state !== 'running')
      throw new StreamsError('STORE_NOT_READY', `the application is ${this.#state}`, { retriable: true });
    return queryStore(this.#options.topology, { ...running, servers: this.#servers }, store, options);
  }

  async #prepare(): Promise<Running> {
    const { log, topology, namePrefix = '', deadLetters, applicationId, replicationFactor } = this.#options;
    const counts = await topicCounts(log.admin, topology, { applicationId, namePrefix }, deadLetters);
    const shape = shapeOf(topology, topic => counts.partitionsOf(topic));
    const accept = this.#options.acceptTopologyChanges ?? false;
    const changes = await admitTopology(log, applicationId, shape, { accept, replicationFactor });
    if (changes.length > 0) this.#options.onTopologyChanged?.(changes);
    await createInternalTopics(log.admin, topology, counts, applicationId, replicationFactor);
    const globals = new GlobalStates(topology, log, counts, this.#clock);
    const shelf = new EngineShelf(this.#options.state ?? openState(this.#options, this.#settings));
    const reader = await log.reader({ maxWaitMs: 100 });
    const own = { log, applicationId, clock: this.#clock };
    const standbys = new StandbyTasks(own, shelf, error => this.#options.onError?.(error, 'standby'));
    const host = this.#host(globals, reader, counts);
    return { counts, globals, shelf, reader, standbys, lanes: this.#keeper(host, counts, globals, shelf, standbys) };
  }

  #join({ counts, lanes }: Running): Promise<GroupMember> {
    const { log, applicationId, topology, instanceId, server } = this.#options;
    const { sessionTimeoutMs, rebalanceTimeoutMs, heartbeatIntervalMs, standbyReplicas } = this.#settings;
    const sources = topology.subtopologies().flatMap(subtopology => subtopology.sources);
    return log.join({
      groupId: applicationId,
      topics: sources.map(({ topic }) => counts.nameOf(topic)),
      ...{ sessionTimeoutMs, rebalanceTimeoutMs, heartbeatIntervalMs, standbyReplicas },
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(server === undefined ? {} : { server }),
      onAssigned: assignment => {
        if (this.#state === 'closed' || this.#state === 'failed') return;
        this.#generation = assignment.generation;
        this.#servers = assignment.servers;
        lanes.assign(assignment);
      },
      onFatal: error => this.#fail(error),
    });
  }

  #keeper(
    host: LaneHost,
    counts: TopicCounts,
    globals: GlobalStates,
    shelf: EngineShelf,
    standbys: StandbyTasks,
  ): LaneKeeper {
    const { applicationId, topology, deadLetters, onDecodeError, onProcessError } = this.#options;
    const { cacheMaxBytes, maxTaskIdleMs } = this.#settings;
    return new LaneKeeper({
      ...{ host, settings: this.#settings, counts, shelf, standbys },
      subtopologies: topology.subtopologies(),
      task: {
        ...{ applicationId, globals: globals.processors, cacheMaxBytes, maxTaskIdleMs },
        ...(deadLetters === undefined ? {} : { deadLetters }),
        ...(onDecodeError === undefined ? {} : { onDecodeError }),
        ...(onProcessError === undefined ? {} : { onProcessError }),
      },
    });
  }

  #host(globals: GlobalStates, reader: LogReader, counts: TopicCounts): LaneHost {
    const { log, applicationId, topology, random = Math.random, onError, acceptedLosses = [] } = this.#options;
    const { processingGuarantee: guarantee, repartitionPurgeIntervalMs } = this.#settings;
    const own = new Set(topology.repartitionTopics.map(({ topic }) => counts.nameOf(topic)));
    const purge = new RepartitionPurge(log.admin, this.#clock, own, repartitionPurgeIntervalMs);
    return {
      ...{ log, groupId: applicationId, member: this.#member.promise, reader, clock: this.#clock, guarantee, random },
      globalsCaughtUp: () => globals.caughtUp(),
      onCommitted: offsets => purge.committed(offsets),
      acceptedLosses: new Set(acceptedLosses),
      onLost: loss => {
        this.#lost.set(lossName(loss), loss);
        this.#options.onLost?.(loss);
      },
      onRecreated: source => this.#options.onRecreated?.(source),
      onError: (lane, error) => onError?.(error, lane),
      onFatal: (_, error) => this.#fail(error),
    };
  }

  async #read({ reader, lanes }: Running): Promise<void> {
    for (;;) {
      try {
        for (const batch of await reader.fetch()) lanes.deliver(batch);
      } catch (error) {
        if (this.#state === 'closed') return;
        if (error instanceof OffsetOutOfRangeError) lanes.fail(error, error);
        else this.#fail(error);
        if (this.#state === 'failed') return;
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed' || this.#state === 'closed') return;
    this.#state = 'failed';
    this.#reason = messageOf(error);
    this.#options.onFatal?.(error);
  }
}
