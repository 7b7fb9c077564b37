import { OffsetOutOfRangeError } from '../log/errors.ts';
import type { GroupMember, LogClient, TopicPartition, TransactionalProducer } from '../log/log-client.ts';
import { atLeastOnceProducer } from './at-least-once.ts';
import type { Clock } from './clock.ts';
import { restoreStores } from './state-restore.ts';
import { StreamTask, type TaskOptions } from './stream-task.ts';
import { type OffsetMark, readMark } from './task-commit.ts';

/** `at-least-once` has no transactions: cheaper, but after a crash everything since the last commit is repeated. */
export type ProcessingGuarantee = 'exactly-once' | 'at-least-once';

export interface LaneEnvironment {
  readonly log: LogClient;
  readonly groupId: string;
  readonly clock: Clock;
  readonly guarantee: ProcessingGuarantee;
  /** Resolves once this process has joined the group. */
  readonly member: Promise<GroupMember>;
  /** Losses that the operator accepted, named as by `lossName`. */
  readonly acceptedLosses: ReadonlySet<string>;
  /** Called when a lane goes on without lost records, because the operator accepted the loss. */
  onLost(loss: LostRecords): void;
  /** Called when a lane starts a source that was deleted and created again, at its beginning. */
  onRecreated(source: RecreatedSource): void;
  /** Resolves when every global store has folded its topic to its present end. */
  globalsCaughtUp(): Promise<void>;
}

export interface OpenedLane {
  readonly producer: TransactionalProducer;
  readonly task: StreamTask;
  readonly restoredRecords: number;
}

/** A source topic that was deleted and created again since the group committed `offset`. */
export interface RecreatedSource extends TopicPartition {
  readonly offset: bigint;
}

/** Records that the log deleted before this application read them. */
export interface LostRecords extends TopicPartition {
  /** The group's committed offset: the first lost record. */
  readonly from: bigint;
  /** The log's present start, or its end when that lies before `from`. */
  readonly to: bigint;
}

/** Name of one loss: topic, partition and committed offset, which changes with the next commit. */
export const lossName = ({ topic, partition, from }: LostRecords): string => `${topic}[${partition}]@${from}`;

/**
 * The log does not hold the committed offset. Records count as lost when a second opening finds the same. In a single
 * opening another owner may have fenced, committed and purged between the two answers.
 */
export class PositionLost extends OffsetOutOfRangeError {
  readonly loss: LostRecords;

  constructor(loss: LostRecords) {
    super(loss, loss.from);
    this.loss = loss;
    const { from, to } = loss;
    const what =
      to > from
        ? `${to - from} records from offset ${from} on are gone`
        : `the log ends at ${to}, before the committed offset ${from}`;
    this.message = `${loss.topic}[${loss.partition}]: ${what}; to go on without them, accept the loss ${lossName(loss)}`;
  }
}

/** Steps of an opening, in order; each is visible as the lane's state. */
export type OpeningStep = 'fencing' | 'restoring' | 'folding';

export interface LaneHooks {
  /** Called before each step; may throw to give up. */
  step(step: OpeningStep): void;
  /** Registers a resource to close when the opening is given up or the lane ends. */
  keep(resource: { close(): unknown }): void;
  /** Throws when the lane has failed or has another owner. */
  check(): void;
}

/**
 * Makes a lane ready to process, in the only safe order: fence, then read the committed offsets; restore to the
 * changelog's last stable offset after the fence; fold the global stores.
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
  const task = await positionedTask(environment, member, options);
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

/**
 * A task that stands at the group's committed offsets, or at the start of what was never read
 * (auto.offset.reset=earliest). An offset of an earlier topic of the same name counts as none.
 */
async function positionedTask(
  environment: LaneEnvironment,
  member: GroupMember,
  options: TaskOptions,
): Promise<StreamTask> {
  const { log } = environment;
  const { subtopology, partition, directory } = options;
  const sources = subtopology.sources
    .filter(({ topic }) => directory.partitionsOf(topic) > partition)
    .map(({ topic }) => ({ name: topic.name, topic: directory.nameOf(topic), partition }));
  const found = await member.committed(sources);
  const ids = new Map<string, string>(); // before the offsets: a later topic then fails the lane, which opens again
  for (const source of sources) ids.set(source.topic, await log.admin.topicId(source));
  const committed = committedIn(environment, found, ids);
  const earliest = new Map(
    (await log.admin.listOffsets(sources, 'earliest')).map(({ topic, offset }) => [topic, offset]),
  );
  const ends = new Map(
    (await log.admin.listOffsets(sources, 'latest-committed')).map(({ topic, offset }) => [topic, offset]),
  );
  const times = new Map(sources.map(({ name, topic }) => [name, committed.get(topic)?.mark.partitionTimeMs ?? -1]));
  const task = new StreamTask(options, times);
  for (const { name, topic } of sources) {
    const first = earliest.get(topic) ?? 0n;
    const offset = committed.get(topic)?.offset ?? first;
    const end = ends.get(topic) ?? offset;
    const isLost = offset < first || offset > end;
    if (isLost) acceptLoss(environment, { topic, partition, from: offset, to: offset < first ? first : end });
    task.group.queueOf(name)?.start(isLost ? first : offset, end, ids.get(topic) ?? '');
  }
  return task;
}

/** The committed offsets of the present topics; says which topics were created again. */
function committedIn(
  { onRecreated }: LaneEnvironment,
  found: Awaited<ReturnType<GroupMember['committed']>>,
  ids: ReadonlyMap<string, string>,
): ReadonlyMap<string, { readonly offset: bigint; readonly mark: OffsetMark }> {
  const committed = new Map<string, { readonly offset: bigint; readonly mark: OffsetMark }>();
  for (const { topic, partition, offset, metadata } of found) {
    if (offset === undefined) continue;
    const mark = readMark(metadata);
    if (mark.topicId === '' || mark.topicId === ids.get(topic)) committed.set(topic, { offset, mark });
    else onRecreated({ topic, partition, offset });
  }
  return committed;
}

/** Says what is lost when the operator accepted it; else throws PositionLost. */
function acceptLoss({ acceptedLosses, onLost }: LaneEnvironment, loss: LostRecords): void {
  if (!acceptedLosses.has(lossName(loss))) throw new PositionLost(loss);
  onLost(loss);
}
