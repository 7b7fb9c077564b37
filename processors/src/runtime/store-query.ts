import { partitionFor } from '../log/murmur2.ts';
import { StreamsError } from './errors.ts';
import type { LaneKeeper } from './lane-keeper.ts';
import { taskCount } from './partition-counts.ts';
import type { StandbyTasks } from './standby-tasks.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { KeyValueStoreBuilder, ReadOnlyKeyValueStore } from './store/key-value-store.ts';
import type { ReadOnlySessionStore, SessionStoreBuilder } from './store/session-store.ts';
import type { TaskStore } from './store/task-store.ts';
import type { ReadOnlyWindowStore, WindowStoreBuilder } from './store/window-store.ts';
import type { TopicCounts } from './topics.ts';
import type { Topology } from './topology.ts';

/** The state of a key, or of a partition. `allowStale`: accepts a standby's copy when the owner is elsewhere. */
export type QueryOptions = ({ readonly key: unknown } | { readonly partition: number }) & {
  readonly allowStale?: boolean;
};

export type ReadOnlyStoreOf<B extends AnyStoreBuilder> =
  B extends KeyValueStoreBuilder<infer K, infer V>
    ? ReadOnlyKeyValueStore<K, V>
    : B extends WindowStoreBuilder<infer K, infer V>
      ? ReadOnlyWindowStore<K, V>
      : B extends SessionStoreBuilder<infer K, infer V>
        ? ReadOnlySessionStore<K, V>
        : never;

export interface QueryResult<B extends AnyStoreBuilder> {
  /** Committed state only; it changes with each commit. */
  readonly store: ReadOnlyStoreOf<B>;
  readonly partition: number;
  /** True: a standby's copy, which may lack the owner's last commits. */
  readonly isStale: boolean;
  /** The store includes the changelog up to here; undefined before the first commit. */
  readonly changelogOffset: bigint | undefined;
}

interface Places {
  readonly counts: TopicCounts;
  readonly lanes: LaneKeeper;
  readonly standbys: StandbyTasks;
  readonly servers: Readonly<Record<number, string>>;
}

export function queryStore<B extends AnyStoreBuilder>(
  topology: Topology,
  places: Places,
  wanted: B | string,
  options: QueryOptions,
): QueryResult<B> {
  const isWanted = (store: AnyStoreBuilder) => (typeof wanted === 'string' ? store.name === wanted : store === wanted);
  const subtopology = topology.subtopologies().find(({ stores }) => stores.some(isWanted));
  const builder = subtopology?.stores.find(isWanted);
  if (subtopology === undefined || builder === undefined) {
    const name = typeof wanted === 'string' ? wanted : wanted.name;
    throw new StreamsError('STORE_UNKNOWN', `${name} is not a store of this topology`);
  }
  const count = taskCount(subtopology, topic => places.counts.partitionsOf(topic));
  const partition =
    'partition' in options ? options.partition : partitionFor(builder.key.serialize(options.key), count);
  if (!(partition >= 0 && partition < count))
    throw new RangeError(`${builder.name} has partitions 0 to ${count - 1}, not ${partition}`);
  const taskId = `${subtopology.id}_${partition}`;
  const lane = places.lanes.lane(taskId);
  const owned = lane?.committedStore(builder.name);
  if (owned) return result(owned, partition, false);
  if (lane) throw notReady(`${builder.name}[${partition}] is ${lane.snapshot().state} here`);
  const copy = options.allowStale === true ? places.standbys.store(taskId, builder.name) : undefined;
  if (copy) return result(copy, partition, true);
  const server = places.servers[partition];
  if (server === undefined) throw notReady(`no process reports that it owns ${builder.name}[${partition}]`);
  throw new StreamsError('STORE_ELSEWHERE', `${builder.name}[${partition}] is at ${server}`);
}

function result<B extends AnyStoreBuilder>(store: TaskStore, partition: number, isStale: boolean): QueryResult<B> {
  const view = store.committedView() as ReadOnlyStoreOf<B>; // the builder is the store's own
  return { store: view, partition, isStale, changelogOffset: store.restoreFrom };
}

function notReady(message: string): StreamsError {
  return new StreamsError('STORE_NOT_READY', message, { retriable: true });
}
