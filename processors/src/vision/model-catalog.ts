import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadModel, type ModelCard, readCard } from '@sightline/models';
import type { ModelReference } from '@sightline/schemas';
import type { CatalogModel } from './catalog-model.ts';
import type { CardPaths } from './inference-protocol.ts';
import type { UploadedModels } from './uploaded-models.ts';

/** Two cards have the same name, so a plan would not say which model it means. */
export class ModelNameTakenError extends Error {
  readonly code = 'MODEL_NAME_TAKEN';
  readonly retriable = false;
}

/** The models that a plan can name: those that ship, those of MODEL_CARD, and those that users uploaded. */
export class ModelCatalog {
  readonly #models: ReadonlyMap<string, CatalogModel>;
  readonly #uploaded: Pick<UploadedModels, 'all'>;
  /** Names of the models of cameras without a plan. */
  readonly standard: readonly string[];

  private constructor(
    models: ReadonlyMap<string, CatalogModel>,
    standard: readonly string[],
    uploaded: Pick<UploadedModels, 'all'>,
  ) {
    this.#models = models;
    this.standard = standard;
    this.#uploaded = uploaded;
  }

  /**
   * `standard`: cards of the models for cameras without a plan; their weights are checked. `folder`: cards that a plan
   * can name besides. Throws what `loadModel` throws, and ModelNameTakenError.
   */
  static async read(
    standard: readonly string[],
    folder: string,
    uploaded: Pick<UploadedModels, 'all'> = { all: () => [] },
  ): Promise<ModelCatalog> {
    const chosen = await Promise.all(standard.map(async path => catalogModel(path, (await loadModel(path)).card)));
    const files = (await readdir(folder)).filter(file => file.endsWith('.json')).toSorted();
    const shipped = await Promise.all(
      files.map(async file => catalogModel(join(folder, file), await readCard(join(folder, file)))),
    );
    const models = new Map<string, CatalogModel>();
    for (const model of [...chosen, ...shipped]) {
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
      uploaded,
    );
  }

  get cardPaths(): CardPaths {
    return Object.fromEntries(this.all().map(({ key, cardPath }) => [key, cardPath]));
  }

  all(): readonly CatalogModel[] {
    return [...this.#models.values(), ...this.#uploaded.all()];
  }

  /** Undefined: no model has this key. */
  cardOf(key: string): ModelCard | undefined {
    return (this.#models.get(key) ?? this.#uploaded.all().find(one => one.key === key))?.card;
  }

  references(keys: readonly string[]): readonly ModelReference[] {
    return this.all()
      .filter(({ key }) => keys.includes(key))
      .map(({ card: { name, version, sha256 } }) => ({ model: name, version, sha256 }));
  }
}

async function catalogModel(cardPath: string, card: ModelCard): Promise<CatalogModel> {
  const { size: fileBytes } = await stat(resolve(dirname(cardPath), card.file));
  return { key: card.name, cardPath, card, fileBytes };
}
