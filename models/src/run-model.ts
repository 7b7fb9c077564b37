import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkFile, outputNames } from './check-file.ts';
import type { ModelOutputs, OutputTensor } from './layouts/tensors.ts';
import type { LoadedModel } from './load-model.ts';
import type { ModelCard } from './model-card.ts';
import type { OnnxFile, OnnxValue } from './onnx/onnx-file.ts';
import { pictureInput } from './onnx/picture-input.ts';
import type { InputTensor } from './pack-input.ts';
import type { ProviderName } from './provider-names.ts';
import { openOn } from './providers.ts';

const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  extra: {
    session: {
      intra_op: { allow_spinning: '0' },
      // No file lies in it, so weights in other files are refused here too. By default they are looked for where we run.
      model_external_initializers_file_folder_path: '/dev/null',
    },
  },
};

/**
 * The file with the sizes of its outputs that it leaves free, as one run on an empty picture gives them. Throws
 * ModelFileRefusedError for a file that takes no picture, and ONNX Runtime's errors.
 */
export async function withMeasuredOutputs(file: OnnxFile, bytes: Uint8Array): Promise<OnnxFile> {
  const isFixed = file.outputs.every(({ dims }) => dims?.slice(1).every(size => typeof size === 'number' && size > 0));
  if (isFixed) return file;
  const input = pictureInput(file);
  const dims = [input.shape[0] === 'n' ? 1 : input.shape[0], 3, input.shape[2], input.shape[3]] as const;
  const length = dims.reduce<number>((product, size) => product * size, 1);
  const picture: InputTensor =
    input.type === 'uint8'
      ? { type: 'uint8', data: new Uint8Array(length), dims }
      : { type: 'float32', data: new Float32Array(length), dims };
  const session = await InferenceSession.create(bytes, OPTIONS);
  try {
    const found = await session.run({ [input.name]: pictures(picture, input), ...sizes(picture, input) });
    return {
      ...file,
      outputs: file.outputs.map(one => ({ ...one, dims: measured(one.dims, found[one.name]?.dims) })),
    };
  } finally {
    await session.release();
  }
}

/** The declared sizes, and for each free one but the first, the number of pictures, what was found. */
function measured(declared: OnnxValue['dims'], found: readonly number[] | undefined): OnnxValue['dims'] {
  if (found === undefined) return declared;
  return found.map((size, at) => (at === 0 ? (declared?.[0] ?? size) : size));
}

/** One model in one session of one thread. */
export class RunningModel {
  readonly #session: InferenceSession;
  readonly #model: LoadedModel;

  private constructor(session: InferenceSession, model: LoadedModel) {
    this.#session = session;
    this.#model = model;
  }

  /**
   * Throws ModelFileUnexpectedError, ProviderUnusableError, and ONNX Runtime's error for a file that it cannot open.
   */
  static async open(model: LoadedModel, providers: readonly ProviderName[] = ['cpu']): Promise<RunningModel> {
    const session = await openOn(model.bytes, providers, OPTIONS);
    try {
      checkFile(model.card, session);
    } catch (error) {
      await session.release();
      throw error;
    }
    return new RunningModel(session, model);
  }

  /** Blocks the thread while the model runs, although it returns a promise. */
  async run(input: InputTensor): Promise<ModelOutputs> {
    const { card } = this.#model;
    const feeds = { [card.input.name]: pictures(input, card.input), ...sizes(input, card.input) };
    return namedOutputs(await this.#session.run(feeds, outputNames(card)));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function pictures({ type, data, dims }: InputTensor, input: Pick<ModelCard['input'], 'batched'>): Tensor {
  const shape = input.batched ? dims : dims.slice(1);
  return type === 'uint8' ? new Tensor('uint8', data, shape) : new Tensor('float32', data, shape);
}

/** What the second input takes, for files that have one: then the file gives its boxes in px of the input. */
function sizes({ dims }: InputTensor, input: Pick<ModelCard['input'], 'sizes'>): Readonly<Record<string, Tensor>> {
  if (input.sizes === undefined) return {};
  const [count, , heightPx, widthPx] = dims;
  const all = BigInt64Array.from({ length: 2 * count }, (_, at) => BigInt(at % 2 === 0 ? widthPx : heightPx));
  return { [input.sizes]: new Tensor('int64', all, [count, 2]) };
}

function namedOutputs(found: InferenceSession.OnnxValueMapType): ModelOutputs {
  const outputs = new Map<string, OutputTensor>();
  for (const [name, { data, dims }] of Object.entries(found)) {
    if (data instanceof Float32Array) outputs.set(name, { data, dims });
    else if (data instanceof BigInt64Array || data instanceof Int32Array)
      outputs.set(name, { data: Float32Array.from(data, Number), dims });
  }
  return outputs;
}
