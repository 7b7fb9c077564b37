import { createHash } from 'node:crypto';
import { type Frame, type ModelReference, topics } from '@sightline/schemas';
import { type Cell, connectCell, createLogger, type testCellEnv } from '../../process/index.ts';
import { Inference, type InferenceOptions } from '../inference.ts';
import { InferenceMetrics } from '../inference-metrics.ts';
import { InferencePool } from '../inference-pool.ts';
import type { CardPaths } from '../inference-protocol.ts';
import { LivePictures } from '../live-pictures.ts';

export const INFERENCE_TOPICS = [topics.frames, topics.detections, topics.deadLetters, topics.shadowDetections];

const wallClockMs = (): number => performance.timeOrigin + performance.now();
const unexpected = (error: unknown): void => {
  throw error;
};

interface TestInference extends Pick<InferenceOptions, 'modelsAt'>, Partial<Pick<InferenceOptions, 'shadowsOf'>> {
  readonly cell: Cell;
  /** Folder for marks. */
  readonly folder: string;
  readonly cards: CardPaths;
  readonly workers: number;
  readonly models: readonly ModelReference[];
}

export const connectInference = (env: ReturnType<typeof testCellEnv>): Promise<Cell> =>
  connectCell(env, { service: 'test', topics: INFERENCE_TOPICS });

/** Inference as its process runs it, with these models. For tests. */
export async function startInference(test: TestInference): Promise<Inference> {
  const { cell, folder, cards, workers, models, modelsAt, shadowsOf } = test;
  const logger = createLogger('inference', 'silent');
  const inference = new Inference({
    ...{ cell, logger, modelsAt, batchMax: 4, batchWaitMs: 0, fail: unexpected },
    shadowsOf: keys => shadowsOf?.(keys) ?? new Map(),
    storeOf: () => 's1',
    missing: () => undefined,
    references: () => models,
    metrics: new InferenceMetrics(wallClockMs, () => models),
    live: new LivePictures(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:1', cell.prefix, logger, wallClockMs),
    pool: onFree =>
      new InferencePool({
        ...{ cardPaths: cards, providers: ['cpu'], workers, wanted: Object.keys(cards), marks: folder },
        ...{ onFree, onHung: unexpected },
      }),
  });
  await inference.start();
  return inference;
}

/** A record of `frames` with this picture, the number `sequence` of its camera, five a second. */
export const frameOf = (jpeg: Buffer, cameraId: string, sequence: number, change: Partial<Frame> = {}): Frame => ({
  ...{ cameraId, epoch: 1, sequence, source: 'live', capturedAtMs: 1_000 + sequence * 200, mediaTimeMs: null },
  ...{ cameraClockMs: null, anchored: false, widthPx: 320, heightPx: 180, reason: null },
  ...{ sha256: createHash('sha256').update(jpeg).digest('hex'), jpeg, ...change },
});
