import { FrameDecoder, UndecodablePictureError } from './frame-decoder.ts';
import type { BatchCost, PictureIn, PictureOut } from './inference-protocol.ts';
import { lookAtTiles } from './look-at-tiles.ts';
import { failedOn, type Looking, runSession } from './looking.ts';
import { ModelCosts } from './model-costs.ts';
import type { ModelSession } from './model-session.ts';
import { resultOf } from './result-of.ts';
import type { RunMark } from './run-mark.ts';
import { lookCloser, sourcesOf, type WholePicture } from './second-stage.ts';

type Mark = Pick<RunMark, 'set' | 'clear'>;
const NO_MARK: Mark = { set() {}, clear() {} };
type Sessions = ReadonlyMap<string, ModelSession>;

/**
 * Several models on one thread. Each JPEG is decoded once for all models that look at the whole picture. Then the
 * models that look at their boxes run, in the order of the plan.
 */
export class PictureModels {
  readonly #decoder: FrameDecoder;
  readonly #mark: Mark;
  #decoded: PictureIn | undefined;

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
    const asked = open.filter(({ key }) => pictures.some(({ models }) => models.includes(key)));
    const sessions: Sessions = new Map(open.map(session => [session.key, session]));
    const cost = new ModelCosts(asked.map(({ key }) => key));
    const whole = asked.filter(session => pictures.some(picture => looksAtWhole(session, picture, sessions)));
    const size = Math.max(1, Math.min(pictures.length, ...whole.map(({ runSize }) => runSize)));
    const looked: PictureOut[] = [];
    for (let start = 0; start < pictures.length; start += size)
      looked.push(...(await this.#run(pictures.slice(start, start + size), sessions, cost)));
    this.#decoded = undefined;
    return { pictures: looked, cost: { decodeMs: cost.decodeMs, models: cost.models } };
  }

  async #run(pictures: readonly PictureIn[], sessions: Sessions, cost: ModelCosts): Promise<PictureOut[]> {
    const packed = new Map<ModelSession, Looking[]>();
    for (const session of sessions.values()) {
      const count = pictures.filter(picture => looksAtWhole(session, picture, sessions)).length;
      if (count === 0) continue;
      session.begin(count);
      packed.set(session, []);
    }
    const looking = pictures.map(picture => this.#pack(picture, sessions, packed, cost));
    for (const [session, of] of packed) {
      if (of.length === 0) continue;
      this.#mark.set(session.key);
      await infer(session, of, cost);
    }
    for (const one of looking) {
      if (one.undecodable !== undefined) continue;
      await this.#lookAtTiles(one, sessions, cost);
      await this.#lookCloser(one, sessions, cost);
    }
    this.#mark.clear();
    return looking.map(({ picture, undecodable, answers, tiles }) =>
      undecodable === undefined
        ? {
            kind: 'looked',
            answers: picture.models.flatMap(name => answers.get(name) ?? []),
            tiles: Object.fromEntries(tiles),
          }
        : { kind: 'undecodable', message: undecodable },
    );
  }

  /** Decodes a picture and adds it to the run of each model that looks at all of it. */
  #pack(
    picture: PictureIn,
    sessions: Sessions,
    packed: ReadonlyMap<ModelSession, Looking[]>,
    cost: ModelCosts,
  ): Looking {
    const looking: Looking = {
      picture,
      undecodable: undefined,
      answers: new Map(),
      objects: new Map(),
      tiles: new Map(),
    };
    try {
      const size = this.#decode(picture, cost);
      let beganMs = performance.now();
      for (const [session, of] of packed) {
        if (!looksAtWhole(session, picture, sessions)) continue;
        session.pack(this.#decoder, size);
        of.push(looking);
        const endedMs = performance.now();
        cost.add(session.key, 'preprocessMs', endedMs - beganMs);
        beganMs = endedMs;
      }
    } catch (error) {
      if (!(error instanceof UndecodablePictureError)) throw error;
      looking.undecodable = error.message;
    }
    return looking;
  }

  #decode(picture: PictureIn, cost: ModelCosts) {
    const startedMs = performance.now();
    this.#decoded = undefined;
    const size = this.#decoder.decode(picture.jpeg);
    this.#decoded = picture;
    cost.decodeMs += performance.now() - startedMs;
    return size;
  }

  /** Runs the models of a picture that look at its tiles, too. One that failed on the whole picture is passed over. */
  async #lookAtTiles(looking: Looking, sessions: Sessions, cost: ModelCosts): Promise<void> {
    const { picture, objects, answers, tiles } = looking;
    for (const [key, asked] of Object.entries(picture.tiles ?? {})) {
      const [session, whole] = [sessions.get(key), objects.get(key)];
      if (session === undefined || whole === undefined || !looksAtWhole(session, picture, sessions)) continue;
      this.#mark.set(key);
      try {
        if (this.#decoded !== picture) this.#decode(picture, cost);
        const found = await lookAtTiles(whole, asked, session, this.#decoder, cost);
        objects.set(key, found.objects);
        tiles.set(key, found.seen);
        answers.set(key, { kind: 'result', model: key, result: resultOf(session.card, found.objects, []) });
      } catch (error) {
        objects.delete(key);
        failedOn(looking, key, error);
      }
    }
  }

  /** Runs the models of a picture that look at the boxes of others. */
  async #lookCloser(looking: Looking, sessions: Sessions, cost: ModelCosts): Promise<void> {
    const { picture } = looking;
    let known: ReturnType<WholePicture> | undefined;
    const whole: WholePicture = () => {
      known ??= this.#whole(picture, cost);
      return known;
    };
    for (const key of new Set(picture.models)) {
      const session = sessions.get(key);
      const sources = session && sourcesOf(session, picture.plan, sessions);
      if (session === undefined || sources === undefined) continue;
      this.#mark.set(key);
      await lookCloser(looking, session, sources, whole, cost);
    }
  }

  /** The picture in its own size; decodes it again when another one was decoded since. */
  #whole(picture: PictureIn, cost: ModelCosts): ReturnType<WholePicture> {
    if (this.#decoded !== picture) this.#decode(picture, cost);
    return this.#decoder.whole();
  }
}

const looksAtWhole = (session: ModelSession, { models, plan }: PictureIn, sessions: Sessions): boolean =>
  models.includes(session.key) && sourcesOf(session, plan, sessions) === undefined;

/** Adds the model's answer to each of its pictures. A failing model does not affect the others. */
async function infer(session: ModelSession, pictures: readonly Looking[], cost: ModelCosts): Promise<void> {
  const { key, card } = session;
  try {
    const found = await runSession(session, pictures.length, cost);
    for (const [item, { answers, objects }] of pictures.entries()) {
      objects.set(key, found[item] ?? []);
      answers.set(key, { kind: 'result', model: key, result: resultOf(card, found[item] ?? [], []) });
    }
  } catch (error) {
    for (const picture of pictures) failedOn(picture, key, error);
  }
}
