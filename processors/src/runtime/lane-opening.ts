import type { GroupMember, LogClient, LogReader, TransactionalProducer } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import { prepareRecords } from './record-preparer.ts';
import { changelogTopic, partitionTimeOf, StreamTask, type TaskOptions } from './stream-task.ts';

export interface LaneEnvironment {
  readonly log: LogClient;
  readonly groupId: string;
  readonly clock: Clock;
  /** Resolves once this process has joined. */
  readonly member: Promise<GroupMember>;
  /** Resolves when every global store is folded to the end its topic has now. */
  globalsCaughtUp(): Promise<void>;
}

export interface OpenedLane {
  readonly producer: TransactionalProducer;
  readonly task: StreamTask;
  readonly restoredRecords: number;
}

/** Steps of an opening, in order; each is seen from outside as the lane's state. */
export type OpeningStep = 'fencing' | 'restoring' | 'folding';

/**
 * Makes a lane ready to process, in the one order that is safe: fence, and only then read the committed offsets;
 * restore to the changelog's last stable offset as it is after the fence; fold the global stores. `step` is called
 * before each and may throw to give up; `keep` is told of what must be closed if it does.
 */
export async function openLane(
  environment: LaneEnvironment,
  options: TaskOptions,
  transactionalId: string,
  hooks: { step(step: OpeningStep): void; keep(resource: { close(): unknown }): void },
): Promise<OpenedLane> {
  const { log } = environment;
  hooks.step('fencing');
  const member = await environment.member;
  const producer = await log.transactionalProducer(transactionalId);
  hooks.keep(producer);
  await producer.fence();
  hooks.step('restoring');
  const task = await positionedTask(log, member, options);
  hooks.keep(task);
  const restoredRecords = await restore(environment, task, options, () => hooks.step('restoring'));
  hooks.step('folding');
  await environment.globalsCaughtUp();
  hooks.step('folding');
  task.initialize();
  return { producer, task, restoredRecords };
}

/** A task that stands at the group's committed offsets, or at the start of what was never read (auto.offset.reset=earliest). */
async function positionedTask(log: LogClient, member: GroupMember, options: TaskOptions): Promise<StreamTask> {
  const { subtopology, partition, directory } = options;
  const sources = subtopology.sources
    .filter(({ topic }) => directory.partitionsOf(topic) > partition)
    .map(({ topic }) => ({ name: topic.name, topic: directory.nameOf(topic), partition }));
  const committed = new Map((await member.committed(sources)).map(found => [found.topic, found]));
  const earliest = new Map(
    (await log.admin.listOffsets(sources, 'earliest')).map(({ topic, offset }) => [topic, offset]),
  );
  const ends = new Map(
    (await log.admin.listOffsets(sources, 'latest-committed')).map(({ topic, offset }) => [topic, offset]),
  );
  const times = new Map(
    sources.map(({ name, topic }) => [name, partitionTimeOf(committed.get(topic)?.metadata ?? '')]),
  );
  const task = new StreamTask(options, times);
  for (const { name, topic } of sources) {
    const offset = committed.get(topic)?.offset ?? earliest.get(topic) ?? 0n;
    task.group.queueOf(name)?.start(offset, ends.get(topic) ?? offset);
  }
  return task;
}

async function restore(
  { log, clock, groupId: applicationId }: LaneEnvironment,
  task: StreamTask,
  { partition }: TaskOptions,
  checkpoint: () => void,
): Promise<number> {
  let restored = 0;
  for (const store of task.stores.values()) {
    if (!store.builder.logged) continue;
    const at = { topic: changelogTopic(applicationId, store.name), partition };
    const [end] = await log.admin.listOffsets([at], 'latest-committed');
    const [start] = await log.admin.listOffsets([at], 'earliest');
    const from = store.restoreFrom ?? start?.offset ?? 0n;
    if (end === undefined || from >= end.offset) continue;
    const reader = await log.reader({ maxBytesPerPartition: 1_048_576 });
    try {
      restored += await restoreStore(reader, clock, store, at, from, end.offset, checkpoint);
    } finally {
      await reader.close();
    }
  }
  return restored;
}

type AnyStore = StreamTask['stores'] extends ReadonlyMap<string, infer S> ? S : never;

async function restoreStore(
  reader: LogReader,
  clock: Clock,
  store: AnyStore,
  at: { readonly topic: string; readonly partition: number },
  from: bigint,
  end: bigint,
  checkpoint: () => void,
): Promise<number> {
  const { key, value } = store.builder;
  const topic = { name: at.topic, key, value, cleanup: 'compact', retention: { timeMs: -1 } } as const;
  let restored = 0;
  reader.seek(at, from);
  for (let position = from; position < end; ) {
    for (const { records, nextOffset } of await reader.fetch()) {
      await prepareRecords(topic, records, clock, () => {});
      store.restore(records);
      restored += records.length;
      position = nextOffset;
    }
    checkpoint();
  }
  return restored;
}
