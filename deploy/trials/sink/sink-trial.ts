import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Cell, cellEnv, connectCell, parseEnv } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import { clickHouseClient, migrate } from '../../local/migrate.ts';
import { addressEnv } from '../../local/parts.ts';
import type { Installation } from '../installations/installation.ts';
import { InsertGate } from './insert-gate.ts';
import { Judge, type Verdict } from './judge.ts';
import { outgoing, portion } from './records.ts';
import { SinkProcess } from './sink-process.ts';
import { createSinkTopics, SINK_TOPICS } from './sink-topics.ts';

/** The shortest session that both broker and sink allow. */
export const SESSION_MS = 6_000;
/** Each sink makes blocks of another size, so only a plan makes two of them write the same block. */
const BLOCK_ROWS = [90, 140, 60, 200, 110];
const PORTION_FRAMES = 400;

export interface StartOptions {
  /** Kept over restarts (group.instance.id); absent: joins as a new member. */
  readonly instance?: string;
  readonly isProduct?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** True when a block is under way: its plan follows the format and the topic's id. */
export const hasPlan = (metadata: string): boolean => metadata.split('|').length > 2;

/** One trial: its own topics, group, database and proxy to ClickHouse, and the sinks that run in it. */
export class SinkTrial {
  readonly installation: Installation;
  readonly random: () => number;
  readonly gate: InsertGate;
  readonly client: ClickHouseClient;
  readonly cell: Cell;
  readonly database: string;
  readonly #sinks: SinkProcess[] = [];
  #portions = 0;

  private constructor(own: {
    installation: Installation;
    random: () => number;
    gate: InsertGate;
    cell: Cell;
    database: string;
  }) {
    this.installation = own.installation;
    this.random = own.random;
    this.gate = own.gate;
    this.cell = own.cell;
    this.database = own.database;
    this.client = clickHouseClient({ ...own.installation.addresses.clickHouse, database: own.database });
  }

  static async open(installation: Installation, name: string, random: () => number): Promise<SinkTrial> {
    const { addresses } = installation;
    const database = name.replaceAll('-', '_');
    const env = parseEnv({ ...addressEnv(addresses), NAME_PREFIX: `${name}-` }, cellEnv);
    await createSinkTopics(env);
    const cell = await connectCell(env, { service: 'judge', topics: SINK_TOPICS });
    await migrate({ ...addresses.clickHouse, database });
    const gate = await InsertGate.open(addresses.clickHouse.url);
    return new SinkTrial({ installation, random, gate, cell, database });
  }

  /** Sends the next batch of records; resolves when all are acknowledged. */
  async feed(): Promise<void> {
    const producer = await this.cell.log.producer();
    const records = outgoing(this.cell, portion(this.#portions++, PORTION_FRAMES));
    for (let at = 0; at < records.length; at += 150) await producer.send(records.slice(at, at + 150));
    await producer.close();
  }

  start({ instance, isProduct = false, env = {} }: StartOptions = {}): SinkProcess {
    const { addresses, folder } = this.installation;
    const number = this.#sinks.length;
    const rows = BLOCK_ROWS[(number + this.#portions) % BLOCK_ROWS.length] ?? 100;
    const sink = new SinkProcess({
      files: folder.file('logs', `${this.database}-${number}`),
      isProduct,
      env: {
        ...addressEnv(addresses),
        NAME_PREFIX: this.cell.prefix,
        CLICKHOUSE_URL: this.gate.url,
        CLICKHOUSE_DATABASE: this.database,
        SINK_MAX_ROWS: String(rows),
        SINK_SESSION_TIMEOUT_MS: String(SESSION_MS),
        LOG_LEVEL: 'warn',
        ...(instance !== undefined && { GROUP_INSTANCE_ID: instance }),
        ...env,
      },
    });
    this.#sinks.push(sink);
    return sink;
  }

  /** The group's committed offset of a partition; the topic's name is complete. */
  async committed(topic: string, partition: number): Promise<{ readonly offset: bigint; readonly metadata: string }> {
    const [at] = await this.cell.log.admin.committed(this.cell.groupId('sink'), [{ topic, partition }]);
    return { offset: at?.offset ?? 0n, metadata: at?.metadata ?? '' };
  }

  /** Resolves when the group has committed the end of every partition and no plan is left. */
  async untilCommitted(): Promise<void> {
    const partitions = SINK_TOPICS.filter(topic => topic !== topics.deadLetters).flatMap(topic =>
      Array.from({ length: this.cell.partitions(topic) }, (_, partition) => ({
        topic: this.cell.name(topic),
        partition,
      })),
    );
    const { admin } = this.cell.log;
    for (let waitedMs = 0; ; waitedMs += 100) {
      const ends = await admin.listOffsets(partitions, 'latest-committed');
      const committed = await admin.committed(this.cell.groupId('sink'), partitions);
      const open = ends.filter(end => {
        const at = committed.find(one => one.topic === end.topic && one.partition === end.partition);
        return end.offset > 0n && (at?.offset !== end.offset || hasPlan(at.metadata));
      });
      if (open.length === 0) return;
      const [first] = open;
      if (waitedMs > 90_000) throw new Error(`${first?.topic}[${first?.partition}] was not written within 90 s`);
      await sleep(100);
    }
  }

  /** The single value of a query's result. */
  async value(query: string): Promise<string | number | undefined> {
    const answer = await this.client.query({ query, format: 'JSONCompactEachRow' });
    const [row] = await answer.json<readonly (string | number)[]>();
    return row?.[0];
  }

  async command(query: string): Promise<void> {
    await this.client.command({ query });
  }

  /** Ends every sink and compares the tables with the log. */
  async verdict(): Promise<Verdict> {
    await Promise.all(this.#sinks.map(sink => sink.stop()));
    return new Judge(this.cell, this.installation.addresses.kafkaBrokers, this.client).verdict();
  }

  /** The end of the sinks' output, for a person who searches a cause. */
  lastWords(): readonly string[] {
    return this.#sinks.flatMap(sink => sink.lastWords());
  }

  async close(): Promise<void> {
    await Promise.all(this.#sinks.map(sink => sink.stop()));
    this.gate.close();
    await this.cell.log.admin.deleteTopics(SINK_TOPICS.map(topic => this.cell.name(topic)));
    await this.cell.close();
    await this.command(`DROP DATABASE IF EXISTS ${this.database}`);
    await this.client.close();
  }
}
