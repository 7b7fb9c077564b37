import type { Camera, PlanStep } from '@sightline/schemas';
import { CHAIN_ID, type Entity, refusalsOf } from '@sightline/schemas/control';
import { mayChangeModels, mayQueryStore, type Viewer } from '../auth/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Models } from '../queries/models.ts';
import { type Changes, expectation, type Invalid, invalid, refused } from './changes.ts';
import type { CommandResult } from './command.ts';
import { blindRule, uselessStep } from './known-models.ts';

export interface PlanInput {
  /** Absent: the chain. */
  readonly storeId?: string | null | undefined;
  /** null: the store has the chain's, the chain the models that inference is set to. */
  readonly plan?: readonly PlanStep[] | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/** Changes of the plans that cameras inherit. */
export class PlanCommands {
  readonly #changes: Changes;
  readonly #models: Models;

  constructor(changes: Changes, models: Models) {
    this.#changes = changes;
    this.#models = models;
  }

  /** Sets the plan of a store's cameras, or of the chain's, that have none of their own. Throws ForbiddenError. */
  setPlan(input: PlanInput, viewer: Viewer): Promise<CommandResult<'store' | 'chain'>> | Invalid {
    const { storeId, plan = null } = input;
    const names = this.#models.names();
    const missing = plan?.find(({ model }) => !names.includes(model))?.model;
    if (missing !== undefined)
      return invalid(
        'plan',
        `there is no model ${missing}: choose of ${names.join(', ') || 'those that inference has'}`,
      );
    const idle = uselessStep(this.#models, plan ?? []);
    if (idle !== undefined) return invalid('plan', idle);
    return storeId == null ? this.#ofChain(plan, input, viewer) : this.#ofStore(storeId, plan, input, viewer);
  }

  #ofStore(storeId: string, plan: PlanInput['plan'], { expectedVersion }: PlanInput, viewer: Viewer) {
    const { fold } = this.#changes;
    const store = mayQueryStore(viewer, storeId) ? fold.entity('store', storeId) : undefined;
    if (store === undefined) return invalid('storeId', `there is no store ${storeId}`);
    const value = { ...store.value, plan: plan ?? null };
    const cameras = fold.camerasOfStore(storeId).filter(camera => camera.plan === null);
    const refusal =
      refused(refusalsOf({ kind: 'store', id: storeId, value })) ??
      this.#blindRule(cameras, value.plan ?? this.#chainPlan);
    if (refusal !== undefined) return refusal;
    const expects = [expectation('store', storeId, expectedVersion ?? store.version)];
    return this.#changes.change('store', storeId, [{ kind: 'store', id: storeId, value }], expects, viewer);
  }

  #ofChain(plan: PlanInput['plan'], { expectedVersion }: PlanInput, viewer: Viewer) {
    if (!mayChangeModels(viewer)) throw new ForbiddenError();
    const { fold } = this.#changes;
    const chain: Entity<'chain'> | undefined = fold.entity('chain', CHAIN_ID);
    const value = { ...chain?.value, plan: plan ?? null };
    const isInherited = ({ plan: own, storeId }: Camera): boolean =>
      own === null && (fold.entity('store', storeId)?.value.plan ?? null) === null;
    const cameras = fold.all('camera').filter(isInherited);
    const refusal =
      refused(refusalsOf({ kind: 'chain', id: CHAIN_ID, value })) ??
      this.#blindRule(cameras, value.plan ?? this.#models.standardPlan());
    if (refusal !== undefined) return refusal;
    const expects = [expectation('chain', CHAIN_ID, expectedVersion ?? chain?.version)];
    return this.#changes.change('chain', CHAIN_ID, [{ kind: 'chain', id: CHAIN_ID, value }], expects, viewer);
  }

  get #chainPlan(): readonly PlanStep[] | undefined {
    return this.#changes.fold.entity('chain', CHAIN_ID)?.value.plan ?? this.#models.standardPlan();
  }

  /** Refuses a plan under which a rule of one of the cameras would find nothing. */
  #blindRule(cameras: readonly Camera[], plan: readonly PlanStep[] | undefined): Invalid | undefined {
    if (plan === undefined) return undefined;
    for (const camera of cameras) {
      const rules = this.#changes.fold.ofCamera('rule', camera.cameraId).map(({ value }) => value);
      const blind = blindRule(this.#models, { ...camera, plan }, rules);
      if (blind === undefined) continue;
      const problem = `the rule “${blind.rule.name}” of the camera “${camera.name}” would find nothing, since no chosen model looks for ${blind.missing.join(', ')}`;
      return invalid('plan', `${problem}: choose one that does, or give the camera models of its own`);
    }
    return undefined;
  }
}
