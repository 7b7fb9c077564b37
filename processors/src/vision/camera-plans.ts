import { createHash } from 'node:crypto';
import type { ModelCard } from '@sightline/models';
import type { Camera, Model, PlanStep, Store } from '@sightline/schemas';
import { type CameraConfiguration, modelVersionId, planOf } from '@sightline/schemas/control';
import { type LookingModel, neededRate, rulesInForce } from '@sightline/schemas/rules';
import type { ControlLog } from '../control/index.ts';
import type { PlannedModel } from './due-models.ts';

export interface CameraPlansOptions {
  readonly control: Pick<ControlLog, 'fold'>;
  /** Names of the models for cameras without a plan. */
  readonly standard: readonly string[];
  /** True while the model of this key is open in a thread. */
  readonly isOpen: (key: string) => boolean;
  /** What the model of this key looks at and for; undefined: it is not known here. */
  readonly cardOf: (key: string) => Pick<ModelCard, 'classes' | 'crop'> | undefined;
}

/** Which models look at which camera, by the control log. A model is named by its key, as in `CatalogModel`. */
export class CameraPlans {
  readonly #options: CameraPlansOptions;

  constructor(options: CameraPlansOptions) {
    this.#options = options;
  }

  /** The models for pictures of this camera time, in order. */
  modelsAt(cameraId: string, cameraTimeMs: number): readonly PlannedModel[] {
    const configuration = this.#options.control.fold.configurationAt(cameraId, cameraTimeMs);
    const planned = this.#stepsOf(configuration?.camera, configuration?.store).map(step => ({
      ...step,
      key: this.#keyFor(step.model, cameraId),
    }));
    const needed = planned.some(({ byRules }) => byRules)
      ? this.#needed(planned, configuration, cameraTimeMs)
      : (): number => 0;
    return planned.map(({ key, model, maxFps, byRules, tiles }) => ({
      key,
      tiles,
      everyMs: Math.max(maxFps === null ? 0 : Math.round(1_000 / maxFps), byRules ? needed(model) : 0),
    }));
  }

  /** Camera time between two looks that the rules in force need of a model of this plan. */
  #needed(
    planned: readonly { readonly model: string; readonly key: string }[],
    configuration: CameraConfiguration | undefined,
    timeMs: number,
  ): (model: string) => number {
    const { camera, store, rules = [] } = configuration ?? {};
    const plan = planned.map(({ model, key }): LookingModel => {
      const { classes = [], crop } = this.#options.cardOf(key) ?? {};
      return { model, classes, cropsOf: crop?.className ?? null };
    });
    const inForce = rulesInForce(rules, store, timeMs);
    return model => neededRate(model, plan, inForce, camera?.maxFps ?? 0).everyMs;
  }

  /** Key of the shadow version that looks beside each of these keys, if it is open. Only a serving version has one. */
  shadowsOf(keys: readonly string[]): ReadonlyMap<string, string> {
    const shadows = new Map<string, string>();
    for (const key of keys) {
      const model = this.#uploaded(key.split(':')[0] ?? key);
      if (model === undefined || model.shadow === null || key !== modelVersionId(model.model, model.serving)) continue;
      const beside = modelVersionId(model.model, model.shadow);
      if (this.#options.isOpen(beside)) shadows.set(key, beside);
    }
    return shadows;
  }

  /**
   * Keys of all models that an active camera uses now, and the standard ones. While the serving version of a model is
   * not open, the one before it is among them.
   */
  wanted(): readonly string[] {
    const { fold } = this.#options.control;
    const cameras = fold.all('camera').filter(({ active }) => active);
    const storeOf = ({ storeId }: Camera): Store | undefined => fold.entity('store', storeId)?.value;
    const used = cameras.flatMap(camera => this.#stepsOf(camera, storeOf(camera)).map(({ model }) => model));
    const names = new Set([...this.#options.standard, ...used]);
    return [...new Set([...names].flatMap(name => this.#keysOf(name)))];
  }

  /** Each model once. */
  #stepsOf(camera: Camera | undefined, store: Store | undefined): readonly PlanStep[] {
    const { plan } = planOf(this.#options.control.fold, camera, store?.plan ?? null);
    const steps = plan ?? this.#options.standard.map(model => ({ model, maxFps: null, byRules: false, tiles: null }));
    return steps.filter(({ model }, at) => steps.findIndex(step => step.model === model) === at);
  }

  #keysOf(name: string): readonly string[] {
    const model = this.#uploaded(name);
    if (model === undefined) return [name];
    const { serving, candidate, previous, shadow } = model;
    const versions = [
      serving,
      ...(candidate === null ? [] : [candidate.version]),
      ...(shadow === null ? [] : [shadow]),
    ];
    const chosen = [...new Set(versions)].map(version => modelVersionId(name, version));
    const isServed = this.#options.isOpen(modelVersionId(name, serving));
    return isServed || previous === null ? chosen : [...chosen, modelVersionId(name, previous)];
  }

  /** The version for a camera: its own, or while that is not open, the next best that is. */
  #keyFor(name: string, cameraId: string): string {
    const model = this.#uploaded(name);
    if (model === undefined) return name;
    const { serving, candidate, previous } = model;
    const isOnTrial = candidate !== null && shareOf(name, cameraId) < candidate.percent;
    const order = [...(isOnTrial ? [candidate.version] : []), serving, ...(previous === null ? [] : [previous])];
    const keys = order.map(version => modelVersionId(name, version));
    return keys.find(this.#options.isOpen) ?? keys[0] ?? name;
  }

  #uploaded(name: string): Model | undefined {
    return this.#options.control.fold.entity('model', name)?.value;
  }
}

/** A camera's fixed place among all cameras for a trial of this model, from 0 to below 100. */
export function shareOf(model: string, cameraId: string): number {
  return (createHash('sha256').update(`${model}\n${cameraId}`).digest().readUInt32BE() / 2 ** 32) * 100;
}
