import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkFile } from './check-file.ts';
import type { ModelOutputs, OutputTensor } from './layouts/tensors.ts';
import type { LoadedModel } from './load-model.ts';
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
    const tensor =
      input.type === 'uint8'
        ? new Tensor('uint8', input.data, input.dims)
        : new Tensor('float32', input.data, input.dims);
    return namedOutputs(await this.#session.run({ [card.input.name]: tensor }));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** The float32 outputs by name; others are left out. */
function namedOutputs(found: InferenceSession.OnnxValueMapType): ModelOutputs {
  const outputs = new Map<string, OutputTensor>();
  for (const [name, { data, dims }] of Object.entries(found))
    if (data instanceof Float32Array) outputs.set(name, { data, dims });
  return outputs;
}
