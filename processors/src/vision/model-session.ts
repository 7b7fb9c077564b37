import {
  type Crop,
  createInput,
  decodeObjects,
  type Fit,
  fitFor,
  type InputTensor,
  type LoadedModel,
  type ModelCard,
  type ModelObject,
  type Planes,
  type ProviderName,
  packCrop,
  packPlanes,
  type SizePx,
  type Tile,
  type View,
} from '@sightline/models';
import { RunningModel } from '@sightline/models/running';
import type { FrameDecoder } from './frame-decoder.ts';

interface Input {
  readonly tensor: InputTensor;
  /** Size of the last picture packed into each place. */
  readonly shapes: string[];
}

/**
 * One model in one session on one thread: takes decoded pictures or parts of them, gives the objects of each. Blocks
 * while it runs.
 */
export class ModelSession {
  /** By which requests name it. */
  readonly key: string;
  readonly card: ModelCard;
  readonly #running: RunningModel;
  /** Most pictures or parts in one run; a model with a fixed batch size sets its own. */
  readonly runSize: number;
  readonly #isFixed: boolean;
  readonly #inputs = new Map<number, Input>();
  #input: Input;
  #packed: View[] = [];

  private constructor(key: string, card: ModelCard, running: RunningModel) {
    this.key = key;
    this.card = card;
    this.#running = running;
    const [batch] = card.input.shape;
    this.#isFixed = batch !== 'n';
    this.runSize = batch === 'n' ? Number.POSITIVE_INFINITY : batch;
    this.#input = this.#inputFor(1);
  }

  static async open(
    model: LoadedModel,
    key = model.card.name,
    providers: readonly ProviderName[] = ['cpu'],
  ): Promise<ModelSession> {
    return new ModelSession(key, model.card, await RunningModel.open(model, providers));
  }

  close(): Promise<void> {
    return this.#running.close();
  }

  /** Begins a run of up to this many pictures or parts, at most `runSize`. */
  begin(count: number): void {
    this.#input = this.#inputFor(this.#isFixed ? this.runSize : count);
    this.#packed = [];
  }

  /** Adds the picture decoded last to the run. */
  pack(decoder: FrameDecoder, size: SizePx): void {
    const fit = fitFor(this.card, size);
    this.#packPlanes(decoder.planes(fit), fit);
  }

  /** Adds a tile to the run. `planes`: of the picture, scaled for its tiles. */
  packTile({ red, green, blue, strideBytes }: Planes, { scaledXPx, scaledYPx, fit }: Tile): void {
    const from = scaledYPx * strideBytes + scaledXPx;
    const [r, g, b] = [red, green, blue].map(plane => plane.subarray(from));
    if (r && g && b) this.#packPlanes({ red: r, green: g, blue: b, strideBytes }, fit);
  }

  #packPlanes(planes: Planes, fit: Fit): void {
    const { tensor, shapes } = this.#input;
    const item = this.#packed.length;
    const shape = `${fit.scaled.widthPx} ${fit.scaled.heightPx}`;
    if (shapes[item] !== undefined && shapes[item] !== shape) this.#clean(tensor, item);
    shapes[item] = shape;
    packPlanes(tensor, item, planes, fit, this.card);
    this.#packed.push({ kind: 'picture', fit });
  }

  /** Adds a part of a picture to the run. `planes`: of the whole picture in its own size. */
  packCrop(planes: Planes, crop: Crop, of: ModelObject): void {
    const { tensor, shapes } = this.#input;
    const item = this.#packed.length;
    shapes[item] = 'crop';
    packCrop(tensor, item, planes, crop, this.card);
    this.#packed.push({ kind: 'crop', crop, of });
  }

  /** Runs the model on what is packed. `decode` gives the objects of each, in the order of packing. */
  async run(): Promise<{ decode(): readonly (readonly ModelObject[])[] }> {
    const packed = this.#packed;
    const output = await this.#running.run(this.#input.tensor);
    return { decode: () => packed.map((view, item) => decodeObjects(output, item, this.card, view)) };
  }

  /** The reused input tensor for this many; its grey bars stay valid while the picture sizes stay the same. */
  #inputFor(count: number): Input {
    const known = this.#inputs.get(count);
    if (known !== undefined) return known;
    const made = { tensor: createInput(this.card, count), shapes: [] };
    this.#inputs.set(count, made);
    return made;
  }

  /** Fills one place of the tensor with grey. */
  #clean({ data }: InputTensor, item: number): void {
    const { data: grey } = createInput(this.card, 1);
    data.set(grey, item * grey.length);
  }
}
