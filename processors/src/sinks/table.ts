import type { AnyTopic, EvidenceFile, ModelReference, Topic, Violation } from '@sightline/schemas';
import { topics } from '@sightline/schemas';
import type { LogRecord } from '../log/index.ts';
import { dateTime } from './date-time.ts';

/** A row as ClickHouse reads it from JSON: column by name. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of one record. */
export interface RecordRows {
  /** Columns with the same value in all rows, written out once. */
  readonly shared: Row;
  /** The other columns of each row; at least one column. */
  readonly each: readonly Row[];
}

/** Decodes the value of a record; rejects when it does not decode, or cannot be decoded now. */
export type Decode = <V>(topic: Topic<string, V>, record: LogRecord) => Promise<V>;

/** How records of a topic become rows of a table. A pure function, so a block can be built again. */
export interface SinkTable {
  readonly topic: AnyTopic;
  readonly table: string;
  /** Increase it when the same record gives other rows: a plan names the version that made it. */
  readonly version: number;
  /**
   * Longest time from a block's first record to its visible rows; the block closes earlier by the estimated write time.
   */
  readonly maxAgeMs: number;
  /** Columns that number the rows of one record; none: a record has one row. */
  readonly within: readonly string[];
  /** Columns that identify what a row describes: no two rows may have the same values. None: they may. */
  readonly identity: readonly string[];
  /** The rows of one record, without the columns for their origin. */
  rowsOf(record: LogRecord, decode: Decode): Promise<RecordRows>;
}

function sinkTable<V>(
  table: Omit<SinkTable, 'topic' | 'rowsOf'> & {
    readonly topic: Topic<string, V>;
    readonly rows: (value: V) => RecordRows;
  },
): SinkTable {
  return {
    ...table,
    rowsOf: async (record, decode) => table.rows(await decode(table.topic, record)),
  };
}

const shaOf = (models: readonly ModelReference[], name: string): string =>
  models.findLast(({ model }) => model === name)?.sha256 ?? '';

/** The subject's model; the column `violation` has the other models that the decision used. */
function subjectModel({ boxes, subjectBox, models }: Violation): Row {
  const model = boxes[subjectBox]?.model ?? '';
  return { model, model_sha256: shaOf(models, model) };
}

/** One row per box of a frame. */
const tracks = sinkTable({
  topic: topics.tracks,
  table: 'tracks',
  version: 1,
  maxAgeMs: 5_000,
  within: ['box'],
  identity: ['camera_id', 'epoch', 'sequence', 'box'],
  rows: track => ({
    shared: {
      camera_id: track.cameraId,
      store_id: track.storeId,
      epoch: track.epoch,
      sequence: track.sequence,
      captured_at: dateTime(track.capturedAtMs),
      media_time_ms: track.mediaTimeMs,
      outcome: track.outcome,
      width_px: track.widthPx,
      height_px: track.heightPx,
    },
    each: track.boxes.map((box, index) => ({
      box: index,
      class_name: box.className,
      confidence: box.confidence,
      x1_px: box.x1Px,
      y1_px: box.y1Px,
      x2_px: box.x2Px,
      y2_px: box.y2Px,
      track_id: box.trackId ?? '',
      model: box.model,
      model_sha256: shaOf(track.models, box.model),
    })),
  }),
});

/** One row per revision of a violation. */
const violations = sinkTable({
  topic: topics.violations,
  table: 'violations',
  version: 1,
  maxAgeMs: 500,
  within: [],
  identity: ['violation_id', 'revision'],
  rows: violation => ({
    shared: {
      violation_id: violation.violationId,
      state: violation.state,
      camera_id: violation.cameraId,
      store_id: violation.storeId,
      rule_id: violation.ruleId,
      violation_type: violation.violationType,
      rule_version: violation.ruleVersion,
      zone_id: violation.zoneId ?? '',
      zone_version: violation.zoneVersion ?? '',
      track_id: violation.trackId,
      risk_level: violation.riskLevel,
      started_at: dateTime(violation.startedAtMs),
      last_seen_at: dateTime(violation.lastSeenAtMs),
      ended_at: violation.endedAtMs === null ? null : dateTime(violation.endedAtMs),
      close_reason: violation.closeReason ?? '',
      frames_observed: violation.framesObserved,
      peak_confidence: violation.peakConfidence,
      peak_captured_at: dateTime(violation.peakFrame.capturedAtMs),
      ...subjectModel(violation),
      violation: JSON.stringify(violation),
    },
    each: [{ revision: violation.revision }],
  }),
});

const NO_FILE: Row = { file: 0, role: '', sha256: '', size_bytes: 0, media_type: '', captured_at: null };

const fileRow = ({ role, sha256, sizeBytes, mediaType, capturedAtMs }: EvidenceFile, file: number): Row => ({
  file,
  role,
  sha256,
  size_bytes: sizeBytes,
  media_type: mediaType,
  captured_at: dateTime(capturedAtMs),
});

/**
 * One row per file that proves a violation, or one row with the reason when there is none. Repeating it gives the same
 * row.
 */
const evidence = sinkTable({
  topic: topics.evidence,
  table: 'evidence',
  version: 1,
  maxAgeMs: 500,
  within: ['file'],
  identity: [],
  rows: ({ violationId, cameraId, storeId, revision, files, missing }) => ({
    shared: {
      violation_id: violationId,
      camera_id: cameraId,
      store_id: storeId,
      revision,
      missing: missing ?? '',
    },
    each: files.length === 0 ? [NO_FILE] : files.map(fileRow),
  }),
});

/** One row per frame that a shadow version of a model looked at. */
const shadowDetections = sinkTable({
  topic: topics.shadowDetections,
  table: 'shadow_detections',
  version: 1,
  maxAgeMs: 5_000,
  within: [],
  identity: ['camera_id', 'epoch', 'sequence', 'model', 'shadow_version'],
  rows: of => ({
    shared: {
      camera_id: of.cameraId,
      store_id: of.storeId,
      epoch: of.epoch,
      captured_at: dateTime(of.capturedAtMs),
      width_px: of.widthPx,
      height_px: of.heightPx,
      frame_partition: of.frame.partition,
      frame_offset: of.frame.offset,
      frame_sha256: of.frame.sha256,
      model: of.model,
      serving_version: of.servingVersion,
      shadow_version: of.shadowVersion,
      agreed: of.agreed,
      serving_boxes: of.servingBoxes.length,
      shadow_boxes: of.shadowBoxes.length,
      boxes: JSON.stringify({ serving: of.servingBoxes, shadow: of.shadowBoxes }),
    },
    each: [{ sequence: of.sequence }],
  }),
});

/** All tables that the sink writes. */
export const sinkTables: readonly SinkTable[] = [tracks, violations, evidence, shadowDetections];
