import { connect, createServer, type Server } from 'node:net';
import { type ShadowDetection, type Track, topics } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OffsetOutOfRangeError, type OutgoingRecord } from '../log/index.ts';
import { type Cell, createLogger, testCell } from '../process/index.ts';
import { ScriptedCamera, times } from '../rules/scripted-camera.ts';
import { audit, TableAuditor } from './audit.ts';
import { readMark } from './block.ts';
import { type BlockWriter, clickHouseWriter } from './block-writer.ts';
import { type Sink, startSink } from './clickhouse-sink.ts';
import { sinkHealth } from './sink-health.ts';
import { sinkTables } from './table.ts';
import { BURIAL_POINTS, CRASH_POINTS, type Crash, crashAt } from './testing/crash.ts';
import { type TestDatabase, testDatabase } from './testing/test-database.ts';

const sunk = [...[topics.tracks, topics.violations, topics.evidence, topics.shadowDetections], topics.deadLetters];
let database: TestDatabase;
let writer: BlockWriter;
const cells: Cell[] = [];

beforeAll(async () => {
  database = await testDatabase();
  writer = clickHouseWriter(database.client, { deadlineMs: 10_000 });
});

afterAll(async () => {
  for (const cell of cells) await cell.close();
  await database.close();
});

/** A separate cell with empty tables. */
async function fresh(): Promise<Cell> {
  for (const { table } of sinkTables) await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  const cell = await testCell(sunk, undefined, 2);
  cells.push(cell);
  return cell;
}

/** Each sink cuts blocks of another size: only a plan makes two sinks write the same block. */
const sizes = [40, 25, 31, 50];
let started = 0;

const start = (
  cell: Cell,
  into: BlockWriter = writer,
  onFatal = (error: unknown): void => {
    throw error;
  },
): Promise<Sink> =>
  startSink({
    cell,
    tables: sinkTables.map(table => ({ ...table, maxAgeMs: 100 })),
    writer: into,
    limits: { maxRows: sizes[started++ % sizes.length] ?? 40, maxBytes: 1_000_000 },
    sessionTimeoutMs: 6_000,
    logger: createLogger('test', 'fatal'),
    onFatal,
  });

/** Tracks and violations of two cameras that breach every few seconds; stories of other epochs are about other frames. */
function story(cell: Cell, epoch = 1): { readonly records: readonly OutgoingRecord[]; readonly boxes: number } {
  const camera = new ScriptedCamera();
  for (let spell = 0; spell < 5; spell++)
    camera.see([...times(8, ['pizza', 'hand']), ...times(6, ['pizza', 'handAside']), 'skipped']);
  const tracks = camera.judgements.flatMap(({ track }) => (track ? [track] : []));
  const of = (cameraId: string): readonly OutgoingRecord[] => [
    ...tracks.map((track): OutgoingRecord => cell.outgoing(topics.tracks, cameraId, { ...track, cameraId, epoch })),
    ...tracks.map(
      (track): OutgoingRecord => cell.outgoing(topics.shadowDetections, cameraId, shadow(track, cameraId, epoch)),
    ),
    ...camera.violations.map(
      (violation): OutgoingRecord =>
        cell.outgoing(topics.violations, cameraId, {
          ...violation,
          cameraId,
          violationId: `${cameraId}-${epoch}-${violation.violationId}`,
        }),
    ),
  ];
  const boxes = tracks.reduce((sum, track) => sum + track.boxes.length, 0);
  return { records: [...of('c1'), ...of('c7')], boxes: 2 * boxes };
}

async function send(cell: Cell, records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await cell.log.producer();
  await producer.send(records);
  await producer.close();
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; !(await holds()); i++) {
    if (i > 400) throw new Error('not within 20 s');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};

/** Waits until the group has committed the end of every topic. */
const untilCommitted = (cell: Cell): Promise<void> =>
  until(async () => {
    const partitions = sinkTables.flatMap(({ topic }) =>
      Array.from({ length: cell.partitions(topic) }, (_, partition) => ({ topic: cell.name(topic), partition })),
    );
    const ends = await cell.log.admin.listOffsets(partitions, 'latest-committed');
    const committed = await cell.log.admin.committed(cell.groupId('sink'), partitions);
    const offsets = new Map(committed.map(at => [`${at.topic} ${at.partition}`, at]));
    return ends.every(end => {
      const at = offsets.get(`${end.topic} ${end.partition}`);
      return end.offset === 0n || (at?.offset === end.offset && readMark(at.metadata).plan === undefined);
    });
  });

/** A comparison of two versions on the track's frame. */
const shadow = (track: Track, cameraId: string, epoch: number): ShadowDetection => ({
  ...{ cameraId, epoch, storeId: track.storeId, sequence: track.sequence, capturedAtMs: track.capturedAtMs },
  ...{ widthPx: track.widthPx, heightPx: track.heightPx, model: 'kitchen', servingVersion: '1', shadowVersion: '2' },
  frame: { topic: 'frames', partition: 0, offset: track.sequence, sha256: 'a'.repeat(64) },
  ...{ agreed: 0, servingBoxes: [], shadowBoxes: [] },
});

/** Compares the tables with the log. */
async function expectEachOnce(cell: Cell, boxes: number, violations: number): Promise<void> {
  expect(await database.number('SELECT count() FROM tracks')).toBe(boxes);
  expect(await database.number('SELECT count() FROM violations')).toBe(violations);
  const frames = 'SELECT count() > 0 AND count() = uniqExact(camera_id, epoch, sequence) FROM shadow_detections';
  expect(await database.number(frames)).toBe(1);
  for (const table of sinkTables)
    expect(await audit(database.client, table)).toMatchObject({
      doubled: 0,
      repeated: table.identity.length ? 0 : null,
    });
  expect(cell.prefix).not.toBe('');
}

const violationsIn = (cell: Cell, records: readonly OutgoingRecord[]): number =>
  records.filter(({ topic }) => topic === cell.name(topics.violations)).length;

// Every row must be there once, wherever the sink crashes between reading a record and committing it.
test.each(CRASH_POINTS)('every row is there once after a crash %s', async point => {
  const cell = await fresh();
  const { records, boxes } = story(cell);
  await send(cell, records);
  const crash = crashAt(point, 2, cell, writer);
  const dying = await start(crash.cell, crash.writer);
  await crash.happened;
  await dying.close();
  const sink = await start(cell);
  await untilCommitted(cell);
  await crash.wake();
  await expectEachOnce(cell, boxes, violationsIn(cell, records));
  await sink.close();
});

// The same for random sequences of crashes.
test('every row is there once after any sequence of crashes', async () => {
  const crashes = fc.array(fc.record({ point: fc.constantFrom(...CRASH_POINTS), nth: fc.nat(2) }), {
    minLength: 2,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(crashes, async planned => {
      const cell = await fresh();
      const { records, boxes } = story(cell);
      await send(cell, records);
      const zombies: Crash[] = [];
      for (const { point, nth } of planned) {
        const crash = crashAt(point, nth, cell, writer);
        const dying = await start(crash.cell, crash.writer);
        await Promise.race([crash.happened, untilCommitted(cell)]);
        await dying.close();
        zombies.push(crash);
      }
      const sink = await start(cell);
      await untilCommitted(cell);
      for (const crash of zombies) await crash.wake();
      await expectEachOnce(cell, boxes, violationsIn(cell, records));
      await sink.close();
    }),
    { numRuns: 4 },
  );
});

// A dead letter must be written once, wherever the sink crashes around its transaction.
test.each(BURIAL_POINTS)('a record that does not decode is a dead letter once after a crash %s', async point => {
  const cell = await fresh();
  const { records, boxes } = story(cell);
  const [first, ...rest] = records;
  if (first === undefined) throw new Error('the story has records');
  const wrong = (value: Buffer): OutgoingRecord => ({ ...first, value, headers: [] });
  const unknownSchema = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  await send(cell, [first, wrong(Buffer.from('no Avro')), wrong(unknownSchema), ...rest]);
  const crash = crashAt(point, 0, cell, writer);
  const dying = await start(crash.cell, crash.writer);
  await crash.happened;
  await dying.close();
  const find: BlockWriter['find'] = async (...block) => {
    await crash.wake(); // while the next owner ends the block
    return writer.find(...block);
  };
  const sink = await start(cell, { ...writer, find });
  await untilCommitted(cell);
  await expectEachOnce(cell, boxes, violationsIn(cell, records));
  expect(await lettersOf(cell)).toEqual([
    { value: 'no Avro', topic: 'tracks', offset: '1' },
    { value: unknownSchema.toString(), topic: 'tracks', offset: '2' },
  ]);
  await sink.close();
});

async function lettersOf(cell: Cell) {
  const reader = await cell.log.reader();
  const partitions = [0, 1].map(partition => ({ topic: cell.name(topics.deadLetters), partition }));
  for (const partition of partitions) reader.seek(partition, 0n);
  const found = [];
  for (let i = 0; i < 8; i++)
    for (const { records } of await reader.fetch())
      for (const { value, headers } of records) {
        const header = (name: string) => headers.find(([key]) => key === `__streams.errors.${name}`)?.[1].toString();
        found.push({ value: value?.toString(), topic: header('topic'), offset: header('offset') });
      }
  await reader.close();
  return found;
}

test('the audits find a row that was written twice, and one with the identity of another', async () => {
  const cell = await fresh();
  const { records } = story(cell);
  await send(cell, records);
  const sink = await start(cell);
  await untilCommitted(cell);
  await sink.close();
  const auditors = sinkTables.slice(0, 1).map(table => new TableAuditor(database.client, table, 9));
  for (const auditor of auditors)
    expect(await auditor.look()).toMatchObject({ doubled: 0, repeated: 0, tokens: 10_000 });
  const copy = (place: string) => `INSERT INTO tracks SELECT * REPLACE (${place}) FROM tracks LIMIT 1`;
  await database.client.command({ query: copy('_offset AS _offset') });
  await database.client.command({ query: copy('toUInt64(1000) AS _offset') });
  const [tracks] = await Promise.all(sinkTables.slice(0, 1).map(table => audit(database.client, table)));
  expect(tracks).toMatchObject({ doubled: 1, repeated: 1 });
  // an auditor that works in small steps must find the same, again and again
  for (const auditor of [...auditors, ...auditors])
    expect(await auditor.look()).toMatchObject({ doubled: 1, repeated: 1 });
});

// Anyone who may write to the topic can write a revision again. The sink did its work.
test('a revision that the log has at two places is a repeat of one day, not a row written twice', async () => {
  const cell = await fresh();
  const { records } = story(cell);
  const [first] = records.filter(({ topic }) => topic === cell.name(topics.violations));
  if (first === undefined) throw new Error('the story has violations');
  await send(cell, [...records, first]);
  const sink = await start(cell);
  await untilCommitted(cell);
  await sink.close();
  const [, table] = sinkTables;
  if (table === undefined) throw new Error('violations have a table');
  const auditor = new TableAuditor(database.client, table, 9);
  for (let i = 0; i < 2; i++) {
    const found = await auditor.look();
    expect(found).toMatchObject({ doubled: 0, repeated: 1, missing: 0 });
    expect(found.newestRepeat?.identity).toMatch(/^violation_id \S+, revision \d+$/);
    expect(new Set(found.newestRepeat?.places).size).toBe(2);
    expect(found.newestRepeat?.places[0]).toMatch(/violations\[\d\] at offset \d+$/);
  }
  const older = 'ALTER TABLE violations UPDATE _written_at = _written_at - INTERVAL 2 DAY WHERE 1';
  await database.client.command({ query: `${older} SETTINGS mutations_sync = 2` });
  expect(await audit(database.client, table)).toMatchObject({ repeated: 0, newestRepeat: null });
});

test('the audits find rows that were deleted', async () => {
  const cell = await fresh();
  const { records } = story(cell);
  await send(cell, records);
  const sink = await start(cell);
  await untilCommitted(cell);
  const look = () =>
    Promise.all(sinkTables.map(table => new TableAuditor(database.client, table).look(sink.partitions())));
  expect(await look()).toMatchObject(sinkTables.map(() => ({ missing: 0 })));
  await database.client.command({ query: 'DELETE FROM violations WHERE _offset = 1' });
  expect(await look()).toMatchObject(sinkTables.map(({ table }) => ({ missing: table === 'violations' ? 1 : 0 })));
  await sink.close();
});

test('when the log ends before the written offset, the sink ends with an error', async () => {
  const cell = await fresh();
  const { records } = story(cell);
  await send(cell, records);
  const beyond = [0, 1].map(partition => ({ topic: cell.name(topics.tracks), partition, offset: 1_000_000n }));
  const producer = await cell.log.transactionalProducer(`${cell.prefix}skip`);
  await producer.fence();
  await producer.begin();
  await producer.sendOffsets(cell.groupId('sink'), beyond);
  await producer.commit();
  await producer.close();
  const ended = Promise.withResolvers<unknown>();
  const sink = await start(cell, writer, ended.resolve);
  expect(await ended.promise).toBeInstanceOf(OffsetOutOfRangeError);
  expect(await database.number('SELECT count() FROM tracks')).toBe(0);
  await sink.close();
});

/** Deletes the sunk topics and creates them again, as an operator might. */
async function recreate(cell: Cell): Promise<void> {
  const names = sinkTables.map(({ topic }) => cell.name(topic));
  await cell.log.admin.deleteTopics(names);
  // A broker that is deleting a topic may say that it does not host it.
  const counts = async (): Promise<number> => (await cell.log.admin.partitionCounts(names)).size;
  await until(async () => (await counts().catch(() => 1)) === 0);
  await cell.log.admin.createTopics(names.map(topic => ({ topic, partitions: 2 })));
}

test.each(['runs', 'is stopped'])(
  'topics that are created again while the sink %s: all rows are there once',
  async state => {
    const cell = await fresh();
    const { records, boxes } = story(cell);
    await send(cell, records);
    started = 0; // both sinks cut blocks of the same size, so they have the same offsets
    const first = await start(cell);
    await untilCommitted(cell);
    if (state === 'is stopped') await first.close();
    await recreate(cell);
    // the same offsets as before, then some more: not always does the new log end below the old position
    await send(cell, [...story(cell, 2).records, ...story(cell, 3).records]);
    started = 0;
    const sink = state === 'runs' ? first : await start(cell);
    await untilCommitted(cell);
    await expectEachOnce(cell, 3 * boxes, 3 * violationsIn(cell, records));
    const looks = sinkTables.map(table => new TableAuditor(database.client, table, 9).look(sink.partitions()));
    expect(sinkHealth(sink, { tables: await Promise.all(looks), failure: null }).status).toBe('healthy');
    await sink.close();
  },
);

test('while ClickHouse is down the sink waits and reports it, then writes everything', async () => {
  const cell = await fresh();
  const { records, boxes } = story(cell);
  const target = new URL(process.env.TEST_CLICKHOUSE_URL ?? 'http://127.0.0.1:8123');
  const server = forward(target);
  const port = await listening(server, 0);
  server.close();
  const client = database.clientAt(`http://127.0.0.1:${port}`);
  const sink = await start(cell, clickHouseWriter(client, { deadlineMs: 2_000 }));
  await send(cell, records);
  await until(async () => sink.partitions().some(({ waitingFor }) => waitingFor?.startsWith('ClickHouse') ?? false));
  const back = forward(target);
  await listening(back, port);
  await untilCommitted(cell);
  await expectEachOnce(cell, boxes, violationsIn(cell, records));
  await sink.close();
  await client.close();
  back.close();
});

/** Forwards connections. */
const forward = (target: URL): Server =>
  createServer(socket => {
    const onward = connect(Number(target.port), target.hostname);
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => {});
  });

const listening = (server: Server, port: number): Promise<number> =>
  new Promise(resolve => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
