import { expect, test } from 'vitest';
import { IngestMetrics } from './ingest-metrics.ts';
import { camera, run, seen } from './testing/run-session.ts';

test('the cameras that are read now are in the metrics, with what they send and what was left out', async () => {
  const { session, clock } = run(camera);
  const sessions = [session];
  const metrics = new IngestMetrics(() => sessions.map(({ status }) => status));
  session.onOpened();
  session.onStream({ codec: 'h264', widthPx: 640, heightPx: 360, fps: 25, bitsPerSecond: 8_000, clockRate: 1.02 });
  session.onFrame(seen(0, clock.nowMs), Buffer.from('x'));
  session.onFrame(seen(1, clock.nowMs, { damaged: 3 }), Buffer.from('x'));
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'stream_connected{camera="c1"} 1',
      'stream_fps{camera="c1"} 0.4',
      'stream_source_fps{camera="c1"} 25',
      'stream_bits_per_second{camera="c1"} 8000',
      'stream_clock_rate{camera="c1"} 1.02',
      'stream_connections{camera="c1"} 1',
      'frames_processed_total{camera="c1"} 2',
      'frames_dropped_total{camera="c1",reason="damaged"} 3',
    ]),
  );
  sessions.pop();
  expect(await metrics.registry.metrics()).not.toContain('c1');
});
