import { type LoadedModel, loadModel } from '@sightline/models';
import { topics } from '@sightline/schemas';
import { type HealthReport, type Logger, retryForever, runProcess } from '../process/index.ts';
import { readEnv } from './env.ts';
import { Inference } from './inference.ts';
import { InferencePool } from './inference-pool.ts';
import { LivePictures } from './live-pictures.ts';

const env = readEnv(process.env);
/** For leases and for the age of a picture only; it decides nothing. */
const wallClockMs = (): number => Math.round(performance.timeOrigin + performance.now());

const LOOK_AGAIN_MS = 5_000;

/** Waits until each card matches its weights, and reports what is wrong meanwhile. */
function wholeModels(logger: Logger, signal: AbortSignal, say: (reason: string) => void): Promise<LoadedModel[]> {
  return retryForever(() => Promise.all(env.MODEL_CARD.map(path => loadModel(path))), {
    signal,
    maxWaitMs: LOOK_AGAIN_MS,
    onFailure(error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ reason }, 'the models are not used');
      say(reason);
    },
  });
}

await runProcess({
  service: 'inference',
  env,
  topics: [topics.frames, topics.detections, topics.deadLetters],
  async start({ cell, logger, signal, fail }) {
    let inference: Inference | undefined;
    let waitingFor = 'the models are being loaded';
    const begin = async (): Promise<void> => {
      const models = await wholeModels(logger, signal, reason => {
        waitingFor = reason;
      });
      inference = new Inference({
        cell,
        logger,
        fail,
        models: models.map(({ card: { name: model, version, sha256 } }) => ({ model, version, sha256 })),
        instanceId: env.GROUP_INSTANCE_ID,
        batchMax: env.BATCH_MAX,
        batchWaitMs: env.BATCH_WAIT_MS,
        live: new LivePictures(env.REDIS_URL, cell.prefix, logger, wallClockMs),
        pool: onFree => new InferencePool({ cardPaths: env.MODEL_CARD, workers: env.INFERENCE_WORKERS, onFree }),
      });
      await inference.start();
    };
    void begin().catch(error => !signal.aborted && fail(error));
    const unhealthy = (): HealthReport => ({ status: 'unhealthy', details: { reason: waitingFor } });
    return {
      report: () => inference?.report() ?? unhealthy(),
      stop: async () => inference?.stop(),
    };
  },
});
