import type { Topology } from '@sightline/processors/runtime';
import {
  changelogTopic,
  GlobalState,
  type PartitionAccount,
  readMark,
  StreamTask,
  type Subtopology,
  type TaskStore,
} from '@sightline/processors/runtime/testing';
import type { AnyTopic } from '@sightline/schemas/topic';
import { GlobalTableState } from '../dsl/global-table.ts';
import type { DriverLog } from './driver-log.ts';
import type { DriverOptions } from './driver-options.ts';

interface Running {
  readonly task: StreamTask;
  readonly partition: number;
  readonly transactionalId: string;
  readonly epoch: number;
}

/** Totals over all tasks since the start, under Kafka Streams' names. */
export interface DriverMetrics {
  readonly 'process-total': number;
  readonly 'dropped-records-total': number;
  readonly 'enforced-processing-total': number;
}

/** One incarnation of an application: its tasks and global stores, from a start to a crash. */
export class DriverTasks {
  readonly globals: Map<string, unknown>;
  /** Topics written since the start, changelogs and repartition topics included. */
  readonly producedTopics = new Set<string>();
  readonly #log: DriverLog;
  readonly #options: DriverOptions;
  readonly #tasks: Running[];
  readonly #globalStates: GlobalState[];
  readonly #positions = new Map<string, bigint>();

  constructor(topology: Topology, log: DriverLog, options: DriverOptions) {
    this.#log = log;
    this.#options = options;
    this.#globalStates = topology.globalStores.map(node => new GlobalState(node));
    this.globals = new Map(this.#globalStates.map(({ node, processor }) => [node.name, processor]));
    this.#foldGlobals();
    this.#tasks = topology.subtopologies().flatMap(subtopology => {
      const count = Math.max(...subtopology.sources.map(({ topic }) => log.partitionsOf(topic)));
      return Array.from({ length: count }, (_, partition) => this.#startTask(subtopology, partition));
    });
  }

  /** Folds global topics, feeds tasks, processes and commits until nothing more happens. */
  run(commitEach: boolean): void {
    for (let moved = true; moved; ) {
      this.#foldGlobals();
      moved = false;
      for (const running of this.#tasks) {
        this.#feed(running);
        while (running.task.process(this.#log.nowMs)) {
          moved = true;
          if (commitEach) this.#commit(running);
        }
        if (commitEach) this.#commit(running);
      }
    }
  }

  punctuate(nowMs: number, commitEach: boolean): void {
    for (const { task } of this.#tasks) task.punctuateWallClock(nowMs);
    this.run(commitEach);
  }

  commit(): void {
    for (const running of this.#tasks) this.#commit(running);
    this.run(false);
  }

  storeEntries(name: string): (readonly [unknown, unknown])[] {
    const global = this.globals.get(name);
    if (global instanceof GlobalTableState) return [...global.all()];
    const stores = this.#tasks.flatMap(({ task }) => task.stores.get(name) ?? []);
    if (stores.length === 0) throw new Error(`the topology has no state store ${name}`);
    return stores.flatMap(store => [...store.all()]);
  }

  /** The state store of the task on that partition, to read and to write, as its processors use it. */
  stateStore(name: string, partition: number): TaskStore {
    const found = this.#tasks.find(running => running.partition === partition && running.task.stores.has(name));
    const store = found?.task.stores.get(name);
    if (store === undefined) throw new Error(`the topology has no state store ${name} on partition ${partition}`);
    return store;
  }

  metrics(): DriverMetrics {
    const accounts = this.#tasks.flatMap(({ task }) => [...task.accounting.snapshot().values()]);
    const sum = (of: (account: PartitionAccount) => number) => accounts.reduce((total, each) => total + of(each), 0);
    return {
      'process-total': sum(account => account.in),
      'dropped-records-total': this.#tasks.reduce((total, { task }) => total + task.accounting.droppedRecords, 0),
      'enforced-processing-total': this.#tasks.reduce((total, { task }) => total + task.group.enforcedProcessing, 0),
    };
  }

  close(): void {
    for (const { task } of this.#tasks) task.close();
  }

  account(topic: AnyTopic): PartitionAccount {
    const total = { in: 0, processed: 0, late: 0, deadLettered: 0, filtered: 0, duplicate: 0 };
    for (const { task } of this.#tasks) {
      const counts = task.accounting.snapshot().get(topic.name);
      for (const field of Object.keys(total) as (keyof PartitionAccount)[]) total[field] += counts?.[field] ?? 0;
    }
    return total;
  }

  #startTask(subtopology: Subtopology, partition: number): Running {
    const { applicationId, log } = this.#log;
    const transactionalId = `${applicationId}-${subtopology.id}-${partition}`;
    const epoch = log.transactions.initProducerId(transactionalId);
    const sources = subtopology.sources.filter(({ topic }) => this.#log.partitionsOf(topic) > partition);
    const committed = sources.map(({ topic }) => ({
      topic,
      ...log.groups.committed(applicationId, { topic: this.#log.nameOf(topic), partition }),
    }));
    const times = new Map(committed.map(({ topic, metadata }) => [topic.name, readMark(metadata).partitionTimeMs]));
    const task = new StreamTask(
      { ...this.#options, applicationId, subtopology, partition, directory: this.#log, globals: this.globals },
      times,
    );
    for (const store of task.stores.values()) {
      if (!store.builder.logged) continue;
      store.restore(
        this.#log.readFrom(changelogTopic(applicationId, store.name), partition, store.restoreFrom ?? 0n).records,
      );
    }
    for (const { topic, offset = 0n } of committed) task.group.queueOf(topic.name)?.start(offset, offset);
    for (const { topic, offset = 0n } of committed) this.#positions.set(`${transactionalId}/${topic.name}`, offset);
    const running = { task, partition, transactionalId, epoch };
    task.initialize();
    task.punctuateWallClock(this.#log.nowMs); // intervals by the clock begin now
    return running;
  }

  #feed({ task, partition, transactionalId }: Running): void {
    for (const queue of task.group.queues) {
      const { topic } = queue.source;
      const name = `${transactionalId}/${topic.name}`;
      const { records, nextOffset } = this.#log.readFrom(topic.name, partition, this.#positions.get(name) ?? 0n);
      this.#positions.set(name, nextOffset);
      queue.endOffset = nextOffset;
      task.add(topic.name, records, nextOffset);
    }
  }

  #commit({ task, transactionalId, epoch }: Running): void {
    if (!task.isDirty && ![...task.stores.values()].some(store => store.isDirty)) return;
    const { records, offsets } = task.takeCommit();
    for (const { topic } of records) this.producedTopics.add(topic);
    const { transactions, groups } = this.#log.log;
    if (this.#options.processingGuarantee === 'at-least-once') {
      for (const record of records) this.#log.log.append(record);
      groups.store(this.#log.applicationId, offsets);
    } else {
      transactions.append(transactionalId, epoch, records);
      transactions.addOffsets(transactionalId, epoch, this.#log.applicationId, offsets);
      transactions.end(transactionalId, epoch, 'committed');
    }
    task.applied();
  }

  #foldGlobals(): void {
    for (const state of this.#globalStates) {
      const { topic } = state.node;
      for (let partition = 0; partition < this.#log.partitionsOf(topic); partition++) {
        const name = `${state.node.name}/${partition}`;
        const { records, nextOffset } = this.#log.readFrom(topic.name, partition, this.#positions.get(name) ?? 0n);
        this.#positions.set(name, nextOffset);
        for (const record of records) state.take(partition, record);
      }
    }
  }
}
