import type { ModelCard } from '@sightline/models';

/** A model with its card, and where the card lies. */
export interface CatalogModel {
  /** Its name in requests to threads: the card's, or for an uploaded one the id of its version. */
  readonly key: string;
  readonly cardPath: string;
  readonly card: ModelCard;
  /** Size of its file. */
  readonly fileBytes: number;
}
