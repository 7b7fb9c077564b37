import { createHash } from 'node:crypto';
import { type Frame, type FrameReference, topics } from '@sightline/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partitionFor } from '../log/index.ts';
import { type Cell, testCell } from '../process/index.ts';
import { FrameReader } from './frame-reader.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const PICTURE = Buffer.from('a picture');
const PARTITIONS = 4;
let cell: Cell;
let reader: FrameReader;

beforeEach(async () => {
  cell = await testCell([topics.frames], undefined, PARTITIONS);
  reader = await FrameReader.open(cell);
});
afterEach(async () => {
  await reader.close();
  await cell.close();
});

function frame(sequence: number, jpeg: Buffer | null, partition: number): Frame {
  return {
    cameraId: cameraOf(partition),
    epoch: 1,
    sequence,
    source: 'live',
    capturedAtMs: 1_000 + sequence,
    mediaTimeMs: null,
    cameraClockMs: null,
    anchored: false,
    widthPx: 640,
    heightPx: 360,
    reason: null,
    sha256: jpeg && sha256(jpeg),
    jpeg,
  };
}

const serialized = (jpeg: Buffer | null, sequence = 0, partition = 0): Buffer =>
  topics.frames.value.serialize(frame(sequence, jpeg, partition));

/** A camera whose records belong to this partition. */
function cameraOf(partition: number): string {
  for (let i = 0; ; i++) if (partitionFor(`c${i}`, PARTITIONS) === partition) return `c${i}`;
}

/** Writes values to a partition of `frames`. Returns the reference that evidence would have of each. */
async function publish(
  values: readonly Buffer[],
  { partition = 0, of = PICTURE }: { readonly partition?: number; readonly of?: Buffer } = {},
): Promise<readonly FrameReference[]> {
  const producer = await cell.log.producer();
  const topic = cell.name(topics.frames);
  const key = Buffer.from(cameraOf(partition));
  const sent = await producer.send(values.map(value => ({ topic, partition, key, value })));
  await producer.close();
  return sent.map(({ offset }) => ({ topic: 'frames', partition, offset: Number(offset), sha256: sha256(of) }));
}

async function published(...values: Parameters<typeof publish>): Promise<FrameReference> {
  const [reference] = await publish(...values);
  if (reference === undefined) throw new TypeError('publish a value');
  return reference;
}

test('pictures are found by partition and offset, in any order, one after the other', async () => {
  const pictures = ['first', 'second', 'third'].map(text => Buffer.from(text));
  const left = await publish(
    pictures.map((jpeg, sequence) => serialized(jpeg, sequence)),
    { partition: 0 },
  );
  const right = await publish(
    pictures.map((jpeg, sequence) => serialized(jpeg, 10 + sequence, 1)),
    { partition: 1 },
  );
  const asked = [right[2], left[0], right[0], left[2], left[0]];
  const found = [];
  for (const reference of asked) {
    const jpeg = pictures[reference?.offset ?? -1] ?? Buffer.alloc(0);
    if (reference !== undefined) found.push(await reader.find({ ...reference, sha256: sha256(jpeg) }));
  }
  expect(found.map(each => (each.kind === 'found' ? `${each.frame.sequence} ${each.jpeg}` : each.reason))).toEqual([
    '12 third',
    '0 first',
    '10 first',
    '2 third',
    '0 first',
  ]);
});

test('a picture larger than what one fetch usually brings is found whole', async () => {
  const large = Buffer.alloc(300_000, 7);
  const found = await reader.find(await published([serialized(large)], { of: large }));
  expect(found.kind === 'found' && found.jpeg.equals(large)).toBe(true);
});

test('a record with another picture, or without one, proves nothing', async () => {
  const [other, none] = [await published([serialized(Buffer.from('another'))]), await published([serialized(null)])];
  expect(await reader.find(other)).toEqual({
    kind: 'missing',
    reason: `the record has another picture (SHA-256 ${sha256(Buffer.from('another'))})`,
  });
  expect(await reader.find(none)).toEqual({ kind: 'missing', reason: 'the record has no picture' });
});

test('a record that does not decode is missing, and the next one is found', async () => {
  const broken = await published([Buffer.from('not Avro')]);
  const whole = await published([serialized(PICTURE)]);
  expect(await reader.find(broken)).toEqual({
    kind: 'missing',
    reason: expect.stringContaining('the record does not decode: '),
  });
  expect(await reader.find(whole)).toMatchObject({ kind: 'found' });
});

test('a place past the end of the log is answered at once, in an empty partition too', async () => {
  const last = await published([serialized(PICTURE)]);
  const ended = { kind: 'missing', reason: 'the log ends before the picture' };
  expect(await reader.find({ ...last, offset: last.offset + 1 })).toEqual(ended);
  expect(await reader.find({ ...last, offset: last.offset + 1_000 })).toEqual(ended);
  expect(await reader.find({ ...last, partition: 3, offset: 0 })).toEqual(ended);
});

test('a picture that retention deleted is told from one that was never there; later ones are found', async () => {
  const [old, kept] = await publish([serialized(PICTURE, 0), serialized(PICTURE, 1)]);
  if (old === undefined || kept === undefined) throw new TypeError('two records were published');
  const before = { topic: cell.name(topics.frames), partition: 0, offset: BigInt(kept.offset) };
  await cell.log.admin.deleteRecords([before]);
  expect(await reader.find(old)).toEqual({ kind: 'missing', reason: 'retention deleted the picture' });
  expect(await reader.find(kept)).toMatchObject({ kind: 'found', frame: { sequence: 1 } });
});

test('a reference to a place that cannot exist is missing at once, and the next picture is found', async () => {
  const whole = await published([serialized(PICTURE)]);
  for (const partition of [-3, 4, 99, 2_147_483_647])
    expect(await reader.find({ ...whole, partition })).toEqual({
      kind: 'missing',
      reason: `the reference names partition ${partition}, but frames has 4 partitions`,
    });
  for (const offset of [-1, Number.MIN_SAFE_INTEGER])
    expect(await reader.find({ ...whole, offset })).toEqual({
      kind: 'missing',
      reason: `the reference names offset ${offset}, which no record has`,
    });
  expect(await reader.find({ ...whole, topic: 'vault' })).toEqual({
    kind: 'missing',
    reason: 'the reference names another topic than frames',
  });
  expect(await reader.find(whole)).toMatchObject({ kind: 'found' });
}, 30_000);
