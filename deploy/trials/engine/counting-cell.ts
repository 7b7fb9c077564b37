import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectLog, type LogClient, type LogProducer, partitionFor } from '@sightline/processors/log';
import type { OwnBroker } from '../installations/own-broker.ts';
import { seeded } from '../tools/seeded.ts';
import { judge, type Verdict } from './oracle.ts';
import { readFromOutside } from './outside-reader.ts';
import { Worker, type WorkerOptions } from './worker.ts';

const PARTITIONS = 4;
const KEYS = 40;
const FEED_EVERY_MS = 15;
const FEED_PER_SECOND = 600;

export interface CellVerdict extends Verdict {
  readonly records: number;
  /** Output records of aborted transactions; more than 0 shows that the faults struck open transactions. */
  readonly aborted: number;
  /** Workers that ended unexpectedly, and other events that must not happen. */
  readonly troubles: readonly string[];
}

let opened = 0;

/**
 * The counting application: worker processes on four lanes, an idempotent feeder, and a judge that reads with another
 * client.
 */
export class CountingCell {
  readonly prefix: string;
  readonly groupId: string;
  readonly workers: Worker[] = [];
  readonly troubles: string[] = [];
  readonly broker: OwnBroker;
  readonly #log: LogClient;
  readonly #random: () => number;
  readonly #hasStandbys: boolean;
  readonly #keys: () => number;
  readonly #expected = new Set<Worker>();
  /** State folders, and the workers that use or used them last. */
  readonly #states: { readonly folder: string; user: Worker }[] = [];
  readonly #endings: (() => Promise<void>)[] = [];
  #feeding: Promise<void> | undefined;
  #recordsPerSecond = 0;
  #value = Buffer.alloc(0);
  #fed = 0;
  #isOver = false;

  private constructor(broker: OwnBroker, log: LogClient, prefix: string, random: () => number) {
    this.broker = broker;
    this.#log = log;
    this.#random = random;
    this.prefix = prefix;
    this.groupId = `${prefix}counting`;
    this.#hasStandbys = random() < 0.5;
    this.#keys = seeded(Math.floor(random() * 0x7fff_ffff)); // a separate sequence, because the number of fed records depends on the clock
  }

  static async open(broker: OwnBroker, random: () => number): Promise<CountingCell> {
    opened += 1;
    const prefix = `chaos-${opened}-`;
    const log = await connectLog({ brokers: [broker.address], clientId: `${prefix}feeder`, waitMs: 60_000 });
    const cell = new CountingCell(broker, log, prefix, random);
    const topics = [cell.input, cell.output].map(topic => ({ topic, partitions: PARTITIONS }));
    await log.admin.createTopics(topics);
    return cell;
  }

  get input(): string {
    return `${this.prefix}counting-in`;
  }

  get output(): string {
    return `${this.prefix}counting-out`;
  }

  get changelog(): string {
    return `${this.groupId}-counts-changelog`;
  }

  start(options: WorkerOptions = {}): Worker {
    const place = { brokers: this.broker.address, prefix: this.prefix, folder: this.broker.folder.path };
    const worker = new Worker(place, options);
    this.workers.push(worker);
    this.#states.push(...(options.stateDir === undefined ? [] : [{ folder: options.stateDir, user: worker }]));
    void worker.exited.then(({ code, signal }) => {
      if (worker.isEnding || this.#expected.has(worker)) return;
      const diesByItself = options.fault?.act === 'kill' && signal === 'SIGKILL';
      const [fatal] = worker.has('fatal');
      if (!diesByItself) this.troubles.push(`a worker ended (${signal ?? code}): ${fatal?.message ?? 'no word'}`);
    });
    return worker;
  }

  /**
   * Starts a worker in one of the usual forms: state in memory or on disk, on disk in the folder of the last dead
   * worker if there is one, with standbys or without. Seeded.
   */
  startAny(options: WorkerOptions = {}): Worker {
    const isOnDisk = this.#random() < 0.5;
    const standbys = this.#hasStandbys ? 1 : 0;
    return this.start({ standbys, ...(isOnDisk && { stateDir: this.#freeFolder() }), ...options });
  }

  /** Marks that a fault will end this worker. */
  expectEnd(worker: Worker): void {
    this.#expected.add(worker);
  }

  /** Called when the cell closes, to close what the trial opened. */
  atEnd(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  /** Writes about this many records per second, with values of this size, until changed or until the cell settles. */
  feed(recordsPerSecond = FEED_PER_SECOND, valueBytes = 1): void {
    this.#recordsPerSecond = recordsPerSecond;
    this.#value = Buffer.alloc(valueBytes, 'v');
    this.#feeding ??= this.#feed();
  }

  async stopFeeding(): Promise<void> {
    this.#isOver = true;
    await this.#feeding;
  }

  /** Number of records written so far. */
  get fed(): number {
    return this.#fed;
  }

  /** Sum of the group's committed offsets, of one partition or of all; it grows while a worker works. */
  async committed(partition?: number): Promise<number> {
    const found = await this.#log.admin.committed(this.groupId, this.#partitions(this.input));
    const own = found.filter(each => partition === undefined || each.partition === partition);
    return own.reduce((sum, { offset }) => sum + Number(offset ?? 0n), 0);
  }

  /** True when every named partition advances from its present offset. */
  async goesOn(withinMs: number, partitions: readonly number[] = [0, 1, 2, 3]): Promise<boolean> {
    const before = await Promise.all(partitions.map(partition => this.committed(partition)));
    for (const endMs = performance.now() + withinMs; performance.now() < endMs; await sleep(50)) {
      const now = await Promise.all(partitions.map(partition => this.committed(partition)));
      if (now.every((offset, index) => offset > (before[index] ?? 0))) return true;
    }
    return false;
  }

  /**
   * Stops the feeder, waits until the application has committed everything and no transaction is open, ends the
   * workers, and judges.
   */
  async finish(withinMs = 60_000): Promise<CellVerdict> {
    await this.stopFeeding();
    const hasSettled = await this.#settles(withinMs);
    if (!hasSettled) this.troubles.push(`the input was not processed within ${withinMs / 1000} s`);
    const left = await Promise.all(this.workers.map(worker => worker.end()));
    if (left.includes(false)) this.troubles.push('a worker did not leave within 10 s of SIGTERM');
    const offsets = await this.#log.admin.committed(this.groupId, this.#partitions(this.input));
    const read = (topic: string, values: 'text' | 'int32', isolation: 'read_committed' | 'read_uncommitted') =>
      readFromOutside({ brokers: this.broker.address, topic, values }, isolation);
    const input = await read(this.input, 'text', 'read_committed');
    const output = await read(this.output, 'text', 'read_committed');
    const all = await read(this.output, 'text', 'read_uncommitted');
    const changelog = await read(this.changelog, 'int32', 'read_committed');
    const groupOffsets = new Map(
      offsets.map(({ partition, offset }) => [partition, offset === undefined ? undefined : Number(offset)]),
    );
    const verdict = judge({ input, output, changelog, groupOffsets });
    await this.#log.close();
    const { troubles } = this;
    return { ...verdict, records: input.length, aborted: all.length - output.length, troubles };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    for (const worker of this.workers) worker.signal('SIGKILL');
    await Promise.all(this.workers.map(({ exited }) => exited));
    for (const ending of this.#endings) await ending();
    await this.#log.close().catch(() => {}); // the broker may be down
  }

  #freeFolder(): string {
    const index = this.#states.findLastIndex(({ user }) => user.exit !== undefined);
    const [free] = index < 0 ? [] : this.#states.splice(index, 1);
    return free?.folder ?? join(this.broker.folder.path, `${this.prefix}state-${this.workers.length}`);
  }

  async #feed(): Promise<void> {
    const producer = await this.#log.producer();
    for (let sinceMs = performance.now(); !this.#isOver; ) {
      await sleep(FEED_EVERY_MS);
      const nowMs = performance.now();
      // a feeder that was delayed does not catch up completely
      const dueMs = Math.min(nowMs - sinceMs, 10 * FEED_EVERY_MS);
      sinceMs = nowMs;
      await this.#send(producer, Math.round((this.#recordsPerSecond * dueMs) / 1000)).catch(error => {
        this.troubles.push(`the feeder failed: ${error instanceof Error ? error.message : error}`);
        this.#isOver = true;
      });
    }
  }

  async #send(producer: LogProducer, count: number): Promise<void> {
    const keys = Array.from({ length: count }, () => `key-${Math.floor(this.#keys() * KEYS)}`);
    const value = this.#value;
    const records = keys.map(key => ({ partition: partitionFor(key, PARTITIONS), key: Buffer.from(key), value }));
    await producer.send(records.map(record => ({ topic: this.input, ...record })));
    this.#fed += count;
  }

  async #settles(withinMs: number): Promise<boolean> {
    const inputs = this.#partitions(this.input);
    const written = [this.output, this.changelog].flatMap(topic => this.#partitions(topic));
    for (const endMs = performance.now() + withinMs; performance.now() < endMs; await sleep(100)) {
      const { admin } = this.#log;
      const ends = await admin.listOffsets(inputs, 'latest');
      const committed = await admin.committed(this.groupId, inputs);
      if (!ends.every(end => committed.find(each => each.partition === end.partition)?.offset === end.offset)) continue;
      const open = new Map((await admin.listOffsets(written, 'latest')).map(end => [nameOf(end), end.offset]));
      const stable = await admin.listOffsets(written, 'latest-committed');
      if (stable.every(end => open.get(nameOf(end)) === end.offset)) return true;
    }
    return false;
  }

  #partitions(topic: string): readonly { readonly topic: string; readonly partition: number }[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }));
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;
