import { loadModel } from '@sightline/models';
import type { BatchAnswer, CardPaths, ModelsOpen, PictureIn } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';

/** The models that a thread has open. Calls must not overlap. */
export class OpenModels {
  readonly #cardPaths: CardPaths;
  readonly #sessions = new Map<string, ModelSession>();
  readonly #trouble = new Map<string, string>();
  readonly #pictures: PictureModels;

  private constructor(cardPaths: CardPaths, pictures: PictureModels) {
    this.#cardPaths = cardPaths;
    this.#pictures = pictures;
  }

  static async of(cardPaths: CardPaths): Promise<OpenModels> {
    return new OpenModels(cardPaths, await PictureModels.open());
  }

  get open(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  get trouble(): ModelsOpen['trouble'] {
    return [...this.#trouble].map(([model, reason]) => ({ model, reason }));
  }

  /** Opens these models, those that failed before too, and closes all others. One that fails does not stop the rest. */
  async want(names: readonly string[]): Promise<void> {
    this.#trouble.clear();
    for (const [name, session] of this.#sessions)
      if (!names.includes(name)) {
        this.#sessions.delete(name);
        await session.close();
      }
    await this.#openAll(names);
  }

  /** Opens what a picture asks for and is not open: a plan can be of an earlier configuration. */
  async look(pictures: readonly PictureIn[]): Promise<Omit<BatchAnswer, 'id'>> {
    await this.#openAll(pictures.flatMap(({ models }) => models).filter(name => !this.#trouble.has(name)));
    return this.#pictures.look(pictures, [...this.#sessions.values()]);
  }

  async #openAll(names: readonly string[]): Promise<void> {
    for (const name of new Set(names)) if (!this.#sessions.has(name)) await this.#open(name);
  }

  async #open(name: string): Promise<void> {
    try {
      const cardPath = this.#cardPaths[name];
      if (cardPath === undefined) throw new Error('no card has this name: name its card in MODEL_CARD');
      this.#sessions.set(name, await ModelSession.open(await loadModel(cardPath)));
    } catch (error) {
      this.#trouble.set(name, error instanceof Error ? error.message : String(error));
    }
  }
}
