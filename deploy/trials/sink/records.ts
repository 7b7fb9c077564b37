import type { OutgoingRecord } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import {
  type Evidence,
  type FrameLineage,
  type Track,
  type TrackedBox,
  topics,
  type Violation,
} from '@sightline/schemas';
import { seeded } from '../tools/seeded.ts';

/** Camera time at the middle of a trial: one block has rows of two months, which are two parts. */
const MONTH_END_MS = Date.UTC(2026, 10, 1);
const CAMERAS = 8;
const SHA = 'a'.repeat(64);
const MODEL = { model: 'scripted', version: '1', sha256: SHA };

/** A batch of records, always the same for the same number; batches share no records. */
export interface Portion {
  readonly tracks: readonly Track[];
  readonly violations: readonly Violation[];
  readonly evidence: readonly Evidence[];
  /** Bytes that do not decode. */
  readonly garbage: readonly string[];
}

export function portion(number: number, frames: number): Portion {
  const random = seeded(1_000 + number);
  const startMs = MONTH_END_MS + (number % 2 === 0 ? -frames * 50 : 0);
  const cameras = Array.from({ length: CAMERAS }, (_, index) => `camera-${index}`);
  const tracks = Array.from({ length: frames }, (_, frame) => {
    const cameraId = cameras[frame % CAMERAS] ?? '';
    return trackOf(cameraId, number, frame, startMs + frame * 100, random);
  });
  const violations = cameras.flatMap(cameraId => violationsOf(cameraId, number, startMs, random));
  const closed = violations.filter(({ state }) => state === 'closed');
  const evidence = closed.map((violation, index) => evidenceOf(violation, index));
  return { tracks, violations, evidence, garbage: [0, 1, 2].map(index => `no Avro ${number} ${index}`) };
}

function trackOf(cameraId: string, epoch: number, sequence: number, capturedAtMs: number, random: () => number): Track {
  const boxes = Array.from({ length: Math.floor(random() * 5) }, () => boxOf(random));
  const size = { widthPx: 1_280, heightPx: 720 };
  const storeId = storeOf(cameraId);
  const mediaTimeMs = sequence % 3 === 0 ? null : sequence * 100;
  return {
    cameraId,
    storeId,
    epoch,
    sequence,
    capturedAtMs,
    mediaTimeMs,
    ...size,
    outcome: 'detected',
    models: [MODEL],
    boxes,
    remembered: boxes.slice(0, 1).map(({ trackId: _, model: __, points: ___, ...box }) => box),
  };
}

function boxOf(random: () => number): TrackedBox {
  const [x1Px, y1Px] = [Math.fround(random() * 600), Math.fround(random() * 600)];
  const className = random() < 0.5 ? 'hand' : 'pizza';
  const trackId = random() < 0.2 ? null : `track-${Math.floor(random() * 100)}`;
  const corners = { x1Px, y1Px, x2Px: x1Px + 60, y2Px: y1Px + 60 };
  return { className, confidence: Math.fround(random()), ...corners, trackId, points: [], model: MODEL.model };
}

/** Five violations of a camera, each opened, updated and closed. */
function violationsOf(cameraId: string, epoch: number, startMs: number, random: () => number): readonly Violation[] {
  return [0, 1, 2, 3, 4].flatMap(run => {
    const startedAtMs = startMs + run * 2_000;
    const boxes = [boxOf(random)];
    const frame = (sequence: number): FrameLineage => ({
      epoch,
      sequence,
      capturedAtMs: startedAtMs + sequence * 100,
      mediaTimeMs: null,
      frame: null,
      detection: { topic: 'detections', partition: 0, offset: sequence },
    });
    return (['opened', 'updated', 'closed'] as const).map(
      (state, index): Violation => ({
        violationId: `${cameraId}-${epoch}-${run}`,
        cameraId,
        storeId: storeOf(cameraId),
        ruleId: `${cameraId}-hand-no-scooper`,
        violationType: 'hand_no_scooper',
        ruleVersion: SHA,
        zoneId: null,
        zoneVersion: null,
        trackId: `track-${run}`,
        riskLevel: 'high',
        startedAtMs,
        revision: index + 1,
        state,
        lastSeenAtMs: startedAtMs + index * 500,
        endedAtMs: state === 'closed' ? startedAtMs + index * 500 : null,
        closeReason: state === 'closed' ? 'gap' : null,
        framesObserved: 1 + index * 5,
        peakConfidence: Math.fround(0.5 + index / 10),
        firstFrame: frame(0),
        peakFrame: frame(index),
        lastFrame: frame(index * 5),
        widthPx: 1_280,
        heightPx: 720,
        boxes,
        subjectBox: 0,
        models: [MODEL],
        controlOffset: 0,
      }),
    );
  });
}

function evidenceOf({ violationId, cameraId, storeId, revision, peakFrame }: Violation, index: number): Evidence {
  const bundle = { violationId, cameraId, storeId, revision };
  if (index % 4 === 0) return { ...bundle, files: [], missing: 'the picture was gone' };
  const { epoch, sequence, capturedAtMs } = peakFrame;
  const file = {
    role: 'still',
    sizeBytes: 1_000 + index,
    mediaType: 'image/jpeg',
    epoch,
    sequence,
    capturedAtMs,
  } as const;
  const files = index % 4 === 1 ? ['1', '2'] : ['1'];
  return { ...bundle, files: files.map(digit => ({ ...file, sha256: digit.repeat(64) })), missing: null };
}

const storeOf = (cameraId: string): string => `store-${Number(cameraId.at(-1)) % 3}`;

/** The records to send, topics mixed, with bad records among the tracks. */
export function outgoing(cell: Cell, { tracks, violations, evidence, garbage }: Portion): readonly OutgoingRecord[] {
  const sent = [
    ...tracks.map(track => cell.outgoing(topics.tracks, track.cameraId, track)),
    ...violations.map(violation => cell.outgoing(topics.violations, violation.cameraId, violation)),
    ...evidence.map(one => cell.outgoing(topics.evidence, one.cameraId, one)),
  ];
  const wrong = garbage.map((text, index): OutgoingRecord => {
    const [topic, partition] = [cell.name(topics.tracks), index % cell.partitions(topics.tracks)];
    return { topic, partition, key: Buffer.from('nobody'), value: Buffer.from(text) };
  });
  const middle = Math.floor(tracks.length / 2);
  return [...sent.slice(0, middle), ...wrong, ...sent.slice(middle)];
}
