import { FrameDecoder, UndecodablePictureError } from './frame-decoder.ts';
import type { BatchCost, ModelAnswer, ModelCost, PictureIn, PictureOut } from './inference-protocol.ts';
import type { ModelSession } from './model-session.ts';
import type { RunMark } from './run-mark.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Costs = { decodeMs: number; readonly models: Record<string, Mutable<ModelCost>> };

/** A picture under way: why it did not decode, or the answers so far by the models' keys. */
interface Looking {
  undecodable: string | undefined;
  readonly answers: Map<string, ModelAnswer>;
}

type Mark = Pick<RunMark, 'set' | 'clear'>;
const NO_MARK: Mark = { set() {}, clear() {} };

/** Several models on one thread. Each JPEG is decoded once, for all models that look at it. */
export class PictureModels {
  readonly #decoder: FrameDecoder;
  readonly #mark: Mark;

  private constructor(decoder: FrameDecoder, mark: Mark) {
    this.#decoder = decoder;
    this.#mark = mark;
  }

  /** `mark`: is set to the key of each model while it runs. */
  static async open(mark: Mark = NO_MARK): Promise<PictureModels> {
    return new PictureModels(await FrameDecoder.open(), mark);
  }

  /**
   * Resolves with one answer for each picture, in the order given: those of its models among `open`, in the order of
   * its models. Calls must not overlap.
   */
  async look(
    pictures: readonly PictureIn[],
    open: readonly ModelSession[],
  ): Promise<{ readonly pictures: readonly PictureOut[]; readonly cost: BatchCost }> {
    const sessions = open.filter(({ key }) => pictures.some(({ models }) => models.includes(key)));
    const cost: Costs = { decodeMs: 0, models: {} };
    for (const { key } of sessions) cost.models[key] = { preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
    const size = Math.max(1, Math.min(pictures.length, ...sessions.map(({ runSize }) => runSize)));
    const looked: PictureOut[] = [];
    for (let start = 0; start < pictures.length; start += size)
      looked.push(...(await this.#run(pictures.slice(start, start + size), sessions, cost)));
    return { pictures: looked, cost };
  }

  async #run(pictures: readonly PictureIn[], sessions: readonly ModelSession[], cost: Costs): Promise<PictureOut[]> {
    for (const session of sessions) session.begin(pictures.filter(({ models }) => models.includes(session.key)).length);
    const packed = new Map<ModelSession, Looking[]>(sessions.map(session => [session, []]));
    const looking = pictures.map(picture => this.#pack(picture, packed, cost));
    for (const [session, of] of packed) {
      if (of.length === 0) continue;
      this.#mark.set(session.key);
      await infer(session, of, cost);
    }
    this.#mark.clear();
    return looking.map(({ undecodable, answers }, at) =>
      undecodable === undefined
        ? { kind: 'looked', answers: pictures[at]?.models.flatMap(name => answers.get(name) ?? []) ?? [] }
        : { kind: 'undecodable', message: undecodable },
    );
  }

  /** Decodes a picture and adds it to the run of each model that looks at it. */
  #pack({ jpeg, models }: PictureIn, packed: ReadonlyMap<ModelSession, Looking[]>, cost: Costs): Looking {
    const looking: Looking = { undecodable: undefined, answers: new Map() };
    const startedMs = performance.now();
    try {
      const size = this.#decoder.decode(jpeg);
      let beganMs = performance.now();
      cost.decodeMs += beganMs - startedMs;
      for (const [session, of] of packed) {
        if (!models.includes(session.key)) continue;
        session.pack(this.#decoder, size);
        of.push(looking);
        const endedMs = performance.now();
        add(cost, session, 'preprocessMs', endedMs - beganMs);
        beganMs = endedMs;
      }
    } catch (error) {
      if (!(error instanceof UndecodablePictureError)) throw error;
      looking.undecodable = error.message;
    }
    return looking;
  }
}

/** Adds the model's answer to each of its pictures. A failing model does not affect the others. */
async function infer(session: ModelSession, pictures: readonly Looking[], cost: Costs): Promise<void> {
  try {
    const startedMs = performance.now();
    const output = await session.run();
    const inferredMs = performance.now();
    const results = output.decode();
    for (const [item, { answers }] of pictures.entries()) {
      const result = results[item];
      if (result !== undefined) answers.set(session.key, { kind: 'result', model: session.key, result });
    }
    add(cost, session, 'inferenceMs', inferredMs - startedMs);
    add(cost, session, 'postprocessMs', performance.now() - inferredMs);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    for (const { answers } of pictures) answers.set(session.key, { kind: 'failed', model: session.key, message });
  }
}

function add(cost: Costs, { key }: ModelSession, step: keyof ModelCost, ms: number): void {
  const ofModel = cost.models[key];
  if (ofModel !== undefined) ofModel[step] += ms;
}
