import {
  createInput,
  decodeDetections,
  type InputTensor,
  type Letterbox,
  type LoadedModel,
  letterboxFor,
  type ModelBox,
  type OutputTensor,
  packPlanes,
} from '@sightline/models';
import type { Box } from '@sightline/schemas';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FrameDecoder, UndecodablePictureError } from './frame-decoder.ts';
import type { BatchCost, PictureOut } from './inference-protocol.ts';

interface Packed {
  readonly index: number;
  readonly fit: Letterbox;
}

/** One model on one thread: JPEGs in, boxes in pixels of the JPEG out. Blocks its thread while it works. */
export class ObjectDetector {
  readonly #model: LoadedModel;
  readonly #session: InferenceSession;
  readonly #decoder: FrameDecoder;
  /** Most pictures of one run: a model with a fixed batch takes no more. */
  readonly #runSize: number;
  readonly #fixed: boolean;
  readonly #inputs = new Map<number, { readonly tensor: InputTensor; readonly shapes: string[] }>();

  private constructor(model: LoadedModel, session: InferenceSession, decoder: FrameDecoder) {
    this.#model = model;
    this.#session = session;
    this.#decoder = decoder;
    const [batch] = model.card.input.shape;
    this.#fixed = batch !== 'n';
    this.#runSize = batch === 'n' ? Number.POSITIVE_INFINITY : batch;
  }

  static async open(model: LoadedModel): Promise<ObjectDetector> {
    const session = await InferenceSession.create(model.bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new ObjectDetector(model, session, await FrameDecoder.open());
  }

  /** One answer per picture, in the order given. One call at a time: the next waits for this one's answer. */
  async detect(jpegs: readonly Uint8Array[]): Promise<{ readonly pictures: PictureOut[]; readonly cost: BatchCost }> {
    const cost = { decodeMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
    const pictures: PictureOut[] = [];
    const size = Math.min(this.#runSize, jpegs.length);
    for (let start = 0; start < jpegs.length; start += size)
      pictures.push(...(await this.#run(jpegs.slice(start, start + size), cost)));
    return { pictures, cost };
  }

  async #run(jpegs: readonly Uint8Array[], cost: { -readonly [K in keyof BatchCost]: number }): Promise<PictureOut[]> {
    const answers = new Array<PictureOut>(jpegs.length);
    const input = this.#input(this.#fixed ? this.#runSize : jpegs.length);
    const packed: Packed[] = [];
    for (const [index, jpeg] of jpegs.entries()) {
      try {
        packed.push({ index, fit: this.#pack(jpeg, input, packed.length, cost) });
      } catch (error) {
        if (!(error instanceof UndecodablePictureError)) throw error;
        answers[index] = { kind: 'undecodable', message: error.message };
      }
    }
    if (packed.length === 0) return answers;
    const startedMs = performance.now();
    const output = await this.#infer(input.tensor);
    const inferredMs = performance.now();
    for (const [item, { index, fit }] of packed.entries()) {
      const boxes = decodeDetections(output, item, this.#model.card, fit);
      answers[index] = { kind: 'boxes', boxes: boxes.map(plainBox) };
    }
    cost.inferenceMs += inferredMs - startedMs;
    cost.postprocessMs += performance.now() - inferredMs;
    return answers;
  }

  #pack(
    jpeg: Uint8Array,
    input: { readonly tensor: InputTensor; readonly shapes: string[] },
    item: number,
    cost: { decodeMs: number; preprocessMs: number },
  ): Letterbox {
    const startedMs = performance.now();
    const fit = letterboxFor(this.#model.card, this.#decoder.decode(jpeg));
    const decodedMs = performance.now();
    const shape = `${fit.scaled.widthPx} ${fit.scaled.heightPx}`;
    if (input.shapes[item] !== undefined && input.shapes[item] !== shape) this.#clean(input.tensor, item);
    input.shapes[item] = shape;
    packPlanes(input.tensor, item, this.#decoder.planes(fit), fit, this.#model.card);
    cost.decodeMs += decodedMs - startedMs;
    cost.preprocessMs += performance.now() - decodedMs;
    return fit;
  }

  /** The tensor for this many pictures, used again and again: bars stay grey while shapes stay the same. */
  #input(pictures: number): { readonly tensor: InputTensor; readonly shapes: string[] } {
    const known = this.#inputs.get(pictures);
    if (known !== undefined) return known;
    const made = { tensor: createInput(this.#model.card, pictures), shapes: [] };
    this.#inputs.set(pictures, made);
    return made;
  }

  /** Makes one place grey again. */
  #clean({ data }: InputTensor, item: number): void {
    const { data: grey } = createInput(this.#model.card, 1);
    data.set(grey, item * grey.length);
  }

  async #infer(input: InputTensor): Promise<OutputTensor> {
    const { card } = this.#model;
    const tensor =
      input.type === 'uint8'
        ? new Tensor('uint8', input.data, input.dims)
        : new Tensor('float32', input.data, input.dims);
    const output = (await this.#session.run({ [card.input.name]: tensor }))[card.output.name];
    if (!output || !(output.data instanceof Float32Array))
      throw new TypeError(`the model gives no float32 "${card.output.name}": correct "output.name" in its card`);
    return { data: output.data, dims: output.dims };
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
