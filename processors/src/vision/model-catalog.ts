import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadModel, type ModelCard, readCard } from '@sightline/models';
import type { ModelReference } from '@sightline/schemas';
import type { CardPaths } from './inference-protocol.ts';

/** Two cards have the same name, so a plan would not say which model it means. */
export class ModelNameTakenError extends Error {
  readonly code = 'MODEL_NAME_TAKEN';
  readonly retriable = false;
}

export interface CatalogModel {
  readonly cardPath: string;
  readonly card: ModelCard;
  /** Size of its file. */
  readonly fileBytes: number;
}

/** The models that a plan can name: those that ship, and those of MODEL_CARD. */
export class ModelCatalog {
  readonly #models: ReadonlyMap<string, CatalogModel>;
  /** Names of the models of cameras without a plan. */
  readonly standard: readonly string[];

  private constructor(models: ReadonlyMap<string, CatalogModel>, standard: readonly string[]) {
    this.#models = models;
    this.standard = standard;
  }

  /**
   * `standard`: cards of the models for cameras without a plan; their weights are checked. `folder`: cards that a plan
   * can name besides; a card without a detector is left out. Throws what `loadModel` throws, and ModelNameTakenError.
   */
  static async read(standard: readonly string[], folder: string): Promise<ModelCatalog> {
    const chosen = await Promise.all(standard.map(async path => catalogModel(path, (await loadModel(path)).card)));
    const files = (await readdir(folder)).filter(file => file.endsWith('.json')).toSorted();
    const shipped = await Promise.all(
      files.map(async file => catalogModel(join(folder, file), await readCard(join(folder, file)))),
    );
    const models = new Map<string, CatalogModel>();
    for (const model of [...chosen, ...shipped.filter(({ card }) => card.task === 'detect')]) {
      const same = models.get(model.card.name);
      if (same !== undefined && same.card.sha256 !== model.card.sha256)
        throw new ModelNameTakenError(
          `${model.cardPath} and ${same.cardPath} are both named ${model.card.name}: give your card another name`,
        );
      if (same === undefined) models.set(model.card.name, model);
    }
    return new ModelCatalog(
      models,
      chosen.map(({ card }) => card.name),
    );
  }

  get cardPaths(): CardPaths {
    return Object.fromEntries([...this.#models].map(([name, { cardPath }]) => [name, cardPath]));
  }

  all(): readonly CatalogModel[] {
    return [...this.#models.values()];
  }

  references(names: readonly string[]): readonly ModelReference[] {
    return names.flatMap(name => {
      const card = this.#models.get(name)?.card;
      return card === undefined ? [] : [{ model: name, version: card.version, sha256: card.sha256 }];
    });
  }
}

async function catalogModel(cardPath: string, card: ModelCard): Promise<CatalogModel> {
  const { size: fileBytes } = await stat(resolve(dirname(cardPath), card.file));
  return { cardPath, card, fileBytes };
}
