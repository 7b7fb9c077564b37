import type { BatchAnswer, ModelAnswer, ModelCost } from './inference-protocol.ts';
import type { SkipReason } from './partition-queue.ts';

/** The share of failures is taken over this many pictures. */
const RECENT = 200;
const FEW = 10;

/** Counts of one model since the process started. */
class ModelFigures {
  readonly #cost = { preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
  readonly #recent: boolean[] = [];
  #pictures = 0;
  #runs = 0;
  /** Reason of the last failure. */
  failure: string | undefined;

  spent({ runs, preprocessMs, inferenceMs, postprocessMs }: ModelCost): void {
    this.#runs += runs;
    this.#cost.preprocessMs += preprocessMs;
    this.#cost.inferenceMs += inferenceMs;
    this.#cost.postprocessMs += postprocessMs;
  }

  answered(answer: ModelAnswer): void {
    this.#pictures++;
    this.#recent.push(answer.kind === 'failed');
    this.#recent.splice(0, this.#recent.length - RECENT);
    if (answer.kind === 'failed') this.failure = answer.message;
  }

  /** Share of the last pictures that failed; 0 before there are enough. */
  get failureShare(): number {
    if (this.#recent.length < FEW) return 0;
    return this.#recent.filter(failed => failed).length / this.#recent.length;
  }

  get pictures(): number {
    return this.#pictures;
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

  ofModel(model: string): { readonly pictures: number; readonly runs: number; readonly msPerPicture: number } {
    const { pictures = 0, runs = 0, msPerPicture = 0 } = this.#models.get(model) ?? {};
    return { pictures, runs, msPerPicture };
  }

  skipped(reason: SkipReason): void {
    this.#skipped[reason]++;
  }

  /** The models that failed on more than this share of the last pictures, in words; undefined: none. */
  failingAbove(share: number): string | undefined {
    for (const [model, figures] of this.#models)
      if (figures.failureShare > share)
        return `the model ${model} fails for ${percent(figures.failureShare)} of the pictures: ${figures.failure}`;
    const undecodable = this.#undecodable.filter(failed => failed).length / Math.max(FEW, this.#undecodable.length);
    return undecodable > share ? `${percent(undecodable)} of the pictures do not decode` : undefined;
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
