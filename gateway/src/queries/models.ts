import type { Camera, ModelStatus, ModelVersion, PlanStep } from '@sightline/schemas';
import { type ControlFold, type Entity, modelVersionId, type PlanOrigin, planOf } from '@sightline/schemas/control';
import type { ModelStatuses } from '../live/model-statuses.ts';

/** A model that a plan can name: what it is, and how it runs in each inference process. */
export interface KnownModel
  extends Pick<
    ModelStatus,
    | 'model'
    | 'version'
    | 'sha256'
    | 'title'
    | 'note'
    | 'licence'
    | 'origin'
    | 'fileBytes'
    | 'cropsOf'
    | 'orWhole'
    | 'cropPoints'
    | 'points'
  > {
  /** Size of the picture that it takes; null: no inference process has it now. */
  readonly inputWidthPx: number | null;
  readonly inputHeightPx: number | null;
  readonly classes: readonly string[];
  /** True: it looks at the pictures of cameras without a plan. */
  readonly standard: boolean;
  /** The reports of all processes that run now, of all its versions. */
  readonly processes: readonly ModelStatus[];
  /** What the control log says of an uploaded model; undefined: it ships, or MODEL_CARD names it. */
  readonly uploaded: Entity<'model'> | undefined;
}

export type UploadedModel = KnownModel & { readonly uploaded: Entity<'model'> };

/** Models as inference reported them, and those that users uploaded. */
export class Models {
  readonly #fold: ControlFold;
  readonly #statuses: Pick<ModelStatuses, 'names' | 'newest' | 'ofRunning'>;

  constructor(fold: ControlFold, statuses: Pick<ModelStatuses, 'names' | 'newest' | 'ofRunning'>) {
    this.#fold = fold;
    this.#statuses = statuses;
  }

  /** All models by name. */
  all(): readonly KnownModel[] {
    return this.names().flatMap(name => this.get(name) ?? []);
  }

  names(): readonly string[] {
    const uploaded = this.#fold.all('model').map(({ model }) => model);
    const removed = new Set(this.#fold.allRemoved('model').map(({ model }) => model));
    const reported = this.#statuses.names().filter(name => !removed.has(name));
    return [...new Set([...reported, ...uploaded])].toSorted();
  }

  /** Undefined: the model is not known. */
  get(model: string): KnownModel | undefined {
    const uploaded = this.#fold.entity('model', model);
    const processes = this.#statuses.ofRunning(model);
    if (uploaded === undefined) {
      const newest = this.#fold.removed('model', model) === undefined ? this.#statuses.newest(model) : undefined;
      return newest && { ...newest, processes, uploaded };
    }
    const serving = this.versionOf(model, uploaded.value.serving);
    const running = processes.find(({ version }) => version === uploaded.value.serving);
    const [inputWidthPx, inputHeightPx] = [running?.inputWidthPx ?? null, running?.inputHeightPx ?? null];
    return (
      serving && {
        ...serving,
        inputWidthPx,
        inputHeightPx,
        note: null,
        origin: 'own file',
        standard: false,
        cropsOf: null,
        orWhole: false,
        cropPoints: [],
        points: running?.points ?? null,
        processes,
        uploaded,
      }
    );
  }

  /** Names of the points that the boxes of a version have; null: no inference process has said. */
  pointsOf(model: string, version: string): readonly string[] | null {
    return this.#statuses.ofRunning(model).find(one => one.version === version)?.points ?? null;
  }

  versionOf(model: string, version: string): ModelVersion | undefined {
    return this.#fold.entity('modelVersion', modelVersionId(model, version))?.value;
  }

  /** Versions of an uploaded model, newest first. O(versions of all models). */
  versionsOf(model: string): readonly ModelVersion[] {
    return this.#fold
      .all('modelVersion')
      .filter(one => one.model === model)
      .reverse();
  }

  /** True: it ships, or MODEL_CARD names it. */
  ships(model: string): boolean {
    return this.#fold.lastKnown('model', model) === undefined && this.#statuses.names().includes(model);
  }

  /** The plan of a camera, and where it comes from. Undefined: inference has not said what it is set to. */
  planOf(camera: Pick<Camera, 'plan' | 'storeId'>): {
    readonly origin: PlanOrigin;
    readonly plan: readonly PlanStep[] | undefined;
  } {
    const { origin, plan } = planOf(this.#fold, camera, this.#fold.entity('store', camera.storeId)?.value.plan ?? null);
    return { origin, plan: plan ?? this.standardPlan() };
  }

  /** The models that inference is set to; undefined: no inference process has reported yet. */
  standardPlan(): readonly PlanStep[] | undefined {
    const names = this.#statuses.names();
    if (names.length === 0) return undefined;
    return names
      .toSorted()
      .flatMap(model =>
        this.#statuses.newest(model)?.standard ? [{ model, maxFps: null, byRules: false, tiles: null }] : [],
      );
  }

  /** Undefined: the model is not known. */
  classesOf(model: string): readonly string[] | undefined {
    return this.get(model)?.classes;
  }
}
