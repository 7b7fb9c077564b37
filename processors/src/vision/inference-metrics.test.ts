import type { ModelResult } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { InferenceMetrics } from './inference-metrics.ts';
import type { BatchAnswer } from './inference-protocol.ts';

const box = { className: 'hand', confidence: 0.9, x1Px: 0, y1Px: 0, x2Px: 9, y2Px: 9 };
const result = (boxes: number): ModelResult => ({
  ...{ model: 'kitchen', version: '1', sha256: 'a'.repeat(64), of: [], everyMs: 0 },
  payload: { kind: 'boxes', classes: ['hand'], boxes: Array(boxes).fill(box) },
});
const found = (boxes: number) => ({
  kind: 'looked' as const,
  answers: [{ kind: 'result' as const, model: 'kitchen', result: result(boxes) }],
});
const failed = { kind: 'looked' as const, answers: [{ kind: 'failed' as const, model: 'kitchen', message: 'no' }] };
const undecodable = { kind: 'undecodable' as const, message: 'no JPEG' };

const batch: BatchAnswer = {
  id: 1,
  pictures: [found(3), found(0), failed, undecodable],
  cost: { decodeMs: 2, models: { kitchen: { runs: 3, preprocessMs: 3, inferenceMs: 24, postprocessMs: 3 } } },
};

async function lines(metrics: InferenceMetrics): Promise<readonly string[]> {
  return (await metrics.registry.metrics()).split('\n');
}

test('a batch counts by the names and units of Triton, and by ours', async () => {
  const metrics = new InferenceMetrics(
    () => 1_000,
    () => [{ model: 'kitchen', version: '1', sha256: 'ab' }],
  );
  metrics.batch(batch, [10, 10, 10, 10], 32);
  const of = 'model="kitchen",version="1"';
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      `nv_inference_request_success{${of}} 2`,
      `nv_inference_request_failure{${of}} 1`,
      `nv_inference_count{${of}} 3`,
      `nv_inference_exec_count{${of}} 1`,
      `nv_inference_queue_duration_us{${of}} 30000`,
      `nv_inference_compute_input_duration_us{${of}} 3000`,
      `nv_inference_compute_infer_duration_us{${of}} 24000`,
      `nv_inference_compute_output_duration_us{${of}} 3000`,
      `nv_inference_request_duration_us{${of}} 60000`,
      `inference_requests_total{${of},outcome="succeeded"} 2`,
      `inference_requests_total{${of},outcome="failed"} 1`,
      `inference_duration_ms_sum{${of}} 20`,
      `detections_per_frame_sum{${of}} 3`,
      `detections_per_frame_count{${of}} 2`,
      `model_version{${of},sha256="ab"} 1`,
      'frame_hop_ms_count{hop="queue"} 4',
    ]),
  );
});

test('latency is from the capture to the log, a clock of the future counts as none; looks count, and drops by reason', async () => {
  const metrics = new InferenceMetrics(
    () => 1_000,
    () => [],
  );
  expect([metrics.waitedMs(900), metrics.waitedMs(1_100)]).toEqual([100, 0]);
  metrics.written(880, 5);
  metrics.written(2_000, 5);
  metrics.settled({ skipReason: 'newer', results: [] });
  metrics.settled({ skipReason: null, results: [result(0)] });
  metrics.settled({ skipReason: null, results: [] }); // passed over by the rates of its models, or `down`
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      'stream_latency_ms_sum 120',
      'stream_latency_ms_count 2',
      'frames_dropped_total{reason="newer"} 1',
      'frames_processed_total 1',
    ]),
  );
});
