import type { BatchAnswer, ModelAnswer, ModelCost } from './inference-protocol.ts';
import type { SkipReason } from './partition-queue.ts';

/** The share of failures is taken over this many pictures. */
const RECENT = 200;
const FEW = 10;
/** A model that fails on more than this share of the last pictures is in trouble. */
const FAILS_ABOVE = 0.1;
/** ONNX Runtime's messages have whole stacks of calls. */
const MOST_MESSAGE_CHARACTERS = 400;

/** How a model works. */
export interface ModelWork {
  /** Pictures that it gave a result for since the process started. */
  readonly pictures: number;
  /** Whole pictures and parts of pictures. */
  readonly runs: number;
  readonly msPerPicture: number;
  /** Why its results are missing; undefined: they are not. */
  readonly trouble: string | undefined;
  readonly failsAlways: boolean;
}

/** Counts of one model since the process started. */
class ModelFigures {
  readonly #cost = { preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
  readonly #recent: boolean[] = [];
  #pictures = 0;
  #runs = 0;
  #failed = 0;
  /** Reason of the last failure. */
  failure: string | undefined;

  spent({ runs, preprocessMs, inferenceMs, postprocessMs }: ModelCost): void {
    this.#runs += runs;
    this.#cost.preprocessMs += preprocessMs;
    this.#cost.inferenceMs += inferenceMs;
    this.#cost.postprocessMs += postprocessMs;
  }

  answered(answer: ModelAnswer): void {
    if (answer.kind === 'passed') return;
    this.#pictures++;
    this.#recent.push(answer.kind === 'failed');
    this.#recent.splice(0, this.#recent.length - RECENT);
    if (answer.kind === 'result') return;
    this.#failed++;
    this.failure = answer.message.slice(0, MOST_MESSAGE_CHARACTERS);
  }

  /** Share of the last pictures that failed; 0 before there are enough. */
  get failureShare(): number {
    if (this.#recent.length < FEW) return 0;
    return this.#recent.filter(failed => failed).length / this.#recent.length;
  }

  /** Pictures that it gave a result for. */
  get results(): number {
    return this.#pictures - this.#failed;
  }

  /** What share of the last pictures it fails on, and why; undefined: on hardly any. */
  get trouble(): string | undefined {
    if (this.failureShare <= FAILS_ABOVE) return undefined;
    return `it fails on ${percent(this.failureShare)} of the pictures: ${this.failure}`;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Mean ms of a picture, of all steps. */
  get msPerPicture(): number {
    const { preprocessMs, inferenceMs, postprocessMs } = this.#cost;
    return rounded((preprocessMs + inferenceMs + postprocessMs) / Math.max(1, this.#pictures));
  }

  report(): Record<string, unknown> {
    const mean = (sum: number): number => rounded(sum / Math.max(1, this.#pictures));
    return {
      pictures: this.#pictures,
      runs: this.#runs,
      preprocessMsPerPicture: mean(this.#cost.preprocessMs),
      inferenceMsPerPicture: mean(this.#cost.inferenceMs),
      postprocessMsPerPicture: mean(this.#cost.postprocessMs),
      failureShare: rounded(this.failureShare),
    };
  }
}

/** Counts and times of inference since the process started, in total and per model. */
export class InferenceFigures {
  readonly #skipped: Record<SkipReason, number> = { newer: 0, undecodable: 0, 'model-failed': 0 };
  readonly #models = new Map<string, ModelFigures>();
  readonly #undecodable: boolean[] = [];
  #decodeMs = 0;
  #pictures = 0;
  #batches = 0;

  batch({ pictures, cost }: BatchAnswer): void {
    this.#batches++;
    this.#pictures += pictures.length;
    this.#decodeMs += cost.decodeMs;
    for (const [model, ofModel] of Object.entries(cost.models)) this.#of(model).spent(ofModel);
    for (const picture of pictures) {
      this.#undecodable.push(picture.kind === 'undecodable');
      if (picture.kind === 'undecodable') continue;
      for (const answer of picture.answers) this.#of(answer.model).answered(answer);
    }
    this.#undecodable.splice(0, this.#undecodable.length - RECENT);
  }

  #of(model: string): ModelFigures {
    const known = this.#models.get(model) ?? new ModelFigures();
    this.#models.set(model, known);
    return known;
  }

  ofModel(model: string): ModelWork {
    const { results = 0, runs = 0, msPerPicture = 0, trouble, failureShare = 0 } = this.#models.get(model) ?? {};
    return { pictures: results, runs, msPerPicture, trouble, failsAlways: failureShare === 1 };
  }

  skipped(reason: SkipReason): void {
    this.#skipped[reason]++;
  }

  /** What is wrong with models and pictures, for a person. */
  get troubles(): readonly string[] {
    const models = [...this.#models].flatMap(([model, { trouble }]) =>
      trouble ? [`the model ${model}: ${trouble}`] : [],
    );
    const undecodable = this.#undecodable.filter(failed => failed).length / Math.max(FEW, this.#undecodable.length);
    return [...models, ...(undecodable > FAILS_ABOVE ? [`${percent(undecodable)} of the pictures do not decode`] : [])];
  }

  report(): Record<string, unknown> {
    return {
      pictures: this.#pictures,
      decodeMsPerPicture: rounded(this.#decodeMs / Math.max(1, this.#pictures)),
      batchMean: rounded(this.#pictures / Math.max(1, this.#batches)),
      skipped: { ...this.#skipped },
      byModel: Object.fromEntries([...this.#models].map(([model, figures]) => [model, figures.report()])),
    };
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
