import type { Camera } from '@sightline/schemas';
import { z } from 'zod';
import type { ClickHouseReader } from './clickhouse.ts';

/**
 * All boxes of a camera's newest frame with boxes: the one that the log got last. A wrong time in the future does not
 * stay the newest.
 */
export const latestDetectionSql = `
SELECT epoch, sequence, toUnixTimestamp64Milli(captured_at) AS captured_at_ms, outcome, class_name, confidence,
  x1_px, y1_px, x2_px, y2_px, width_px, height_px, track_id, model
FROM tracks
WHERE store_id = {store_id:String} AND camera_id = {camera_id:String}
  AND captured_at = (
    SELECT argMax(captured_at, (_written_at, _offset)) FROM tracks WHERE store_id = {store_id:String} AND camera_id = {camera_id:String}
  )
ORDER BY epoch DESC, sequence DESC, box
LIMIT 1000`;

const Row = z.object({
  epoch: z.coerce.number(),
  sequence: z.coerce.number(),
  captured_at_ms: z.coerce.number(),
  outcome: z.string(),
  class_name: z.string(),
  confidence: z.number(),
  x1_px: z.number(),
  y1_px: z.number(),
  x2_px: z.number(),
  y2_px: z.number(),
  width_px: z.number(),
  height_px: z.number(),
  track_id: z.string(),
  model: z.string(),
});
export type DetectionRow = z.infer<typeof Row>;

export class LatestDetections {
  readonly #clickhouse: ClickHouseReader;

  constructor(clickhouse: ClickHouseReader) {
    this.#clickhouse = clickhouse;
  }

  /** One row per box of one frame; empty: no box was ever stored. Throws ClickHouseUnavailableError. */
  async ofCamera({ storeId, cameraId }: Camera): Promise<readonly DetectionRow[]> {
    const params = { store_id: storeId, camera_id: cameraId };
    const rows = await this.#clickhouse.rows(latestDetectionSql, params, Row);
    return rows.filter(({ epoch, sequence }) => epoch === rows[0]?.epoch && sequence === rows[0].sequence);
  }
}
