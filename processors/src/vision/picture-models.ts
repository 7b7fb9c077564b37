import type { ModelResult } from '@sightline/schemas';
import { FrameDecoder, UndecodablePictureError } from './frame-decoder.ts';
import type { BatchCost, ModelAnswer, ModelCost, PictureOut } from './inference-protocol.ts';
import type { ModelSession } from './model-session.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Costs = { decodeMs: number; readonly models: Record<string, Mutable<ModelCost>> };

/** Several models on one thread. Each JPEG is decoded once, for all of them. */
export class PictureModels {
  readonly #decoder: FrameDecoder;
  readonly #sessions: readonly ModelSession[];

  private constructor(sessions: readonly ModelSession[], decoder: FrameDecoder) {
    this.#sessions = sessions;
    this.#decoder = decoder;
  }

  static async of(sessions: readonly ModelSession[]): Promise<PictureModels> {
    return new PictureModels(sessions, await FrameDecoder.open());
  }

  /**
   * Resolves with one answer for each picture, in the order given. Models not open here are left out. Calls must not
   * overlap.
   */
  async look(
    jpegs: readonly Uint8Array[],
    models: readonly string[],
  ): Promise<{ readonly pictures: readonly PictureOut[]; readonly cost: BatchCost }> {
    const sessions = this.#sessions.filter(({ name }) => models.includes(name));
    const cost: Costs = { decodeMs: 0, models: {} };
    for (const { name } of sessions) cost.models[name] = { preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
    const size = Math.max(1, Math.min(jpegs.length, ...sessions.map(({ runSize }) => runSize)));
    const pictures: PictureOut[] = [];
    for (let start = 0; start < jpegs.length; start += size)
      pictures.push(...(await this.#run(jpegs.slice(start, start + size), sessions, cost)));
    return { pictures, cost };
  }

  async #run(jpegs: readonly Uint8Array[], sessions: readonly ModelSession[], cost: Costs): Promise<PictureOut[]> {
    for (const session of sessions) session.begin(jpegs.length);
    const undecodable = jpegs.map(jpeg => this.#pack(jpeg, sessions, cost));
    const packed = undecodable.filter(message => message === undefined).length;
    const answers = packed === 0 ? [] : await this.#infer(packed, sessions, cost);
    let item = 0;
    return undecodable.map(message =>
      message === undefined ? looked(answers, item++) : { kind: 'undecodable', message },
    );
  }

  /** Decodes a picture and adds it to every model's run. Returns why it did not decode, or undefined. */
  #pack(jpeg: Uint8Array, sessions: readonly ModelSession[], cost: Costs): string | undefined {
    const startedMs = performance.now();
    try {
      const size = this.#decoder.decode(jpeg);
      let beganMs = performance.now();
      cost.decodeMs += beganMs - startedMs;
      for (const session of sessions) {
        session.pack(this.#decoder, size);
        const endedMs = performance.now();
        add(cost, session, 'preprocessMs', endedMs - beganMs);
        beganMs = endedMs;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof UndecodablePictureError)) throw error;
      return error.message;
    }
  }

  /** Each model's answers, one per packed picture. A failing model does not affect the others. */
  async #infer(packed: number, sessions: readonly ModelSession[], cost: Costs): Promise<readonly ModelAnswer[][]> {
    const answers: ModelAnswer[][] = [];
    for (const session of sessions) {
      try {
        const startedMs = performance.now();
        const output = await session.run();
        const inferredMs = performance.now();
        answers.push(output.decode().map((result: ModelResult) => ({ kind: 'result', result })));
        add(cost, session, 'inferenceMs', inferredMs - startedMs);
        add(cost, session, 'postprocessMs', performance.now() - inferredMs);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        answers.push(Array.from({ length: packed }, () => ({ kind: 'failed', model: session.name, message })));
      }
    }
    return answers;
  }
}

const looked = (answers: readonly (readonly ModelAnswer[])[], item: number): PictureOut => ({
  kind: 'looked',
  answers: answers.flatMap(ofModel => ofModel[item] ?? []),
});

function add(cost: Costs, { name }: ModelSession, step: keyof ModelCost, ms: number): void {
  const ofModel = cost.models[name];
  if (ofModel !== undefined) ofModel[step] += ms;
}
