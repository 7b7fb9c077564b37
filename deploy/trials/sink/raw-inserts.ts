import type { ClickHouseClient } from '@clickhouse/client';
import type { Track } from '@sightline/schemas';

/** A row as a program without a log would write it. */
export type PlainRow = Readonly<Record<string, string | number | null>>;

const dateTime = (timeMs: number): string => new Date(timeMs).toISOString().replace('T', ' ').slice(0, 23);

export const plainRows = (track: Track, offset: number): readonly PlainRow[] =>
  track.boxes.map((box, index) => ({
    camera_id: track.cameraId,
    store_id: track.storeId,
    epoch: track.epoch,
    sequence: track.sequence,
    box: index,
    captured_at: dateTime(track.capturedAtMs),
    media_time_ms: track.mediaTimeMs,
    outcome: track.outcome,
    class_name: box.className,
    confidence: box.confidence,
    x1_px: box.x1Px,
    y1_px: box.y1Px,
    x2_px: box.x2Px,
    y2_px: box.y2Px,
    width_px: track.widthPx,
    height_px: track.heightPx,
    track_id: box.trackId ?? '',
    model: box.model,
    model_sha256: track.models[0]?.sha256 ?? '',
    _written_at: dateTime(track.capturedAtMs),
    _topic: 'tracks',
    _partition: 0,
    _offset: offset,
  }));

/** Inserts the rows with the ordinary client, in blocks, this many at once; returns the seconds it took. */
export async function insertPlainly(
  client: ClickHouseClient,
  rows: readonly PlainRow[],
  { blockRows, atOnce }: { readonly blockRows: number; readonly atOnce: number },
): Promise<number> {
  const startedAtMs = performance.now();
  let at = 0;
  const writer = async (): Promise<void> => {
    while (at < rows.length) {
      const values = rows.slice(at, at + blockRows);
      at += values.length;
      await client.insert({ table: 'tracks', values, format: 'JSONEachRow' });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, writer));
  return (performance.now() - startedAtMs) / 1000;
}
