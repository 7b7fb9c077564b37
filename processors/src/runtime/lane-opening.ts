import { OffsetOutOfRangeError } from '../log/errors.ts';
import type { GroupMember, LogClient, TransactionalProducer } from '../log/log-client.ts';
import { atLeastOnceProducer } from './at-least-once.ts';
import type { Clock } from './clock.ts';
import { restoreStores } from './state-restore.ts';
import { StreamTask, type TaskOptions } from './stream-task.ts';
import { partitionTimeOf } from './task-commit.ts';

/** `at-least-once` has no transactions: cheaper, and what was done since the last commit is done again after a crash. */
export type ProcessingGuarantee = 'exactly-once' | 'at-least-once';

export interface LaneEnvironment {
  readonly log: LogClient;
  readonly groupId: string;
  readonly clock: Clock;
  readonly guarantee: ProcessingGuarantee;
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

/**
 * The log does not hold the committed offset. Records are lost when a second opening finds the same: in one alone
 * another owner may have fenced, committed and purged between the two answers.
 */
export class PositionLost extends OffsetOutOfRangeError {}

/** Steps of an opening, in order; each is seen from outside as the lane's state. */
export type OpeningStep = 'fencing' | 'restoring' | 'folding';

export interface LaneHooks {
  /** Called before each step; may throw to give up. */
  step(step: OpeningStep): void;
  /** Must be closed when the opening is given up, or the lane ends. */
  keep(resource: { close(): unknown }): void;
  /** Throws when the lane has failed or is somebody else's. */
  check(): void;
}

/**
 * Makes a lane ready to process, in the one order that is safe: fence, and only then read the committed offsets;
 * restore to the changelog's last stable offset as it is after the fence; fold the global stores.
 */
export async function openLane(
  environment: LaneEnvironment,
  options: TaskOptions,
  transactionalId: string,
  hooks: LaneHooks,
): Promise<OpenedLane> {
  const { log } = environment;
  hooks.step('fencing');
  const member = await environment.member;
  const producer =
    environment.guarantee === 'at-least-once'
      ? await atLeastOnceProducer(log, member, () => hooks.check())
      : await log.transactionalProducer(transactionalId);
  hooks.keep(producer);
  await producer.fence();
  hooks.step('restoring');
  const task = await positionedTask(log, member, options);
  hooks.keep(task);
  const restoredRecords = await restoreStores(
    environment,
    options.applicationId,
    options.partition,
    task.stores.values(),
    {
      checkpoint: () => hooks.step('restoring'),
    },
  );
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
    const end = ends.get(topic) ?? offset;
    if (offset < (earliest.get(topic) ?? 0n) || offset > end) throw new PositionLost({ topic, partition }, offset);
    task.group.queueOf(name)?.start(offset, end);
  }
  return task;
}
