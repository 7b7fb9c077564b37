import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Evidence,
  type Frame,
  type FrameLineage,
  type FrameReference,
  topics,
  type Violation,
} from '@sightline/schemas';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { folderBlobStore } from '../blobs/index.ts';
import { readTopic } from '../ingest/testing/read-topic.ts';
import { type Cell, createLogger, testCell } from '../process/index.ts';
import { Collector } from './collector.ts';

const TOPICS = [topics.violations, topics.frames, topics.evidence];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const jpegs = Array.from({ length: 5 }, (_, index) => Buffer.from(`picture ${index}`));
let cell: Cell;
let blobs: ReturnType<typeof folderBlobStore>;
let lineages: FrameLineage[];
let collector: Collector;
const stopping = new AbortController();

beforeAll(async () => {
  cell = await testCell(TOPICS);
  blobs = folderBlobStore(await mkdtemp(join(tmpdir(), 'evidence-')), Buffer.alloc(32, 1));
  lineages = await publishFrames();
  collector = new Collector({
    cell,
    blobs,
    logger: createLogger('evidence', 'silent'),
    signal: stopping.signal,
    fail: error => {
      throw error;
    },
  });
  await collector.start();
});
afterAll(async () => {
  stopping.abort();
  await collector.stop();
  await cell.close();
});

async function publishFrames(): Promise<FrameLineage[]> {
  const producer = await cell.log.producer();
  const frames = jpegs.map(
    (jpeg, sequence): Frame => ({
      cameraId: 'c1',
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
      sha256: sha256(jpeg),
      jpeg,
    }),
  );
  const sent = await producer.send(frames.map(frame => cell.outgoing(topics.frames, 'c1', frame)));
  await producer.close();
  return frames.map(({ epoch, sequence, capturedAtMs }, index) => ({
    epoch,
    sequence,
    capturedAtMs,
    mediaTimeMs: null,
    frame: {
      topic: 'frames',
      partition: sent[index]?.partition ?? 0,
      offset: Number(sent[index]?.offset ?? 0n),
      sha256: sha256(jpegs[index] ?? Buffer.alloc(0)),
    },
    detection: { topic: 'detections', partition: 0, offset: index },
  }));
}

function violation(
  violationId: string,
  revision: number,
  state: Violation['state'],
  peakFrame: FrameLineage,
  lastFrame = lineages[0] ?? peakFrame,
): Violation {
  const first = lineages[0] ?? peakFrame;
  return {
    violationId,
    cameraId: 'c1',
    storeId: 's1',
    ruleId: 'r1',
    violationType: 'hand_no_scooper',
    ruleVersion: 'v1',
    zoneId: null,
    zoneVersion: null,
    trackId: 't1',
    riskLevel: 'high',
    startedAtMs: 1_000,
    revision,
    state,
    lastSeenAtMs: 1_004,
    endedAtMs: state === 'closed' ? 1_004 : null,
    closeReason: state === 'closed' ? 'gap' : null,
    framesObserved: 5,
    peakConfidence: 0.9,
    firstFrame: first,
    peakFrame,
    lastFrame,
    widthPx: 640,
    heightPx: 360,
    boxes: [],
    subjectBox: 0,
    models: [{ model: 'm', version: '1', sha256: 'a'.repeat(64) }],
    controlOffset: 0,
  };
}
const lineage = (index: number): FrameLineage => lineages[index] ?? (lineages[0] as FrameLineage);

async function send(...violations: readonly Violation[]): Promise<void> {
  const producer = await cell.log.producer();
  await producer.send(violations.map(value => cell.outgoing(topics.violations, value.cameraId, value)));
  await producer.close();
}
const evidenceOf = async (violationId: string, count: number): Promise<readonly Evidence[]> =>
  vi.waitFor(
    async () => {
      const found = (await readTopic(cell, topics.evidence)).filter(evidence => evidence.violationId === violationId);
      expect(found).toHaveLength(count);
      return found;
    },
    { timeout: 10_000, interval: 100 },
  );

test('the peak frame is copied when a violation opens, and again when the peak at the close is another frame', async () => {
  await send(violation('v1', 1, 'opened', lineage(1)), violation('v1', 2, 'closed', lineage(3)));
  const [opened, closed] = await evidenceOf('v1', 2);
  expect(opened).toMatchObject({
    revision: 1,
    missing: null,
    files: [
      { role: 'still', sequence: 1, mediaType: 'image/jpeg' },
      { role: 'first', sequence: 0 },
    ],
  });
  expect(closed).toMatchObject({ revision: 2, files: [{ sequence: 3 }, { role: 'first' }, { role: 'last' }] });
  expect(await blobs.get(closed?.files[0]?.sha256 ?? '')).toEqual(jpegs[3]);
});

test('the first frame is kept with the still, the last one when the violation closes', async () => {
  const peak = lineage(2);
  await send(
    violation('edges', 1, 'opened', peak, lineage(2)),
    violation('edges', 2, 'updated', peak, lineage(3)),
    violation('edges', 3, 'closed', peak, lineage(4)),
  );
  const roles = (evidence: Evidence | undefined) => evidence?.files.map(({ role, sequence }) => [role, sequence]);
  const [opened, closed] = await evidenceOf('edges', 2);
  expect(roles(opened)).toEqual([
    ['still', 2],
    ['first', 0],
  ]);
  expect(roles(closed)).toEqual([
    ['still', 2],
    ['first', 0],
    ['last', 4],
  ]);
  const last = closed?.files.find(({ role }) => role === 'last')?.sha256 ?? '';
  expect(await blobs.get(last)).toEqual(jpegs[4]);
});

test('a violation whose peak stayed has one still', async () => {
  const stays = lineage(2);
  await send(
    violation('v2', 1, 'opened', stays),
    violation('v2', 2, 'updated', stays),
    violation('v2', 3, 'closed', stays),
  );
  await send(violation('v3', 1, 'opened', stays));
  await evidenceOf('v3', 1);
  const bundles = await evidenceOf('v2', 2);
  expect(bundles.map(({ revision }) => revision)).toEqual([1, 3]);
  expect(new Set(bundles.map(({ files }) => files[0]?.sha256)).size).toBe(1);
});

test('a picture that was deleted or replaced is reported as missing', async () => {
  const reference = lineage(2).frame;
  const far = { ...lineage(2), frame: reference && { ...reference, offset: 9_999 } };
  const other = { ...lineage(2), frame: reference && { ...reference, sha256: 'cd'.repeat(32) } };
  const none = { ...lineage(2), frame: null };
  await send(violation('gone', 1, 'opened', far), violation('other', 1, 'opened', other));
  await send({ ...violation('none', 1, 'opened', none), firstFrame: none, lastFrame: none });
  expect(await evidenceOf('gone', 1)).toMatchObject([{ files: [], missing: expect.stringContaining('ends before') }]);
  expect(await evidenceOf('other', 1)).toMatchObject([
    { files: [], missing: expect.stringContaining('has another picture') },
  ]);
  expect(await evidenceOf('none', 1)).toMatchObject([{ files: [], missing: expect.stringContaining('no frame') }]);
});

test('a picture that retention deleted is reported as missing', async () => {
  const { frame } = lineage(0);
  if (frame === null) throw new TypeError('the first frame has a picture');
  await cell.log.admin.deleteRecords([
    { topic: cell.name(topics.frames), partition: frame.partition, offset: BigInt(frame.offset + 1) },
  ]);
  await send(violation('old', 1, 'opened', lineage(0)));
  expect(await evidenceOf('old', 1)).toMatchObject([
    { files: [], missing: expect.stringContaining('retention deleted') },
  ]);
});

test('a violation whose frame reference names a partition that is not there is missing, and the next ones get their evidence', async () => {
  const reference = lineage(2).frame;
  const at = (change: Partial<FrameReference>) => ({ ...lineage(2), frame: reference && { ...reference, ...change } });
  await send(violation('beyond', 1, 'opened', at({ partition: 99 })), violation('after-them', 1, 'opened', lineage(2)));
  expect(await evidenceOf('beyond', 1)).toMatchObject([
    { files: [], missing: expect.stringContaining('partition 99') },
  ]);
  expect(await evidenceOf('after-them', 1)).toMatchObject([{ missing: null }]);
}, 30_000);

/** A cell with its own collector, whose blob store refuses some pictures. `maxBytes`: limit of the topic `evidence`. */
async function another(refused: (jpeg: Buffer) => boolean, maxBytes = 1_000_000): Promise<Cell> {
  const limited = { ...topics.evidence, config: { 'max.message.bytes': `${maxBytes}` } };
  const own = await testCell([topics.violations, topics.frames, limited]);
  const put = (bytes: Buffer): Promise<string> =>
    refused(bytes) ? Promise.reject(new Error('this disk is full')) : blobs.put(bytes);
  const ending = new AbortController();
  const options = { cell: own, blobs: { ...blobs, put }, logger: createLogger('evidence', 'silent') };
  const its = new Collector({ ...options, signal: ending.signal, fail: error => console.error(error) });
  await its.start();
  onTestFinished(async () => {
    ending.abort();
    await its.stop();
    await own.close();
  });
  return own;
}

/** Publishes a frame and a violation that shows it, of each camera. */
async function breach(at: Cell, cameraIds: readonly string[]): Promise<void> {
  const producer = await at.log.producer();
  for (const cameraId of cameraIds) {
    const jpeg = Buffer.from(`picture of ${cameraId}`);
    const identity = { cameraId, epoch: 1, sequence: 1, capturedAtMs: 1_000 };
    const frame: Frame = {
      ...{ ...identity, source: 'live', mediaTimeMs: null, cameraClockMs: null, anchored: false, reason: null },
      ...{ widthPx: 640, heightPx: 360, sha256: sha256(jpeg), jpeg },
    };
    const [sent] = await producer.send([at.outgoing(topics.frames, cameraId, frame)]);
    const place = { topic: 'frames', partition: sent?.partition ?? 0, offset: Number(sent?.offset ?? 0n) };
    const shown = { ...lineage(0), frame: { ...place, sha256: sha256(jpeg) } };
    const value = { ...violation(`of-${cameraId}`, 1, 'opened', shown), cameraId, firstFrame: shown, lastFrame: shown };
    await producer.send([at.outgoing(topics.violations, cameraId, value)]);
  }
  await producer.close();
}

test('evidence that cannot be stored holds up its own partition only', async () => {
  const own = await another(jpeg => jpeg.equals(Buffer.from('picture of c1')));
  const elsewhere = ['c2', 'c3', 'c4', 'c5'].filter(
    id => own.partitionOf(topics.violations, id) !== own.partitionOf(topics.violations, 'c1'),
  );
  await breach(own, ['c1', ...elsewhere]);
  await vi.waitFor(async () => {
    const found = await readTopic(own, topics.evidence);
    expect(found.map(({ cameraId }) => cameraId).toSorted()).toEqual(elsewhere);
  }, 20_000);
});

test('evidence that the log refuses for its size is marked as lost, and the next is stored', async () => {
  const own = await another(() => false, 240);
  await breach(own, ['c1']);
  await vi.waitFor(async () => {
    const missing = 'the log refused the evidence: it was too large';
    expect(await readTopic(own, topics.evidence)).toMatchObject([{ violationId: 'of-c1', files: [], missing }]);
  }, 20_000);
});
