import { join } from 'node:path';
import { type ModelCard, readCard } from '@sightline/models';
import type { ModelVersion } from '@sightline/schemas';
import { modelVersionId } from '@sightline/schemas/control';
import type { ControlLog } from '../control/index.ts';
import type { CatalogModel } from './catalog-model.ts';
import type { Quarantine } from './quarantine.ts';

const QUARANTINED =
  'it ended the inference process twice, so it is not opened again: let another version serve, or press “Try it again” on the page of the model';

/** A version that cannot be used here. */
export interface MissingVersion {
  readonly version: ModelVersion;
  readonly reason: string;
}

/** The versions of uploaded models, by the control log; their cards and files lie in a folder. */
export class UploadedModels {
  readonly #control: Pick<ControlLog, 'fold'>;
  readonly #folder: string;
  readonly #quarantine: Pick<Quarantine, 'has' | 'follow'>;
  readonly #cards = new Map<string, ModelCard>();
  readonly #missing = new Map<string, MissingVersion>();

  /** `folder`: has the file FILE_ID/card.json of each version. */
  constructor(control: Pick<ControlLog, 'fold'>, folder: string, quarantine: Pick<Quarantine, 'has' | 'follow'>) {
    this.#quarantine = quarantine;
    this.#control = control;
    this.#folder = folder;
  }

  /** Reads the cards of versions that are new here, and of those that were missing. */
  async refresh(): Promise<void> {
    const versions = this.#control.fold.all('modelVersion');
    const attempts = new Map(versions.map(one => [modelVersionId(one.model, one.version), one.attempt]));
    for (const id of this.#cards.keys()) if (!attempts.has(id)) this.#cards.delete(id);
    this.#missing.clear();
    this.#quarantine.follow(attempts);
    for (const version of versions) await this.#read(version);
  }

  async #read(version: ModelVersion): Promise<void> {
    const id = modelVersionId(version.model, version.version);
    if (this.#quarantine.has(id)) this.#missing.set(id, { version, reason: QUARANTINED });
    if (this.#cards.has(id) || this.#missing.has(id)) return;
    try {
      const card = await readCard(this.#cardPath(version));
      if (card.sha256 !== version.sha256) throw new Error('its card is of another file: upload it again');
      this.#cards.set(id, card);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#missing.set(id, {
        version,
        reason: `${reason}; gateway and inference need the same folder of models`,
      });
    }
  }

  #cardPath({ fileId }: ModelVersion): string {
    return join(this.#folder, fileId, 'card.json');
  }

  all(): readonly CatalogModel[] {
    return this.#control.fold.all('modelVersion').flatMap(version => {
      const key = modelVersionId(version.model, version.version);
      const card = this.#cards.get(key);
      return card === undefined ? [] : [{ key, card, cardPath: this.#cardPath(version), fileBytes: version.fileBytes }];
    });
  }

  /** Why versions among these keys cannot be used here, for a person; undefined: all can. */
  troubleOf(keys: readonly string[]): string | undefined {
    const found = [...this.#missing].filter(([id]) => keys.includes(id));
    if (found.length === 0) return undefined;
    return found
      .map(([, { version, reason }]) => `the model ${version.model} ${version.version}: ${reason}`)
      .join('; ');
  }

  missing(): readonly MissingVersion[] {
    return [...this.#missing.values()];
  }
}
