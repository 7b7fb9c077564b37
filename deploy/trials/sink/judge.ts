import type { ClickHouseClient } from '@clickhouse/client';
import type { LogRecord } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type Topic, topics, type Violation } from '@sightline/schemas';
import { COLUMNS, evidenceRows, ORDER, trackRows, type Values, violationRows } from './expected-rows.ts';
import { type OutsideRecord, readOutside } from './outside-log.ts';
import { differingGroups } from './rollups.ts';

export interface Verdict {
  /** Missing rows and dead letters. */
  readonly lost: number;
  /** Rows and dead letters that are there more than once. */
  readonly duplicate: number;
  /** Rows that differ from the log or have no record in it, and groups of a rollup that differ from the rows. */
  readonly torn: number;
  readonly rows: number;
  readonly examples: readonly string[];
}

type Table = keyof typeof COLUMNS;

/** Compares every table of a database, value by value, with the log as read by another client. */
export class Judge {
  readonly #cell: Cell;
  readonly #brokers: string;
  readonly #client: ClickHouseClient;
  readonly #examples: string[] = [];
  readonly #found = { lost: 0, duplicate: 0, torn: 0, rows: 0 };

  constructor(cell: Cell, brokers: string, client: ClickHouseClient) {
    this.#cell = cell;
    this.#brokers = brokers;
    this.#client = client;
  }

  async verdict(): Promise<Verdict> {
    const garbage = await this.#compare('tracks', topics.tracks, trackRows);
    await this.#compare('violations', topics.violations, violationRows);
    await this.#compare('evidence', topics.evidence, evidenceRows);
    await this.#compareDeadLetters(garbage);
    await this.#compareLatest();
    for (const group of await differingGroups(this.#client)) this.#say('torn', group);
    return { ...this.#found, examples: this.#examples };
  }

  #say(kind: 'lost' | 'duplicate' | 'torn', what: string): void {
    this.#found[kind] += 1;
    if (this.#examples.length < 6) this.#examples.push(`${kind}: ${what}`);
  }

  /** Returns the values that do not decode. */
  async #compare<V>(
    table: Table,
    topic: Topic<string, V>,
    rowsOf: (value: V) => readonly Values[],
  ): Promise<readonly Buffer[]> {
    const garbage: Buffer[] = [];
    const expected = new Map<string, string>();
    for (const record of await readOutside(this.#brokers, this.#cell.name(topic), true)) {
      const value = await this.#decode(topic, record);
      if (value === undefined) garbage.push(record.value);
      else
        for (const [index, row] of rowsOf(value).entries())
          expected.set(`${record.partition}/${record.offset}/${index}`, JSON.stringify([...row, record.timestampMs]));
    }
    const seen = new Map<string, number>();
    for (const [partition, offset, index, ...row] of await this.#rows(table, topic.name))
      this.#take(table, expected, seen, `${partition}/${offset}/${index}`, JSON.stringify(row));
    this.#found.rows += expected.size;
    for (const place of expected.keys()) if (!seen.has(place)) this.#say('lost', `${table} ${place}`);
    return garbage;
  }

  #take(
    table: Table,
    expected: ReadonlyMap<string, string>,
    seen: Map<string, number>,
    place: string,
    row: string,
  ): void {
    const times = (seen.get(place) ?? 0) + 1;
    seen.set(place, times);
    const right = expected.get(place);
    if (times > 1) this.#say('duplicate', `${table} ${place}, copy ${times}`);
    else if (right === undefined) this.#say('torn', `${table} ${place} is not in the log: ${row}`);
    else if (right !== row) this.#say('torn', `${table} ${place} is ${row}, but must be ${right}`);
  }

  async #decode<V>(
    topic: Topic<string, V>,
    { offset, timestampMs, key, value }: OutsideRecord,
  ): Promise<V | undefined> {
    const record: LogRecord = { offset, timestampMs, key, value, headers: topic.value.headers ?? [] };
    if (value.toString('latin1').startsWith('no Avro')) return undefined;
    return this.#cell.decode(topic, record);
  }

  /** Position and values of every row: partition, offset, index in the record, columns, time of writing. */
  async #rows(table: Table, topic: string): Promise<readonly (readonly (string | number | null)[])[]> {
    const index = table === 'violations' ? '0' : ORDER[table];
    const columns = [
      '_partition',
      'toString(_offset)',
      index,
      ...COLUMNS[table],
      'toUnixTimestamp64Milli(_written_at)',
    ];
    const answer = await this.#client.query({
      query: `SELECT ${columns.join(', ')} FROM ${table} WHERE _topic = {topic: String} ORDER BY _partition, _offset, ${ORDER[table]}`,
      query_params: { topic },
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      format: 'JSONCompactEachRow',
    });
    return answer.json<readonly (string | number | null)[]>();
  }

  async #compareDeadLetters(garbage: readonly Buffer[]): Promise<void> {
    const letters = await readOutside(this.#brokers, this.#cell.name(topics.deadLetters), garbage.length > 0);
    const counts = new Map(garbage.map(value => [value.toString(), 0]));
    for (const { value } of letters) {
      const count = counts.get(value.toString());
      if (count === undefined) this.#say('torn', `a dead letter without a bad record: ${value}`);
      else if (count > 0) this.#say('duplicate', `dead letter ${value}`);
      counts.set(value.toString(), (count ?? 0) + 1);
    }
    for (const [value, count] of counts) if (count === 0) this.#say('lost', `dead letter ${value}`);
  }

  /** Checks the analysts' view: one row per violation, with its latest revision. */
  async #compareLatest(): Promise<void> {
    const latest = new Map<string, Violation>();
    for (const record of await readOutside(this.#brokers, this.#cell.name(topics.violations), true)) {
      const violation = await this.#decode(topics.violations, record);
      if (violation && (latest.get(violation.violationId)?.revision ?? 0) < violation.revision)
        latest.set(violation.violationId, violation);
    }
    const answer = await this.#client.query({
      query: 'SELECT violation_id, revision, state FROM v_violations',
      format: 'JSONCompactEachRow',
    });
    for (const [id = '', revision, state] of await answer.json<readonly [string, number, string]>()) {
      const right = latest.get(id);
      latest.delete(id);
      if (right?.revision !== revision || right.state !== state)
        this.#say('torn', `v_violations has ${id} ${revision} ${state}`);
    }
    for (const id of latest.keys()) this.#say('lost', `v_violations lacks ${id}`);
  }
}
