import type { z } from '@hono/zod-openapi';
import type { Evidence, FrameLineage, TrackedBox, Violation } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import { isoTime } from '../arguments/bounds.ts';
import { openOrClosed } from '../arguments/violation-filter.ts';
import { fileOf } from '../queries/evidence.ts';
import type { FilterWarning } from '../queries/filter-warnings.ts';
import type { DetectionRow } from '../queries/latest-detection.ts';
import type { ViolationStatistics } from '../queries/violation-statistics.ts';
import type { DetectionSchema, StatisticsSchema, ViolationDetailsSchema, ViolationSchema } from './schemas.ts';

const boxJson = (box: TrackedBox) => ({ ...box });

export function violationJson(
  violation: Violation,
  evidence: Evidence | null,
  createdAtMs: number | null,
  fold: ControlFold,
): z.infer<typeof ViolationSchema> {
  const { peakFrame, boxes } = violation;
  const still = fileOf(evidence, 'still');
  return {
    id: violation.violationId,
    video: fold.lastKnown('camera', violation.cameraId)?.value.name ?? violation.cameraId,
    cameraId: violation.cameraId,
    storeId: violation.storeId,
    violationType: violation.violationType,
    state: openOrClosed(violation) === 'OPEN' ? 'open' : 'closed',
    riskLevel: violation.riskLevel,
    frameId: `${peakFrame.epoch}:${peakFrame.sequence}`,
    timestampMs: violation.startedAtMs,
    startedAt: isoTime(violation.startedAtMs),
    endedAt: violation.endedAtMs === null ? null : isoTime(violation.endedAtMs),
    durationMs: violation.lastSeenAtMs - violation.startedAtMs,
    boundingBoxes: boxes.map(boxJson),
    detectedObjects: [...new Set(boxes.map(box => box.className))],
    confidences: boxes.map(box => box.confidence),
    frame: evidence && {
      url: still === undefined ? null : `/api/evidence/${still.sha256}`,
      sha256: still?.sha256 ?? null,
      missing: evidence.missing,
    },
    createdAt: createdAtMs === null ? null : isoTime(createdAtMs),
  };
}

const frameJson = ({ capturedAtMs, epoch, sequence, mediaTimeMs, frame, detection }: FrameLineage) => ({
  epoch,
  sequence,
  capturedAt: isoTime(capturedAtMs),
  mediaTimeMs,
  frame: frame && { ...frame },
  detection: { ...detection },
});

export function violationDetailsJson(
  violation: Violation,
  evidence: Evidence | null,
  createdAtMs: number | null,
  fold: ControlFold,
): z.infer<typeof ViolationDetailsSchema> {
  const { revision, ruleId, zoneId, trackId, closeReason, framesObserved, peakConfidence, subjectBox } = violation;
  const { widthPx, heightPx, models, ruleVersion, zoneVersion, controlOffset } = violation;
  return {
    ...violationJson(violation, evidence, createdAtMs, fold),
    ...{
      revision,
      ruleId,
      zoneId,
      trackId,
      closeReason,
      framesObserved,
      peakConfidence,
      subjectBox,
      widthPx,
      heightPx,
    },
    lineage: {
      first: frameJson(violation.firstFrame),
      peak: frameJson(violation.peakFrame),
      last: frameJson(violation.lastFrame),
      models: models.map(model => ({ ...model })),
      ...{ ruleVersion, zoneVersion, controlOffset },
    },
  };
}

/** The detections of one frame. `rows` are its boxes, at least one. */
export function detectionJson(
  video: string,
  cameraId: string,
  first: DetectionRow,
  rows: readonly DetectionRow[],
): z.infer<typeof DetectionSchema> {
  return {
    video,
    cameraId,
    epoch: first.epoch,
    sequence: first.sequence,
    capturedAt: isoTime(first.captured_at_ms),
    outcome: first.outcome,
    widthPx: first.width_px,
    heightPx: first.height_px,
    boundingBoxes: rows.map(row => ({
      className: row.class_name,
      confidence: row.confidence,
      x1Px: row.x1_px,
      y1Px: row.y1_px,
      x2Px: row.x2_px,
      y2Px: row.y2_px,
      trackId: row.track_id === '' ? null : row.track_id,
      model: row.model,
    })),
  };
}

export function statisticsJson(
  statistics: ViolationStatistics,
  warnings: readonly FilterWarning[],
): z.infer<typeof StatisticsSchema> {
  const { total, open, byStore, byCamera, byType, overTime, stepsLeftOut, degraded } = statistics;
  return {
    ...{ total, open, stepsLeftOut, degraded },
    warnings: [...warnings],
    byStore: [...byStore],
    byCamera: [...byCamera],
    byType: [...byType],
    overTime: overTime.map(({ timeMs, count }) => ({ time: isoTime(timeMs), count })),
  };
}
