import {
  createInput,
  decodeDetections,
  type Fit,
  fitFor,
  type InputTensor,
  type LoadedModel,
  type ModelBox,
  type ProviderName,
  packPlanes,
} from '@sightline/models';
import { RunningModel } from '@sightline/models/running';
import type { Box, ModelResult } from '@sightline/schemas';
import type { FrameDecoder } from './frame-decoder.ts';

interface Input {
  readonly tensor: InputTensor;
  /** Size of the last picture packed into each place. */
  readonly shapes: string[];
}

/**
 * One model in one session on one thread: takes decoded pictures, gives one typed result for each. Blocks while it
 * runs.
 */
export class ModelSession {
  /** By which requests name it. */
  readonly key: string;
  readonly #model: LoadedModel;
  readonly #running: RunningModel;
  /** Largest number of pictures in one run; a model with a fixed batch size sets its own. */
  readonly runSize: number;
  readonly #isFixed: boolean;
  readonly #inputs = new Map<number, Input>();
  #input: Input;
  #packed: Fit[] = [];

  private constructor(key: string, model: LoadedModel, running: RunningModel) {
    this.key = key;
    this.#model = model;
    this.#running = running;
    const [batch] = model.card.input.shape;
    this.#isFixed = batch !== 'n';
    this.runSize = batch === 'n' ? Number.POSITIVE_INFINITY : batch;
    this.#input = this.#inputFor(1);
  }

  /** Throws TypeError for a model that finds no boxes: its results cannot be decoded yet. */
  static async open(
    model: LoadedModel,
    key = model.card.name,
    providers: readonly ProviderName[] = ['cpu'],
  ): Promise<ModelSession> {
    const { name, task } = model.card;
    if (task !== 'detect') throw new TypeError(`${name} finds no boxes (its task is ${task}): choose a detector`);
    return new ModelSession(key, model, await RunningModel.open(model, providers));
  }

  close(): Promise<void> {
    return this.#running.close();
  }

  /** Begins a run of up to `pictures`, at most `runSize`. */
  begin(pictures: number): void {
    this.#input = this.#inputFor(this.#isFixed ? this.runSize : pictures);
    this.#packed = [];
  }

  /** Adds the picture decoded last to the run. */
  pack(decoder: FrameDecoder, size: Parameters<typeof fitFor>[1]): void {
    const { tensor, shapes } = this.#input;
    const item = this.#packed.length;
    const fit = fitFor(this.#model.card, size);
    const shape = `${fit.scaled.widthPx} ${fit.scaled.heightPx}`;
    if (shapes[item] !== undefined && shapes[item] !== shape) this.#clean(tensor, item);
    shapes[item] = shape;
    packPlanes(tensor, item, decoder.planes(fit), fit, this.#model.card);
    this.#packed.push(fit);
  }

  /** Runs the model on the packed pictures. `decode` gives the results in the order of packing. */
  async run(): Promise<{ decode(): readonly ModelResult[] }> {
    const { card } = this.#model;
    const packed = this.#packed;
    const output = await this.#running.run(this.#input.tensor);
    const { name: model, version, sha256, classes } = card;
    return {
      decode: () =>
        packed.map((fit, item) => {
          const boxes = decodeDetections(output, item, card, fit).map(plainBox);
          return { model, version, sha256, payload: { kind: 'boxes', classes, boxes } };
        }),
    };
  }

  /** The reused input tensor for this many pictures; its grey bars stay valid while the picture sizes stay the same. */
  #inputFor(pictures: number): Input {
    const known = this.#inputs.get(pictures);
    if (known !== undefined) return known;
    const made = { tensor: createInput(this.#model.card, pictures), shapes: [] };
    this.#inputs.set(pictures, made);
    return made;
  }

  /** Fills one place of the tensor with grey. */
  #clean({ data }: InputTensor, item: number): void {
    const { data: grey } = createInput(this.#model.card, 1);
    data.set(grey, item * grey.length);
  }
}

const plainBox = ({ className, confidence, x1Px, y1Px, x2Px, y2Px }: ModelBox): Box => ({
  className,
  confidence,
  x1Px,
  y1Px,
  x2Px,
  y2Px,
});
