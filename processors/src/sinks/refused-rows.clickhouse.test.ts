import { avroSerde, type Evidence, topics } from '@sightline/schemas';
import avro from 'avsc';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { OutgoingRecord } from '../log/index.ts';
import { type Cell, createLogger, deadLettersOf, foreignRecords, testCell } from '../process/index.ts';
import { ScriptedCamera, times } from '../rules/scripted-camera.ts';
import { audit } from './audit.ts';
import { type BlockWriter, clickHouseWriter } from './block-writer.ts';
import { type Sink, startSink } from './clickhouse-sink.ts';
import { sinkTables } from './table.ts';
import { type CrashPoint, crashAt } from './testing/crash.ts';
import { type TestDatabase, testDatabase } from './testing/test-database.ts';

/** A constraint like an operator's own: the table refuses these violations. */
const REFUSED = 'refused_by_the_table';
let database: TestDatabase;
let writer: BlockWriter;
const cells: Cell[] = [];

beforeAll(async () => {
  database = await testDatabase();
  const query = `ALTER TABLE violations ADD CONSTRAINT only_good CHECK violation_type != '${REFUSED}'`;
  await database.client.command({ query });
  writer = clickHouseWriter(database.client, { deadlineMs: 10_000 });
});
afterAll(async () => {
  for (const cell of cells) await cell.close();
  await database.close();
});

async function fresh(): Promise<Cell> {
  for (const { table } of sinkTables) await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  const cell = await testCell(
    [...[topics.tracks, topics.violations, topics.evidence, topics.shadowDetections], topics.deadLetters],
    undefined,
    2,
  );
  cells.push(cell);
  return cell;
}

const start = (cell: Cell, into: BlockWriter = writer): Promise<Sink> =>
  startSink({
    cell,
    tables: sinkTables.map(table => ({ ...table, maxAgeMs: 100 })),
    writer: into,
    limits: { maxRows: 500, maxBytes: 1_000_000 },
    sessionTimeoutMs: 6_000,
    logger: createLogger('test', 'silent'),
    onFatal: error => {
      throw error;
    },
  });

async function send(cell: Cell, records: readonly OutgoingRecord[]): Promise<readonly bigint[]> {
  const producer = await cell.log.producer();
  const sent = await producer.send(records);
  await producer.close();
  return sent.map(({ offset }) => offset);
}

const camera = new ScriptedCamera().see([...times(8, ['pizza', 'hand']), ...times(6, ['pizza', 'handAside'])]);
const [seen] = camera.violations;
const track = camera.judgements.flatMap(judgement => (judgement.track ? [judgement.track] : [])).at(-1);
if (seen === undefined || track === undefined) throw new TypeError('the story has a violation and tracks');

/** Violations by number on one camera, so on one partition. */
const violationOf = (cell: Cell, number: number, change: Partial<typeof seen> = {}): OutgoingRecord =>
  cell.outgoing(topics.violations, 'c1', { ...seen, cameraId: 'c1', violationId: `v${number}`, ...change });

const partitionOf = (cell: Cell): number => cell.partitionOf(topics.violations, 'c1');
const lettersOf = (cell: Cell, offsets: readonly (bigint | number)[]): readonly string[] =>
  offsets.map(offset => `violations/${partitionOf(cell)}/${offset}`).toSorted();

async function untilDone(cell: Cell, rows: number, letters: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await database.number('SELECT count() FROM violations')).toBe(rows);
      expect(await deadLettersOf(cell)).toEqual(letters);
    },
    { timeout: 30_000, interval: 100 },
  );
}

/** A violation as a foreign producer writes it, with our schema but without its bounds. */
function foreignOf(cell: Cell, number: number, change: Partial<typeof seen>): OutgoingRecord {
  const plain = { ...seen, cameraId: 'c1', violationId: `v${number}` };
  const unbounded = avro.Type.forSchema(JSON.parse(avroSerde('Violation').schema), { wrapUnions: false });
  const ours = cell.outgoing(topics.violations, 'c1', plain);
  const framing = ours.value?.subarray(0, ours.value.length - unbounded.toBuffer(plain).length) ?? Buffer.alloc(0);
  return { ...ours, value: Buffer.concat([framing, unbounded.toBuffer({ ...plain, ...change })]) };
}

test('a value outside its bound becomes a dead letter, blocks nothing, and later records are written', async () => {
  const cell = await fresh();
  const sink = await start(cell);
  const bad = [{ startedAtMs: Date.UTC(1960, 0, 1) }, { peakConfidence: Number.NaN }, { framesObserved: -5 }].map(
    (change, index) => foreignOf(cell, 10 + index, change),
  );
  await send(cell, [violationOf(cell, 1), ...bad, violationOf(cell, 2)]);
  await untilDone(cell, 2, lettersOf(cell, [1, 2, 3]));
  expect(sink.partitions().every(({ waitingFor }) => waitingFor === null)).toBe(true);
  await sink.close();
});

test("rows that ClickHouse refuses become dead letters; the block's other rows are written once", async () => {
  const cell = await fresh();
  const refused = new Set([0, 7, 8, 31]);
  const records = Array.from({ length: 40 }, (_, number) =>
    violationOf(cell, number, refused.has(number) ? { violationType: REFUSED } : {}),
  );
  await send(cell, records);
  const sink = await start(cell);
  await untilDone(cell, 36, lettersOf(cell, [...refused]));
  await send(cell, [violationOf(cell, 100)]);
  await untilDone(cell, 37, lettersOf(cell, [...refused]));
  const state = sink
    .partitions()
    .find(({ topic, partition }) => topic === 'violations' && partition === partitionOf(cell));
  expect(state).toMatchObject({ rows: 37, deadLetters: 4, waitingFor: null });
  await sink.close();
});

test('values that a column cannot parse are refused alone', async () => {
  const cell = await fresh();
  const only = 'ALTER TABLE violations MODIFY COLUMN close_reason';
  await database.client.command({ query: `${only} Enum8('' = 0, 'gap' = 1)` });
  onTestFinished(() => database.client.command({ query: `${only} LowCardinality(String)` }).then(() => {}));
  const other = violationOf(cell, 2, { closeReason: 'unseen' });
  await send(cell, [violationOf(cell, 1), other, violationOf(cell, 3)]);
  const sink = await start(cell);
  await untilDone(cell, 2, lettersOf(cell, [1]));
  await sink.close();
});

// Each row and each letter must be there once, wherever the sink crashes while it separates refused rows from the
// others.
test.each<readonly [CrashPoint, number]>([
  ['after-plan', 0],
  ['after-plan', 1],
  ['during-insert', 1],
  ['during-insert', 3],
  ['zombie', 2],
  ['before-burial', 0],
  ['late-burial', 0],
  ['after-burial', 0],
])('refused rows are parted from the others once, after a crash %s, %i', async (point, nth) => {
  const cell = await fresh();
  const refused = new Set([2, 9]);
  const records = Array.from({ length: 12 }, (_, number) =>
    violationOf(cell, number, refused.has(number) ? { violationType: REFUSED } : {}),
  );
  await send(cell, records);
  const crash = crashAt(point, nth, cell, writer);
  const dying = await start(crash.cell, crash.writer);
  await crash.happened;
  await dying.close();
  const sink = await start(cell);
  await untilDone(cell, 10, lettersOf(cell, [...refused]));
  await crash.wake();
  await untilDone(cell, 10, lettersOf(cell, [...refused]));
  for (const table of sinkTables) expect(await audit(database.client, table)).toMatchObject({ doubled: 0 });
  await sink.close();
});

test("each foreign record of the sink's topics becomes one dead letter, and the good records around it become rows", async () => {
  const cell = await fresh();
  const evidence: Evidence = {
    ...{ violationId: 'v1', cameraId: 'c1', storeId: 's1', revision: 1, files: [], missing: 'none' },
  };
  const goods = [
    cell.outgoing(topics.tracks, 'c1', { ...track, cameraId: 'c1' }),
    violationOf(cell, 1),
    cell.outgoing(topics.evidence, 'c1', evidence),
  ];
  const letters: string[] = [];
  for (const [index, topic] of [topics.tracks, topics.violations, topics.evidence].entries()) {
    const good = goods[index];
    if (good === undefined) throw new TypeError('there is one for each topic');
    const foreign = await foreignRecords(cell, topic, good);
    const offsets = await send(cell, [good, ...foreign.map(({ record }) => record)]);
    letters.push(...offsets.slice(1).map(offset => `${topic.name}/${good.partition}/${offset}`));
  }
  await send(cell, [violationOf(cell, 2)]);
  const sink = await start(cell);
  await untilDone(cell, 2, letters.toSorted());
  expect(await database.number('SELECT count() FROM evidence')).toBe(1);
  expect(await database.number('SELECT count() FROM tracks')).toBe(track.boxes.length);
  await sink.close();
});
