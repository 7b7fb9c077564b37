import type { StatedModel, TrialAnswer } from '@sightline/processors/trial';
import type { Camera, Model, ModelVersion, PlanStep } from '@sightline/schemas';
import { type Entity, modelVersionId, refusalsOf } from '@sightline/schemas/control';
import type { Viewer } from '../auth/viewer.ts';
import type { Models } from '../queries/models.ts';
import { type Changes, expectation, type Invalid, invalid, refused } from './changes.ts';
import type { CommandResult } from './command.ts';
import { blindRule, type KnownModels, withoutBoxes } from './known-models.ts';
import type { ModelFiles, ReceivedFile } from './model-files.ts';

const MOST_MODELS = 200;
const MOST_VERSIONS = 20;

/** A name that is the same text in a URL, a plan and a folder. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

type Passed = Extract<TrialAnswer, { readonly kind: 'passed' }>;

/** Changes of uploaded models by users. */
export class ModelCommands {
  readonly #changes: Changes;
  readonly #models: Models;
  readonly #files: ModelFiles;
  readonly #nowMs: () => number;

  constructor(changes: Changes, models: Models, files: ModelFiles, nowMs: () => number) {
    this.#changes = changes;
    this.#models = models;
    this.#files = files;
    this.#nowMs = nowMs;
  }

  /** The version for an upload that names none: the next whole number. */
  nextVersion(model: string): string {
    const numbers = this.#models.versionsOf(model).map(({ version }) => Number(version));
    return String(Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1);
  }

  /** Why a new version of this name cannot be; undefined: it can. Checked before the upload is read. */
  refusal({ name, version }: Pick<StatedModel, 'name' | 'version'>): Invalid | undefined {
    const rule = 'give 1 to 63 small letters, digits, dots, hyphens and underscores, the first a letter or digit';
    if (!NAME.test(name)) return invalid('name', `${JSON.stringify(name)} is no name for a model: ${rule}`);
    if (!NAME.test(version)) return invalid('version', `${JSON.stringify(version)} is no version: ${rule}`);
    if (this.#models.standardPlan() === undefined)
      return invalid(
        'name',
        'inference has not reported its models, so it is not known which names are free: start it',
      );
    if (this.#models.ships(name)) return invalid('name', `Sightline's own model has the name ${name}: choose another`);
    const versions = this.#models.versionsOf(name);
    if (versions.some(known => known.version === version))
      return invalid(
        'version',
        `${name} has a version ${version}: choose another, or leave it out for the next number`,
      );
    if (versions.length >= MOST_VERSIONS)
      return invalid('name', `${name} has ${MOST_VERSIONS} versions: remove old ones first`);
    if (versions.length === 0 && this.#changes.fold.all('model').length >= MOST_MODELS)
      return invalid('name', `there are ${MOST_MODELS} uploaded models: remove some first`);
    return undefined;
  }

  /** The version of a model with the same file; undefined: the file is new. */
  sameFile(model: string, sha256: string): ModelVersion | undefined {
    return this.#models.versionsOf(model).find(version => version.sha256 === sha256);
  }

  /**
   * Adds a version that passed its trial. The first version of a model serves at once; a later one waits. The file of a
   * version that is not accepted is removed.
   */
  async add(file: ReceivedFile, passed: Passed, viewer: Viewer): Promise<CommandResult<'modelVersion'>> {
    const result = await this.#add(file, passed, viewer);
    if (result.outcome === 'invalid' || result.outcome === 'conflict') await this.#files.remove(file.fileId);
    return result;
  }

  async #add(file: ReceivedFile, passed: Passed, viewer: Viewer): Promise<CommandResult<'modelVersion'>> {
    const { card, msPerPicture, memoryBytes } = passed;
    const { name: model, version, title = model, licence, classes, output } = card;
    const added: ModelVersion = {
      ...{
        model,
        version,
        fileId: file.fileId,
        attempt: 0,
        sha256: file.sha256,
        fileBytes: file.bytes,
        title,
        licence,
        classes,
      },
      ...{ layout: output.layout, msPerPicture, memoryBytes, addedAtMs: this.#nowMs(), addedBy: viewer.userId },
    };
    const id = modelVersionId(model, version);
    const known = this.#changes.fold.versionOf('model', model);
    const first: Model = { model, serving: version, previous: null, candidate: null, shadow: null };
    const changes = [
      { kind: 'modelVersion', id, value: added } as const,
      ...(known === null ? [{ kind: 'model', id: model, value: first } as const] : []),
    ];
    const refusal = refused(changes.flatMap(refusalsOf));
    if (refusal !== undefined) return refusal;
    await this.#files.keep(file, card);
    const expects = [expectation('modelVersion', id, null), expectation('model', model, known)];
    return this.#changes.change('modelVersion', id, changes, expects, viewer);
  }

  /** Lets a version look at the pictures, instead of the present one. */
  async serve(model: string, version: string, expected: number, viewer: Viewer): Promise<CommandResult<'model'>> {
    const found = this.#find(model, version);
    if ('outcome' in found) return found;
    const { value } = found;
    if (value.serving === version) return { outcome: 'accepted', entity: found };
    const candidate = value.candidate?.version === version ? null : value.candidate;
    const shadow = value.shadow === version ? null : value.shadow;
    const next: Model = { ...value, serving: version, previous: value.serving, candidate, shadow };
    return this.#useless(next) ?? this.#set(next, expected, viewer, version);
  }

  /** Lets the version that served before look at the pictures again. */
  async rollBack(model: string, expected: number, viewer: Viewer): Promise<CommandResult<'model'>> {
    const previous = this.#changes.fold.entity('model', model)?.value.previous;
    if (previous === null)
      return invalid('model', `${model} has had no other version: choose one of its versions instead`);
    return this.serve(model, previous ?? '', expected, viewer);
  }

  /** Lets a version look at a share of the cameras; 0 percent ends the trial. */
  async setCandidate(
    { model, version, percent }: { readonly model: string; readonly version: string; readonly percent: number },
    expected: number,
    viewer: Viewer,
  ): Promise<CommandResult<'model'>> {
    if (!(percent >= 0 && percent <= 100)) return invalid('percent', 'give a share of the cameras from 0 to 100');
    const found = this.#find(model, version);
    if ('outcome' in found) return found;
    const next: Model = { ...found.value, candidate: percent === 0 ? null : { version, percent } };
    return this.#useless({ ...next, serving: version }) ?? this.#set(next, expected, viewer, version);
  }

  /** Lets a version look at the pictures beside the serving one, for comparison only; null: none does. */
  async setShadow(
    model: string,
    version: string | null,
    expected: number,
    viewer: Viewer,
  ): Promise<CommandResult<'model'>> {
    const found = this.#find(model, version ?? undefined);
    return 'outcome' in found ? found : this.#set({ ...found.value, shadow: version }, expected, viewer, version);
  }

  /** Lets inference open a version again that was taken out of use for ending its process. */
  async tryAgain(model: string, version: string, viewer: Viewer): Promise<CommandResult<'modelVersion'>> {
    const found = this.#find(model, version);
    if ('outcome' in found) return found;
    const id = modelVersionId(model, version);
    const known = this.#changes.fold.entity('modelVersion', id);
    if (known === undefined) return invalid('version', `${model} has no version ${version}`);
    const value = { ...known.value, attempt: known.value.attempt + 1 };
    const expects = [expectation('modelVersion', id, known.version)];
    return this.#changes.change('modelVersion', id, [{ kind: 'modelVersion', id, value }], expects, viewer);
  }

  /** Removes a version that neither serves nor is on trial nor a shadow. */
  async removeVersion(model: string, version: string, viewer: Viewer): Promise<CommandResult<'modelVersion'>> {
    const found = this.#find(model, version);
    if ('outcome' in found) return found;
    const { serving, candidate, previous, shadow } = found.value;
    if (shadow === version) return invalid('version', `the version ${version} is the shadow: end that first`);
    if (serving === version) return invalid('version', `the version ${version} serves: let another one serve first`);
    if (candidate?.version === version) return invalid('version', `the version ${version} is on trial: end that first`);
    const id = modelVersionId(model, version);
    const removed = this.#changes.fold.entity('modelVersion', id);
    const changes = [
      { kind: 'modelVersion', id, value: null } as const,
      ...(previous === version
        ? [{ kind: 'model', id: model, value: { ...found.value, previous: null } } as const]
        : []),
    ];
    // The model is relied on too: it may begin to serve this version meanwhile.
    const expects = [expectation('model', model, found.version), expectation('modelVersion', id, removed?.version)];
    const result = await this.#changes.change('modelVersion', id, changes, expects, viewer);
    if (this.#changes.fold.entity('modelVersion', id) !== undefined || removed === undefined) return result;
    await this.#files.remove(removed.value.fileId);
    return { outcome: 'accepted', entity: removed };
  }

  /** Removes a model that no plan names, with all its versions. */
  async remove(model: string, expected: number, viewer: Viewer): Promise<CommandResult<'model'>> {
    const { fold } = this.#changes;
    const known = fold.entity('model', model);
    if (known === undefined) return invalid('model', `there is no uploaded model ${model}`);
    const names = ({ plan }: { readonly plan: readonly PlanStep[] | null }): boolean =>
      plan?.some(step => step.model === model) === true;
    if (fold.all('chain').some(names))
      return invalid('model', `the plan of the chain names ${model}: change that first`);
    const stores = fold.all('store').filter(names);
    if (stores.length > 0)
      return invalid('model', `the plan of the store “${stores[0]?.name}” names ${model}: change that first`);
    const users = fold.all('camera').filter(names);
    if (users.length > 0)
      return invalid(
        'model',
        `${namesOf(users)} use${users.length === 1 ? 's' : ''} ${model}: change their models first`,
      );
    const versions = this.#models.versionsOf(model);
    const changes = [{ kind: 'model', id: model, value: null } as const, ...versions.map(removalOf)];
    const result = await this.#changes.change('model', model, changes, [expectation('model', model, expected)], viewer);
    if (fold.entity('model', model) !== undefined) return result;
    const late = this.#models.versionsOf(model); // added shortly before, and not yet read then
    if (late.length > 0) await this.#changes.change('model', model, late.map(removalOf), [], viewer);
    for (const { fileId } of [...versions, ...late]) await this.#files.remove(fileId);
    return { outcome: 'accepted', entity: known };
  }

  #find(model: string, version: string | undefined): Entity<'model'> | Invalid {
    const known = this.#changes.fold.entity('model', model);
    if (known === undefined) return invalid('model', `there is no uploaded model ${model}`);
    const versions = this.#models.versionsOf(model).map(one => one.version);
    if (version === undefined || versions.includes(version)) return known;
    return invalid('version', `${model} has no version ${version}: choose of ${versions.join(', ')}`);
  }

  /** `version`: the version that the change is about, which must stay meanwhile; null: none. */
  #set(
    value: Model,
    expected: number,
    viewer: Viewer,
    version: string | null,
  ): Promise<CommandResult<'model'>> | Invalid {
    const change = { kind: 'model', id: value.model, value } as const;
    const refusal = refused(refusalsOf(change));
    if (refusal !== undefined) return refusal;
    const id = version === null ? undefined : modelVersionId(value.model, version);
    const expects = [
      expectation('model', value.model, expected),
      ...(id === undefined ? [] : [expectation('modelVersion', id, this.#changes.fold.versionOf('modelVersion', id))]),
    ];
    return this.#changes.change('model', value.model, [change], expects, viewer);
  }

  /** Refuses a version under which a second stage of a plan, or a rule of a camera that uses the model, finds nothing. */
  #useless(next: Model): Invalid | undefined {
    const { model, serving } = next;
    const classes = this.#models.versionOf(model, serving)?.classes;
    const points = this.#models.pointsOf(model, serving);
    const models: KnownModels = {
      names: () => this.#models.names(),
      planOf: camera => this.#models.planOf(camera),
      classesOf: name => (name === model ? classes : this.#models.classesOf(name)),
      get: name => {
        const known = this.#models.get(name);
        return name === model ? known && { ...known, points } : known;
      },
    };
    return this.#blindStage(models) ?? this.#blindRule(next, models);
  }

  /** `models`: as they would be. A plan whose second stage finds nothing already is let be. */
  #blindStage(models: KnownModels): Invalid | undefined {
    const { fold } = this.#changes;
    const lost = (plan: readonly PlanStep[] | null | undefined) =>
      plan != null && withoutBoxes(this.#models, plan) === undefined ? withoutBoxes(models, plan)?.problem : undefined;
    const refusal = (problem: string | undefined, whose: string): Invalid | undefined =>
      problem === undefined
        ? undefined
        : invalid('version', `under this version, in the plan of ${whose}, ${problem}: change that plan first`);
    const cameras = fold.all('camera').filter(camera => lost(models.planOf(camera).plan) !== undefined);
    const [camera] = cameras;
    if (camera !== undefined) return refusal(lost(models.planOf(camera).plan), namesOf(cameras));
    const store = fold.all('store').find(({ plan }) => lost(plan) !== undefined);
    if (store !== undefined) return refusal(lost(store.plan), `the store “${store.name}”`);
    return refusal(lost(fold.all('chain').find(({ plan }) => lost(plan) !== undefined)?.plan), 'the chain');
  }

  /** Refuses a version under which a rule of a camera that uses the model would find nothing. */
  #blindRule({ model }: Model, models: KnownModels): Invalid | undefined {
    const { fold } = this.#changes;
    const uses = (camera: Camera): boolean => models.planOf(camera).plan?.some(step => step.model === model) === true;
    for (const camera of fold.all('camera').filter(uses)) {
      const rules = fold.ofCamera('rule', camera.cameraId).map(({ value }) => value);
      const blind = blindRule(models, camera, rules);
      if (blind === undefined) continue;
      const problem = `the rule “${blind.rule.name}” of the camera “${camera.name}” would find nothing, since this version does not look for ${blind.missing.join(', ')}`;
      return invalid('version', `${problem}: choose another version, or remove the rule first`);
    }
    return undefined;
  }
}

const removalOf = ({ model, version }: ModelVersion) =>
  ({ kind: 'modelVersion', id: modelVersionId(model, version), value: null }) as const;

function namesOf(cameras: readonly { readonly name: string }[]): string {
  const [first, second, ...more] = cameras.map(({ name }) => `“${name}”`);
  if (second === undefined) return `the camera ${first}`;
  return `the cameras ${first}, ${second}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}
