/** Every topic: key, value, clean-up, retention. Topic names are written only here. */
import { avroSerde, rawBytes, utf8 } from './avro-serde.ts';
import { days, gib, hours, mib, minutes } from './duration.ts';
import type {
  CameraStatus,
  ConfigSwitch,
  ControlRecord,
  Detection,
  Evidence,
  Frame,
  ModelStatus,
  ShadowDetection,
  Track,
  VaultEntry,
  Violation,
} from './generated/records.ts';
import { byCameraUpToNow, checkViolation, keyedBy } from './record-check.ts';
import { maxMessageBytes, topic } from './topic.ts';

const forEver = { timeMs: -1 } as const;

/** One record per sampling slot, at least one a second per camera; the picture inside. 15 minutes or 2 GB in all. */
export const frames = topic('frames', {
  key: utf8,
  value: avroSerde<Frame>('Frame'),
  check: byCameraUpToNow<Frame>({ times: ['capturedAtMs'] }),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: minutes(15), bytes: gib(0.5) },
  config: { 'max.message.bytes': '2097152', 'segment.bytes': '67108864', 'segment.ms': '60000' },
});

/** One record for every record of `frames`. Judgements and replays read only this topic and `control`. */
export const detections = topic('detections', {
  key: utf8,
  value: avroSerde<Detection>('Detection'),
  check: byCameraUpToNow<Detection>({ times: ['capturedAtMs'] }),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: days(30), bytes: gib(2.5) },
});

/** The state of each camera's source; the latest counts. */
export const cameraStatus = topic('camera-status', {
  key: utf8,
  value: avroSerde<CameraStatus>('CameraStatus'),
  check: byCameraUpToNow<CameraStatus>({ times: ['atMs', 'lastCapturedAtMs'], sequence: 'lastSequence' }),
  byKey: true,
  cleanup: 'compact',
  retention: forEver,
});

/** One record for every accepted detection record, with tracks. */
export const tracks = topic('tracks', {
  key: utf8,
  value: avroSerde<Track>('Track'),
  check: byCameraUpToNow<Track>({ times: ['capturedAtMs'] }),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: days(7), bytes: gib(1) },
});

/** Why the times of a violation contradict each other. */
const timesFault = ({ startedAtMs, lastSeenAtMs, endedAtMs }: Violation): string | undefined =>
  Math.min(lastSeenAtMs, endedAtMs ?? lastSeenAtMs) < startedAtMs
    ? 'it ends before it starts: lastSeenAtMs and endedAtMs must not be before startedAtMs'
    : undefined;

/** Violations: opened, updated, closed. The latest revision of an id is its present state. */
export const violations = topic('violations', {
  key: utf8,
  value: avroSerde('Violation', 'registry', timesFault),
  check: checkViolation,
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: days(90), bytes: gib(1) },
});

/** The files that prove violations. */
export const evidence = topic('evidence', {
  key: utf8,
  value: avroSerde<Evidence>('Evidence'),
  check: keyedBy('cameraId'),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: days(90), bytes: gib(1) },
});

/** Every change of the configuration, in one order, kept for ever. */
export const control = topic('control', {
  key: utf8,
  value: avroSerde<ControlRecord>('ControlRecord'),
  check: keyedBy('entityId'),
  byKey: true,
  cleanup: 'delete',
  retention: forEver,
  partitions: 1,
});

/** The input offset at which a task applied a change; a replay follows it. */
export const configSwitches = topic('config-switches', {
  key: utf8,
  value: avroSerde<ConfigSwitch>('ConfigSwitch'),
  check: keyedBy('cameraId'),
  byKey: true,
  cleanup: 'delete',
  retention: forEver,
});

/** Sealed personal and secret data; a tombstone deletes an entry. */
export const vault = topic('vault', {
  key: utf8,
  value: avroSerde<VaultEntry>('VaultEntry'),
  check: keyedBy('id'),
  byKey: true,
  cleanup: 'compact',
  retention: forEver,
  partitions: 1,
});

/** How each model runs in each inference process; written every few seconds. */
export const models = topic('models', {
  key: utf8,
  value: avroSerde<ModelStatus>('ModelStatus'),
  check: keyedBy('id'),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: hours(1), bytes: mib(64) },
  config: { 'segment.ms': '600000' },
});

/** What shadow versions of models found beside the serving ones. */
export const shadowDetections = topic('shadow-detections', {
  key: utf8,
  value: avroSerde<ShadowDetection>('ShadowDetection'),
  check: byCameraUpToNow<ShadowDetection>({ times: ['capturedAtMs'] }),
  byKey: true,
  cleanup: 'delete',
  retention: { timeMs: days(7), bytes: gib(0.5) },
});

const sources = [
  ...[frames, detections, cameraStatus, tracks, violations],
  ...[evidence, control, configSwitches, vault, models, shadowDetections],
];
/** Space for the headers that a dead letter has beside its record: more than `deadLetter` writes. */
const DEAD_LETTER_HEADER_BYTES = 65_536;

/**
 * Original bytes of records that did not decode, with KIP-1034's headers. It takes the largest record of any other
 * topic.
 */
export const deadLetters = topic('dead-letters', {
  key: rawBytes,
  value: rawBytes,
  cleanup: 'delete',
  retention: { timeMs: days(30), bytes: gib(0.25) },
  config: { 'max.message.bytes': `${Math.max(...sources.map(maxMessageBytes)) + DEAD_LETTER_HEADER_BYTES}` },
});
