import type { Evidence, ModelReference, Track, Violation } from '@sightline/schemas';

/** The expected values of a row, in the order of the columns below, without the columns of its origin. */
export type Values = readonly (string | number | null)[];

const ms = (column: string): string => `toUnixTimestamp64Milli(${column})`;

/**
 * The columns read from each table. This list does not come from the sink's code, so that the judge does not share its
 * mistakes.
 */
export const COLUMNS = {
  tracks: [
    ...['camera_id', 'store_id', 'epoch', 'sequence', 'box', ms('captured_at'), 'media_time_ms', 'outcome'],
    ...['class_name', 'toFloat64(confidence)', 'toFloat64(x1_px)', 'toFloat64(y1_px)', 'toFloat64(x2_px)'],
    ...['toFloat64(y2_px)', 'width_px', 'height_px', 'track_id', 'model', 'model_sha256'],
  ],
  violations: [
    ...['violation_id', 'revision', 'state', 'camera_id', 'store_id', 'rule_id', 'violation_type', 'rule_version'],
    ...['zone_id', 'zone_version', 'track_id', 'risk_level', ms('started_at'), ms('last_seen_at'), ms('ended_at')],
    ...['close_reason', 'frames_observed', 'toFloat64(peak_confidence)', ms('peak_captured_at'), 'model'],
    ...['model_sha256', 'violation'],
  ],
  evidence: [
    ...['violation_id', 'camera_id', 'store_id', 'revision', 'file', 'role', 'sha256', 'size_bytes', 'media_type'],
    ...[ms('captured_at'), 'missing'],
  ],
} as const;

/** Columns that order the rows of one record. */
export const ORDER = { tracks: 'box', violations: 'revision', evidence: 'file' } as const;

const float = Math.fround;

const shaOf = (models: readonly ModelReference[], name: string | undefined): string =>
  models.find(({ model }) => model === name)?.sha256 ?? '';

export const trackRows = (track: Track): readonly Values[] =>
  track.boxes.map((box, index) => [
    ...[track.cameraId, track.storeId, track.epoch, track.sequence, index, track.capturedAtMs, track.mediaTimeMs],
    ...[track.outcome, box.className, float(box.confidence), float(box.x1Px), float(box.y1Px), float(box.x2Px)],
    ...[float(box.y2Px), track.widthPx, track.heightPx, box.trackId ?? '', box.model, shaOf(track.models, box.model)],
  ]);

export const violationRows = (one: Violation): readonly Values[] => [
  [
    ...[one.violationId, one.revision, one.state, one.cameraId, one.storeId, one.ruleId, one.violationType],
    ...[one.ruleVersion, one.zoneId ?? '', one.zoneVersion ?? '', one.trackId, one.riskLevel, one.startedAtMs],
    ...[one.lastSeenAtMs, one.endedAtMs, one.closeReason ?? '', one.framesObserved, float(one.peakConfidence)],
    ...[one.peakFrame.capturedAtMs, one.boxes[one.subjectBox]?.model ?? ''],
    ...[shaOf(one.models, one.boxes[one.subjectBox]?.model), JSON.stringify(one)],
  ],
];

export function evidenceRows({ files, missing, ...one }: Evidence): readonly Values[] {
  const bundle = [one.violationId, one.cameraId, one.storeId, one.revision];
  if (files.length === 0) return [[...bundle, 0, '', '', 0, '', null, missing ?? '']];
  return files.map((file, index) => [
    ...[...bundle, index, file.role, file.sha256, file.sizeBytes, file.mediaType, file.capturedAtMs, missing ?? ''],
  ]);
}
