import { foundIn, type ModelReference } from '@sightline/schemas';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { FrameHops } from '../process/index.ts';
import type { BatchAnswer, ModelCost, PictureOut } from './inference-protocol.ts';
import type { Passage } from './partition-queue.ts';

const MS_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];
const LATENCY_BUCKETS = [20, 50, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000, 10_000];
const BOX_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 300];
const US_PER_MS = 1_000;
const OF_MODEL = ['model', 'version'] as const;

type OfModel = 'model' | 'version';
type Versions = Pick<ModelReference, 'model' | 'version'>;

/**
 * Metrics of inference. Those that begin with `nv_inference_` have the names, units and meanings of NVIDIA Triton's
 * (https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html), so that its
 * dashboards work.
 */
export class InferenceMetrics {
  readonly registry = new Registry();
  readonly #hops = new FrameHops(this.registry);
  readonly #frames = this.#counter('frames_processed_total', 'Pictures that a model looked at', []);
  readonly #dropped = this.#counter(
    'frames_dropped_total',
    'Pictures left out that a model had to look at, by reason',
    ['reason'],
  );
  readonly #requests = this.#counter('inference_requests_total', 'Pictures given to a model', [...OF_MODEL, 'outcome']);
  readonly #durations = this.#histogram('inference_duration_ms', 'Time of a picture in a model, in ms', MS_BUCKETS);
  readonly #boxes = this.#histogram('detections_per_frame', 'Boxes that a model found in a picture', BOX_BUCKETS);
  readonly #latency = new Histogram({
    name: 'stream_latency_ms',
    help: 'From the capture of a live picture to its detection in Kafka, in ms',
    buckets: LATENCY_BUCKETS,
    registers: [this.registry],
  });
  readonly #succeeded = this.#counter('nv_inference_request_success', 'Pictures that a model answered', OF_MODEL);
  readonly #failed = this.#counter('nv_inference_request_failure', 'Pictures that a model failed on', OF_MODEL);
  readonly #inferences = this.#counter('nv_inference_count', 'Pictures that a model looked at', OF_MODEL);
  readonly #executions = this.#counter('nv_inference_exec_count', 'Batches that a model looked at', OF_MODEL);
  readonly #queuedUs = this.#counter('nv_inference_queue_duration_us', 'Waiting for a thread, in us', OF_MODEL);
  readonly #requestUs = this.#counter('nv_inference_request_duration_us', 'Waiting and work, in us', OF_MODEL);
  readonly #inputUs = this.#counter('nv_inference_compute_input_duration_us', 'Preparing input, in us', OF_MODEL);
  readonly #inferUs = this.#counter('nv_inference_compute_infer_duration_us', 'Running the model, in us', OF_MODEL);
  readonly #outputUs = this.#counter('nv_inference_compute_output_duration_us', 'Reading output, in us', OF_MODEL);
  readonly #nowMs: () => number;

  /** `nowMs`: the machine's clock. `open`: the models that are open now. */
  constructor(nowMs: () => number, open: () => readonly ModelReference[]) {
    this.#nowMs = nowMs;
    new Gauge({
      name: 'model_version',
      help: '1 for each version of a model that is open',
      labelNames: [...OF_MODEL, 'sha256'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { model, version, sha256 } of open()) this.set({ model, version, sha256 }, 1);
      },
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram<OfModel> {
    return new Histogram({ name, help, labelNames: [...OF_MODEL], buckets, registers: [this.registry] });
  }

  /** A batch was looked at. `waitedMs`: how long each of its pictures lay in Kafka and waited here. */
  batch({ pictures, cost }: BatchAnswer, waitedMs: readonly number[], tookMs: number): void {
    for (const ms of waitedMs) {
      this.#hops.took('queue', ms);
      this.#hops.took('inference', tookMs);
    }
    const answers = answersByModel(pictures);
    for (const [model, found] of answers) {
      const { versions, failed } = found;
      const count = found.boxes.length + failed;
      const waited = (waitedMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, waitedMs.length)) * count;
      if (versions === undefined) this.#requests.inc({ model, version: '', outcome: 'failed' }, failed);
      else this.#ofModel(versions, found, { count, waited, cost: cost.models[model] });
    }
  }

  #ofModel(
    { model, version }: Versions,
    { boxes, failed }: ModelAnswers,
    spent: { readonly count: number; readonly waited: number; readonly cost: ModelCost | undefined },
  ): void {
    const of = { model, version };
    const { preprocessMs = 0, inferenceMs = 0, postprocessMs = 0 } = spent.cost ?? {};
    const workMs = preprocessMs + inferenceMs + postprocessMs;
    this.#requests.inc({ ...of, outcome: 'succeeded' }, boxes.length);
    if (failed > 0) this.#requests.inc({ ...of, outcome: 'failed' }, failed);
    this.#succeeded.inc(of, boxes.length);
    this.#failed.inc(of, failed);
    this.#inferences.inc(of, spent.count);
    this.#executions.inc(of);
    this.#queuedUs.inc(of, spent.waited * US_PER_MS);
    this.#requestUs.inc(of, (spent.waited + workMs) * US_PER_MS);
    this.#inputUs.inc(of, preprocessMs * US_PER_MS);
    this.#inferUs.inc(of, inferenceMs * US_PER_MS);
    this.#outputUs.inc(of, postprocessMs * US_PER_MS);
    for (const count of boxes) {
      this.#durations.observe(of, workMs / spent.count);
      if (count !== null) this.#boxes.observe(of, count);
    }
  }

  /** How long a picture written at `writtenAtMs` has waited. */
  waitedMs(writtenAtMs: number): number {
    return Math.max(0, this.#nowMs() - writtenAtMs);
  }

  /** A frame's outcome is settled. */
  settled({ skipReason, results }: Pick<Passage, 'skipReason' | 'results'>): void {
    if (skipReason !== null) this.#dropped.inc({ reason: skipReason });
    else if (results.length > 0) this.#frames.inc();
  }

  /** Kafka has the detection of a live picture of this time, `sendMs` after the models' answer. */
  written(capturedAtMs: number, sendMs: number): void {
    this.#hops.took('detections', sendMs);
    this.#latency.observe(Math.max(0, this.#nowMs() - capturedAtMs));
  }
}

interface ModelAnswers {
  versions: Versions | undefined;
  /** Number of boxes of each answered picture; null: its result has none. */
  readonly boxes: (number | null)[];
  failed: number;
}

/** The answers of a batch, by the key of the model. */
function answersByModel(pictures: readonly PictureOut[]): ReadonlyMap<string, ModelAnswers> {
  const all = new Map<string, ModelAnswers>();
  for (const picture of pictures) {
    if (picture.kind === 'undecodable') continue;
    for (const answer of picture.answers) {
      if (answer.kind === 'passed') continue;
      const of = all.get(answer.model) ?? { versions: undefined, boxes: [], failed: 0 };
      all.set(answer.model, of);
      if (answer.kind === 'failed') of.failed++;
      else {
        const { payload } = answer.result;
        of.versions = answer.result;
        of.boxes.push(foundIn(payload)?.boxes.length ?? null);
      }
    }
  }
  return all;
}
