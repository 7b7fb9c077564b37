import { hostname } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ModelReference, topics } from '@sightline/schemas';
import { openControl } from '../control/index.ts';
import { type HealthReport, type Logger, retryForever, runProcess } from '../process/index.ts';
import { CameraPlans } from './camera-plans.ts';
import { CARDS_FOLDER, readEnv } from './env.ts';
import { Inference } from './inference.ts';
import { InferenceMetrics } from './inference-metrics.ts';
import { InferencePool } from './inference-pool.ts';
import { LivePictures } from './live-pictures.ts';
import { ModelCatalog } from './model-catalog.ts';
import { type ModelRunning, reportModels } from './model-reports.ts';
import { Quarantine } from './quarantine.ts';
import { UploadedModels } from './uploaded-models.ts';

const env = readEnv(process.env);
/** Name of this process, unique in the installation. */
const processName = env.GROUP_INSTANCE_ID ?? hostname();
/** For leases and for the age of a picture only; it decides nothing. */
const wallClockMs = (): number => Math.round(performance.timeOrigin + performance.now());

const LOOK_AGAIN_MS = 5_000;
/** Frames are kept for 15 minutes, so older configurations have no picture. */
const HISTORY_MS = 20 * 60_000;

/** Waits until each card matches its weights, and reports what is wrong meanwhile. */
function wholeModels(
  uploaded: UploadedModels,
  logger: Logger,
  signal: AbortSignal,
  say: (reason: string) => void,
): Promise<ModelCatalog> {
  return retryForever(() => ModelCatalog.read(env.MODEL_CARD, CARDS_FOLDER, uploaded), {
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
  topics: [
    ...[topics.frames, topics.detections, topics.deadLetters, topics.control],
    ...[topics.models, topics.shadowDetections],
  ],
  async start({ cell, logger, signal, fail }) {
    const control = await openControl(cell, fail, {
      snapshot: join(env.SIGHTLINE_DATA, 'control', `inference-${encodeURIComponent(processName)}.snapshot`),
      historyMs: HISTORY_MS,
      onNotice: notice => logger.warn(notice),
    });
    let inference: Inference | undefined;
    const reporting = new AbortController();
    let openModels = (): readonly ModelReference[] => [];
    const metrics = new InferenceMetrics(wallClockMs, () => openModels());
    let waitingFor = 'the models are being loaded';
    const begin = async (): Promise<void> => {
      const marks = join(env.SIGHTLINE_DATA, 'inference', encodeURIComponent(processName));
      const quarantine = Quarantine.read(marks);
      const uploaded = new UploadedModels(control, join(env.SIGHTLINE_DATA, 'models'), quarantine);
      await uploaded.refresh();
      const catalog = await wholeModels(uploaded, logger, signal, reason => {
        waitingFor = reason;
      });
      const { standard } = catalog;
      openModels = () => catalog.references(inference?.openModels ?? []);
      const plans = new CameraPlans({
        control,
        standard,
        isOpen: key => inference?.works(key) ?? false,
        cardOf: key => catalog.cardOf(key),
      });
      const want = (): void => inference?.want(plans.wanted(), catalog.cardPaths);
      const wantOthers = (): void => {
        if (!isDeepStrictEqual(inference?.wanted, plans.wanted())) want();
      };
      const started = new Inference({
        cell,
        logger,
        fail,
        modelsAt: (cameraId, cameraTimeMs) => plans.modelsAt(cameraId, cameraTimeMs),
        shadowsOf: keys => plans.shadowsOf(keys),
        storeOf: cameraId => control.fold.entity('camera', cameraId)?.value.storeId,
        missing: () => uploaded.troubleOf(plans.wanted()),
        references: keys => catalog.references(keys),
        instanceId: env.GROUP_INSTANCE_ID,
        batchMax: env.BATCH_MAX,
        batchWaitMs: env.BATCH_WAIT_MS,
        metrics,
        live: new LivePictures(env.REDIS_URL, cell.prefix, logger, wallClockMs),
        pool: onFree =>
          new InferencePool({
            cardPaths: catalog.cardPaths,
            workers: env.INFERENCE_WORKERS,
            providers: env.EXECUTION_PROVIDERS,
            wanted: plans.wanted(),
            marks,
            onHung: reason => fail(new Error(reason)),
            onFree,
            onModels: wantOthers,
          }),
      });
      inference = started;
      control.onChange(() => void uploaded.refresh().then(want, fail));
      await started.start();
      const { signal: ended } = reporting;
      const own = { cell, catalog, uploaded, wallClockMs, process: processName };
      const running = (key: string): ModelRunning => {
        const now = started.running(key);
        quarantine.looked(key, now.pictures);
        return now;
      };
      void reportModels({ ...own, running }, ended).catch(error => !ended.aborted && fail(error));
    };
    void begin().catch(error => !signal.aborted && fail(error));
    const unhealthy = (): HealthReport => ({ status: 'unhealthy', details: { reason: waitingFor } });
    return {
      metrics: metrics.registry,
      get stuck() {
        return inference?.stuck ?? false;
      },
      report() {
        const { status, details } = inference?.report() ?? unhealthy();
        const { reason, details: folded } = control.health();
        return {
          status: status === 'healthy' && reason !== undefined ? 'degraded' : status,
          details: { ...(reason !== undefined && { reason }), ...details, control: folded },
        };
      },
      async stop() {
        reporting.abort();
        await inference?.stop();
        await control.close();
      },
    };
  },
});
