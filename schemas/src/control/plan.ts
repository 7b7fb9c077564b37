import type { Camera, PlanStep } from '../generated/records.ts';
import type { ControlFold } from './fold.ts';
import { CHAIN_ID } from './kinds/chain.ts';

/** Where the plan of a camera comes from. */
export type PlanOrigin = 'camera' | 'store' | 'chain' | 'standard';

export interface PlanOfCamera {
  readonly origin: PlanOrigin;
  /** Null: `standard`, the models that inference is set to. */
  readonly plan: readonly PlanStep[] | null;
}

/** The plan of a camera: its own, or else that of its store, or of the chain. `storePlan`: the plan of its store. */
export function planOf(
  fold: Pick<ControlFold, 'entity'>,
  camera: Pick<Camera, 'plan'> | undefined,
  storePlan: readonly PlanStep[] | null,
): PlanOfCamera {
  if (camera?.plan) return { origin: 'camera', plan: camera.plan };
  if (storePlan !== null) return { origin: 'store', plan: storePlan };
  const plan = fold.entity('chain', CHAIN_ID)?.value.plan ?? null;
  return { origin: plan === null ? 'standard' : 'chain', plan };
}
