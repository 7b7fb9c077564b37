import type { ModelObject } from '@sightline/models';
import type { ModelAnswer, PictureIn, TilesSeen } from './inference-protocol.ts';
import type { ModelCosts } from './model-costs.ts';
import type { ModelSession } from './model-session.ts';

/** A picture under way: why it did not decode, or the answers so far by the models' keys. */
export interface Looking {
  readonly picture: PictureIn;
  undecodable: string | undefined;
  readonly answers: Map<string, ModelAnswer>;
  /** By the keys of the models that gave a result. */
  readonly objects: Map<string, readonly ModelObject[]>;
  /** By the keys of the models that looked at tiles. */
  readonly tiles: Map<string, TilesSeen>;
}

/** Runs a session on what is packed, and says what it cost. `runs`: how many are packed. */
export async function runSession(
  session: ModelSession,
  runs: number,
  cost: ModelCosts,
): Promise<readonly (readonly ModelObject[])[]> {
  const startedMs = performance.now();
  const output = await session.run();
  const inferredMs = performance.now();
  cost.add(session.key, 'runs', runs);
  cost.add(session.key, 'inferenceMs', inferredMs - startedMs);
  const objects = output.decode();
  cost.add(session.key, 'postprocessMs', performance.now() - inferredMs);
  return objects;
}

/** Says of a picture that the model failed on it. */
export function failedOn({ answers }: Looking, model: string, error: unknown): void {
  answers.set(model, { kind: 'failed', model, message: error instanceof Error ? error.message : String(error) });
}
