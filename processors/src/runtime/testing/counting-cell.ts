import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { connectLog, type LogClient, partitionFor } from '../../log/index.ts';
import { countingInput, countingOutput } from './counting.ts';
import { faultsOf } from './counting-oracle.ts';

const PARTITIONS = 4;

/** The counting application on a real broker: worker processes, a feeder, and a judge that shares no code with them. */
export class CountingCell {
  readonly log: LogClient;
  readonly prefix: string;
  readonly #brokers: string;
  readonly #workers = new Set<ChildProcess>();
  #feeding: Promise<number> | undefined;
  #isOver = false;

  constructor(log: LogClient, brokers: string, prefix: string) {
    this.log = log;
    this.#brokers = brokers;
    this.prefix = prefix;
  }

  static async open(brokers: string, name: string): Promise<CountingCell> {
    const log = await connectLog({ brokers: brokers.split(','), clientId: name });
    const prefix = `${name}-${process.pid}-${Math.random().toString(36).slice(2, 8)}-`;
    const topics = [countingInput, countingOutput].map(topic => `${prefix}${topic.name}`);
    await log.admin.createTopics(topics.map(topic => ({ topic, partitions: PARTITIONS })));
    return new CountingCell(log, brokers, prefix);
  }

  start(...more: readonly string[]): ChildProcess {
    const script = join(import.meta.dirname, 'counting-worker.ts');
    const worker = spawn(process.execPath, [script, this.#brokers, this.prefix, ...more], { stdio: ['ignore', 'ignore', 'inherit'] }); // biome-ignore format: one call
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
    return worker;
  }

  feed(): void {
    this.#feeding ??= this.#feed();
  }

  /** Ends the feeding, waits until the application is at the end of its input. */
  async settle(): Promise<number> {
    this.#isOver = true;
    const fed = (await this.#feeding) ?? 0;
    const inputs = this.#partitions(countingInput.name);
    const ends = await this.log.admin.listOffsets(inputs, 'latest');
    for (const endMs = performance.now() + 60_000; performance.now() < endMs; await sleep(100)) {
      const committed = await this.log.admin.committed(`${this.prefix}counting`, inputs);
      if (ends.every(end => committed.find(c => c.partition === end.partition)?.offset === end.offset)) return fed;
    }
    throw new Error('the application did not reach the end of its input within 60 s');
  }

  /** What is wrong with the committed outputs, and how many records of aborted transactions lie between them. */
  async judge(): Promise<{ readonly faults: readonly string[]; readonly aborted: number; readonly by: string }> {
    const faults: string[] = [];
    let aborted = 0;
    const hasKcat = spawnSync('kcat', ['-V']).status === 0;
    const read: Read = hasKcat ? (...what) => this.#kcat(...what) : (...what) => this.#ourselves(...what);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const input = (await read(countingInput.name, partition, 'read_committed')).map(({ key }) => key);
      const output = await read(countingOutput.name, partition, 'read_committed');
      faults.push(...faultsOf({ input, output }));
      aborted += (await read(countingOutput.name, partition, 'read_uncommitted')).length - output.length;
    }
    return { faults, aborted, by: hasKcat ? 'kcat' : 'our own reader (kcat is not installed)' };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    for (const worker of this.#workers) worker.kill('SIGKILL');
    await this.log.close();
  }

  async #feed(): Promise<number> {
    const producer = await this.log.producer();
    const topic = `${this.prefix}${countingInput.name}`;
    let count = 0;
    for (; !this.#isOver; count += 10, await sleep(15)) {
      const keys = Array.from({ length: 10 }, () => `key-${Math.floor(Math.random() * 40)}`);
      await producer.send(keys.map(key => ({ topic, partition: partitionFor(key, PARTITIONS), key: Buffer.from(key), value: Buffer.from('v') }))); // biome-ignore format: one call
    }
    return count;
  }

  #partitions(name: string) {
    return [...Array(PARTITIONS).keys()].map(partition => ({ topic: `${this.prefix}${name}`, partition }));
  }

  async #kcat(name: string, partition: number, isolation: Isolation): Promise<Seen[]> {
    const where = ['-b', this.#brokers, '-C', '-e', '-q', '-t', `${this.prefix}${name}`, '-p', String(partition)];
    const how = ['-o', 'beginning', '-X', `isolation.level=${isolation}`, '-f', '%k %s\n'];
    const lines = execFileSync('kcat', [...where, ...how], { maxBuffer: 1 << 28 })
      .toString()
      .split('\n');
    return lines.filter(Boolean).map(line => ({ key: line.split(' ')[0] ?? '', value: line.split(' ')[1] ?? '' }));
  }

  async #ourselves(name: string, partition: number, isolation: Isolation): Promise<Seen[]> {
    const at = { topic: `${this.prefix}${name}`, partition };
    const [end] = await this.log.admin.listOffsets([at], 'latest');
    const reader = await this.log.reader({ isolation });
    reader.seek(at, 0n);
    const seen: Seen[] = [];
    while ((reader.position(at) ?? 0n) < (end?.offset ?? 0n)) {
      for (const { records } of await reader.fetch()) seen.push(...records.map(({ key, value }) => ({ key: `${key}`, value: `${value}` }))); // biome-ignore format: one call
    }
    await reader.close();
    return seen;
  }
}

type Isolation = 'read_committed' | 'read_uncommitted';
/** Key and value of a record, as a reader sees them. */
interface Seen {
  readonly key: string;
  readonly value: string;
}
type Read = (name: string, partition: number, isolation: Isolation) => Promise<Seen[]>;

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
