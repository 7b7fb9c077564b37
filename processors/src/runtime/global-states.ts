import type { LogClient, LogReader, TopicPartition } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import { GlobalState } from './global-state.ts';
import type { TopicDirectory } from './record-collector.ts';
import { prepareRecords } from './record-preparer.ts';
import type { Topology } from './topology.ts';

export interface GlobalStoreSnapshot {
  readonly store: string;
  readonly undecodable: number;
  /** Why it cannot read all of its topic, in words. */
  readonly trouble?: string;
}

interface Waiting {
  readonly ends: readonly (TopicPartition & { readonly offset: bigint })[];
  resolve(): void;
  reject(error: Error): void;
}

/** All global stores of a process, read without a group and kept current until closed. */
export class GlobalStates {
  readonly processors: ReadonlyMap<string, unknown>;
  readonly #states: readonly GlobalState[];
  readonly #log: LogClient;
  readonly #directory: TopicDirectory;
  readonly #clock: Clock;
  readonly #folded = new Map<string, bigint>();
  #waiting: Waiting[] = [];
  #reader: LogReader | undefined;
  #closed = false;
  /** Why a store waits for something outside the log; undefined: none does. */
  waitingFor: string | undefined;

  constructor(topology: Topology, log: LogClient, directory: TopicDirectory, clock: Clock) {
    this.#states = topology.globalStores.map(node => new GlobalState(node));
    this.processors = new Map(this.#states.map(({ node, processor }) => [node.name, processor]));
    this.#log = log;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Starts folding; `onFatal` gets an error that ends it. */
  async start(onFatal: (error: unknown) => void): Promise<void> {
    if (this.#states.length === 0) return;
    const reader = await this.#log.reader({ maxBytesPerPartition: 1_048_576, maxWaitMs: 500 });
    this.#reader = reader;
    for (const { offset, ...partition } of await this.#log.admin.listOffsets(this.#partitions(), 'earliest')) {
      this.#folded.set(nameOf(partition), offset);
      reader.seek(partition, offset);
    }
    void this.#fold(reader).catch(error => {
      if (!this.#closed) onFatal(error);
    });
  }

  /** Resolves when every store has all records now in its topic; rejects when closed before. */
  async caughtUp(): Promise<void> {
    if (this.#states.length === 0) return;
    const ends = await this.#log.admin.listOffsets(this.#partitions(), 'latest-committed');
    if (this.#closed) throw closed();
    if (this.#contains(ends)) return;
    await new Promise<void>((resolve, reject) => this.#waiting.push({ ends, resolve, reject }));
  }

  snapshot(): GlobalStoreSnapshot[] {
    return this.#states.map(({ node, undecodable, processor }) => {
      const trouble = processor.trouble?.();
      return { store: node.name, undecodable, ...(trouble !== undefined && { trouble }) };
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    await this.#reader?.close();
  }

  async #fold(reader: LogReader): Promise<void> {
    while (!this.#closed) {
      for (const batch of await reader.fetch()) {
        for (const state of this.#states) {
          if (this.#directory.nameOf(state.node.topic) !== batch.topic) continue;
          await prepareRecords(state.node.topic, batch.records, this.#clock, reason => {
            this.waitingFor = `${batch.topic}[${batch.partition}]: ${reason}`;
          });
          this.waitingFor = undefined;
          if (this.#closed) return;
          for (const record of batch.records) state.take(batch.partition, record);
        }
        this.#folded.set(nameOf(batch), batch.nextOffset);
      }
      this.#tell();
    }
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ ends }) => !this.#contains(ends));
    for (const { ends, resolve } of waiting) if (this.#contains(ends)) resolve();
  }

  #contains(ends: readonly (TopicPartition & { readonly offset: bigint })[]): boolean {
    return ends.every(end => (this.#folded.get(nameOf(end)) ?? 0n) >= end.offset);
  }

  #partitions(): TopicPartition[] {
    const topics = new Set(this.#states.map(({ node }) => node.topic));
    return [...topics].flatMap(topic =>
      Array.from({ length: this.#directory.partitionsOf(topic) }, (_, partition) => ({
        topic: this.#directory.nameOf(topic),
        partition,
      })),
    );
  }
}

const closed = (): Error => new Error('the global stores are closed');

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
