import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkFile, outputNames } from './check-file.ts';
import type { ModelOutputs, OutputTensor } from './layouts/tensors.ts';
import type { LoadedModel } from './load-model.ts';
import type { ModelCard } from './model-card.ts';
import type { InputTensor } from './pack-input.ts';

/** One model in one session of one thread. */
export class RunningModel {
  readonly #session: InferenceSession;
  readonly #model: LoadedModel;

  private constructor(session: InferenceSession, model: LoadedModel) {
    this.#session = session;
    this.#model = model;
  }

  /** Throws ModelFileUnexpectedError, and ONNX Runtime's error for a file that it cannot open. */
  static async open(model: LoadedModel): Promise<RunningModel> {
    const session = await InferenceSession.create(model.bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
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
    const feeds = { [card.input.name]: pictures(input, card), ...sizes(input, card) };
    return namedOutputs(await this.#session.run(feeds, outputNames(card)));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function pictures({ type, data, dims }: InputTensor, { input }: ModelCard): Tensor {
  const shape = input.batched ? dims : dims.slice(1);
  return type === 'uint8' ? new Tensor('uint8', data, shape) : new Tensor('float32', data, shape);
}

/** What the second input takes, for files that have one: then the file gives its boxes in px of the input. */
function sizes({ dims }: InputTensor, { input }: ModelCard): Readonly<Record<string, Tensor>> {
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
