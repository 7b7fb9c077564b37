import type { Box } from '@sightline/schemas';
import { z } from 'zod';
import type { ClickHouseReader } from './clickhouse.ts';

/** How far a shadow version agrees with the serving one, over the last day. */
export const shadowSummarySql = `
SELECT count() AS frames, sum(agreed) AS all_agreed, sum(serving_boxes) AS all_serving, sum(shadow_boxes) AS all_shadow,
  countIf(agreed < serving_boxes OR agreed < shadow_boxes) AS different_frames
FROM shadow_detections
WHERE model = {model:String} AND serving_version = {serving:String} AND shadow_version = {shadow:String}
  AND captured_at > now() - INTERVAL 1 DAY AND store_id != 'probe'`;

/** Frames of the last minutes, whose pictures the log still has, with the largest differences. */
export const shadowDifferencesSql = `
SELECT camera_id, toUnixTimestamp64Milli(captured_at) AS captured_at_ms, width_px, height_px,
  frame_partition, frame_offset, frame_sha256, boxes
FROM shadow_detections
WHERE model = {model:String} AND serving_version = {serving:String} AND shadow_version = {shadow:String}
  AND captured_at > now() - INTERVAL 14 MINUTE AND store_id != 'probe'
  AND (agreed < serving_boxes OR agreed < shadow_boxes)
ORDER BY serving_boxes + shadow_boxes - 2 * agreed DESC, captured_at DESC
LIMIT {most:UInt32}`;

const SummaryRow = z.object({
  frames: z.coerce.number(),
  all_agreed: z.coerce.number(),
  all_serving: z.coerce.number(),
  all_shadow: z.coerce.number(),
  different_frames: z.coerce.number(),
});

const BoxJson = z.object({
  className: z.string(),
  confidence: z.number(),
  x1Px: z.number(),
  y1Px: z.number(),
  x2Px: z.number(),
  y2Px: z.number(),
});

const DifferenceRow = z.object({
  camera_id: z.string(),
  captured_at_ms: z.coerce.number(),
  width_px: z.number(),
  height_px: z.number(),
  frame_partition: z.number(),
  frame_offset: z.coerce.bigint(),
  frame_sha256: z.string(),
  boxes: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ serving: z.array(BoxJson), shadow: z.array(BoxJson) })),
});

/** Versions of a model that are compared. */
export interface ShadowPair {
  readonly model: string;
  readonly serving: string;
  readonly shadow: string;
}

export interface ShadowSummary {
  readonly frames: number;
  readonly differentFrames: number;
  readonly servingBoxes: number;
  readonly shadowBoxes: number;
  /** Boxes that both found. */
  readonly agreed: number;
}

export interface ShadowDifference {
  readonly cameraId: string;
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frame: { readonly partition: number; readonly offset: bigint; readonly sha256: string };
  readonly servingBoxes: readonly Box[];
  readonly shadowBoxes: readonly Box[];
}

/** What shadow versions found beside serving ones. Throws ClickHouseUnavailableError. */
export class ShadowComparisons {
  readonly #clickhouse: ClickHouseReader;

  constructor(clickhouse: ClickHouseReader) {
    this.#clickhouse = clickhouse;
  }

  async summary(pair: ShadowPair): Promise<ShadowSummary> {
    const [row] = await this.#clickhouse.rows(shadowSummarySql, { ...pair }, SummaryRow);
    return {
      frames: row?.frames ?? 0,
      differentFrames: row?.different_frames ?? 0,
      servingBoxes: row?.all_serving ?? 0,
      shadowBoxes: row?.all_shadow ?? 0,
      agreed: row?.all_agreed ?? 0,
    };
  }

  /** The frames of the last minutes with the largest differences. */
  async differences(pair: ShadowPair, most: number): Promise<readonly ShadowDifference[]> {
    const rows = await this.#clickhouse.rows(shadowDifferencesSql, { ...pair, most }, DifferenceRow);
    return rows.map(row => ({
      cameraId: row.camera_id,
      capturedAtMs: row.captured_at_ms,
      widthPx: row.width_px,
      heightPx: row.height_px,
      frame: { partition: row.frame_partition, offset: row.frame_offset, sha256: row.frame_sha256 },
      servingBoxes: row.boxes.serving,
      shadowBoxes: row.boxes.shadow,
    }));
  }
}
