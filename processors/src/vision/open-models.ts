import { loadModel, type ProviderName } from '@sightline/models';
import type { BatchAnswer, CardPaths, ModelsOpen, PictureIn } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';
import type { RunMark } from './run-mark.ts';

/** The models that a thread has open. Calls must not overlap. */
export class OpenModels {
  #cardPaths: CardPaths;
  readonly #sessions = new Map<string, ModelSession>();
  readonly #trouble = new Map<string, string>();
  readonly #pictures: PictureModels;
  readonly #mark: RunMark;
  readonly #providers: readonly ProviderName[];

  private constructor(
    cardPaths: CardPaths,
    mark: RunMark,
    pictures: PictureModels,
    providers: readonly ProviderName[],
  ) {
    this.#cardPaths = cardPaths;
    this.#mark = mark;
    this.#pictures = pictures;
    this.#providers = providers;
  }

  static async of(cardPaths: CardPaths, mark: RunMark, providers: readonly ProviderName[]): Promise<OpenModels> {
    return new OpenModels(cardPaths, mark, await PictureModels.open(mark), providers);
  }

  get open(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  get trouble(): ModelsOpen['trouble'] {
    return [...this.#trouble].map(([model, reason]) => ({ model, reason }));
  }

  /**
   * Opens these models, those that failed before too, then closes all others. One that fails does not stop the rest.
   * `cardPaths`: the cards that are known from now on.
   */
  async want(keys: readonly string[], cardPaths: CardPaths): Promise<void> {
    this.#cardPaths = cardPaths;
    this.#trouble.clear();
    await this.#openAll(keys);
    for (const [key, session] of this.#sessions)
      if (!keys.includes(key)) {
        this.#sessions.delete(key);
        await session.close();
      }
  }

  /** Opens what a picture asks for and is not open: a plan can be of an earlier configuration. */
  async look(pictures: readonly PictureIn[]): Promise<Omit<BatchAnswer, 'id'>> {
    await this.#openAll(pictures.flatMap(({ models }) => models).filter(key => !this.#trouble.has(key)));
    return this.#pictures.look(pictures, [...this.#sessions.values()]);
  }

  async #openAll(keys: readonly string[]): Promise<void> {
    for (const key of new Set(keys)) if (!this.#sessions.has(key)) await this.#open(key);
  }

  async #open(key: string): Promise<void> {
    try {
      const cardPath = this.#cardPaths[key];
      if (cardPath === undefined)
        throw new Error('no card has this name: upload the model, or name its card in MODEL_CARD');
      const model = await loadModel(cardPath);
      this.#mark.set(key);
      this.#sessions.set(key, await ModelSession.open(model, key, this.#providers));
    } catch (error) {
      this.#trouble.set(key, error instanceof Error ? error.message : String(error));
    } finally {
      this.#mark.clear();
    }
  }
}
