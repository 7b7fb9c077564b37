import { setTimeout as sleep } from 'node:timers/promises';
import { connectLog, type LogClient, type TransactionalProducer } from '@sightline/processors/log';
import { readFromOutside } from './outside-reader.ts';

const COMMITTERS = 12;
const PARTITIONS = 4;
const TRIES_AGAIN_MS = 200;

/**
 * Producers that each commit one record and one offset after another, as fast as they can. So whenever a broker dies,
 * some transaction is being committed. After the restart it must be complete or absent. Kafka 4.3 and 4.4.0 may end
 * such a transaction without writing its markers, so that its records appear with the next one (KAFKA-20734).
 */
export class Committers {
  readonly #log: LogClient;
  readonly #brokers: string;
  readonly #name: string;
  readonly #working: Promise<unknown>;
  #isOver = false;

  private constructor(log: LogClient, brokers: string, name: string) {
    this.#log = log;
    this.#brokers = brokers;
    this.#name = name;
    this.#working = Promise.all(Array.from({ length: COMMITTERS }, (_, id) => this.#work(id)));
  }

  static async start(brokers: string, name: string): Promise<Committers> {
    const log = await connectLog({ brokers: [brokers], clientId: name, waitMs: 60_000 });
    await log.admin.createTopics([
      { topic: `${name}-out`, partitions: PARTITIONS },
      { topic: `${name}-in`, partitions: COMMITTERS },
    ]);
    return new Committers(log, brokers, name);
  }

  /** Stops the committers. Returns every difference between the log and the committed offsets; [] if there is none. */
  async end(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#working;
    const places = Array.from({ length: COMMITTERS }, (_, id) => this.#input(id));
    for (const { partition } of places) await (await this.#fenced(partition)).close(); // after the fence no transaction is open
    const committed = await this.#log.admin.committed(this.#name, places);
    const where = { brokers: this.#brokers, topic: `${this.#name}-out`, values: 'text' } as const;
    const seen = Map.groupBy(await readFromOutside(where, 'read_committed'), ({ value }) => value);
    await this.#log.close();
    return committed.flatMap(({ partition, offset = 0n }) =>
      Array.from({ length: Number(offset) }, (_, number) => `${partition}:${number}`).flatMap(value => {
        const times = seen.get(value)?.length ?? 0;
        return times === 1 ? [] : [`committer ${value} is there ${times} times`];
      }),
    );
  }

  async #work(id: number): Promise<void> {
    while (!this.#isOver) {
      const ended = await this.#commitAll(id).then(
        () => true,
        () => false,
      );
      if (!ended) await sleep(TRIES_AGAIN_MS);
    }
  }

  /** Commits until stopped, or until the broker is down. */
  async #commitAll(id: number): Promise<void> {
    const producer = await this.#fenced(id);
    try {
      const [committed] = await this.#log.admin.committed(this.#name, [this.#input(id)]);
      for (let next = committed?.offset ?? 0n; !this.#isOver; next += 1n) {
        await producer.begin();
        await producer.send([{ topic: `${this.#name}-out`, partition: id % PARTITIONS, key: Buffer.from('key'), value: Buffer.from(`${id}:${next}`) }]); // biome-ignore format: one record
        await producer.sendOffsets(this.#name, [{ ...this.#input(id), offset: next + 1n }]);
        await producer.commit();
      }
    } finally {
      await producer.close();
    }
  }

  async #fenced(id: number): Promise<TransactionalProducer> {
    const producer = await this.#log.transactionalProducer(`${this.#name}-${id}`);
    try {
      await producer.fence();
    } catch (error) {
      await producer.close();
      throw error;
    }
    return producer;
  }

  #input(id: number): { readonly topic: string; readonly partition: number } {
    return { topic: `${this.#name}-in`, partition: id };
  }
}
