import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Change, Vault } from '@sightline/processors/control';
import { type Camera, type Store, WEBCAM_URL } from '@sightline/schemas';
import { kinds, refusalsOf } from '@sightline/schemas/control';
import { handNoScooper } from '@sightline/schemas/rules';
import { mayQueryStore, type Viewer } from '../auth/viewer.ts';
import { removedCamera } from '../queries/configuration.ts';
import { parseCameraAddress } from './camera-address.ts';
import { cameraOnvifUrl } from './camera-onvif-url.ts';
import { type Changes, expectation, gone, type Invalid, invalid, refused, unknownCamera } from './changes.ts';
import type { CameraInput, CommandResult, RemovalResult } from './command.ts';
import { blindRule, type KnownModels, uselessStep } from './known-models.ts';
import { partsOfCamera, type Removable } from './removal.ts';

const MOST_LOGIN_CHARACTERS = 1_000;

/** A camera's new value and what is written before it. */
interface Draft {
  readonly camera: Camera;
  /** Login to put into the vault under the camera's `loginId`. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

/** Changes of cameras by users. */
export class CameraCommands {
  readonly #changes: Changes;
  readonly #cameraVault: Pick<Vault, 'put' | 'remove'>;
  readonly #models: KnownModels;

  /** `cameraVault`: the vault that is sealed with the camera key. */
  constructor(changes: Changes, cameraVault: Pick<Vault, 'put' | 'remove'>, models: KnownModels) {
    this.#changes = changes;
    this.#cameraVault = cameraVault;
    this.#models = models;
  }

  /** Creates or changes a camera. A login in the address goes into the vault. */
  async setCamera(input: CameraInput, viewer: Viewer): Promise<CommandResult<'camera'>> {
    const { fold } = this.#changes;
    const { cameraId, expectedVersion } = input;
    const unknown = cameraId == null ? undefined : unknownCamera(fold, cameraId, viewer);
    if (unknown !== undefined)
      return removedCamera(fold, viewer, cameraId ?? '') === undefined ? unknown : gone('camera');
    if (cameraId != null && expectedVersion == null)
      return invalid('expectedVersion', 'give the version of the camera that you read');
    const known = cameraId == null ? undefined : fold.entity('camera', cameraId)?.value;
    const store = this.#storeOf(input, known, viewer);
    if ('outcome' in store) return store;
    const draft = this.#draft(input, known, store.storeId);
    if ('outcome' in draft) return draft;
    const { camera, login } = draft;
    const changes: readonly Change[] = [
      ...(store.made === undefined ? [] : [{ kind: 'store' as const, id: store.storeId, value: store.made }]),
      { kind: 'camera', id: camera.cameraId, value: camera },
    ];
    const refusal =
      refused(changes.flatMap(refusalsOf)) ?? this.#unusableModel(camera, known) ?? this.#blindRule(camera, known);
    if (refusal !== undefined) return refusal;
    const expects = [
      expectation('camera', camera.cameraId, expectedVersion),
      ...(store.made === undefined
        ? this.#changes.relied('store', store.storeId)
        : [expectation('store', store.storeId, null)]),
    ];
    if (login !== undefined && camera.loginId !== null) await this.#cameraVault.put(camera.loginId, login);
    const result = await this.#changes.change('camera', camera.cameraId, changes, expects, viewer);
    const unused =
      result.outcome === 'accepted' ? known?.loginId : result.outcome === 'conflict' ? camera.loginId : null;
    if (unused != null && unused !== this.#changes.fold.entity('camera', camera.cameraId)?.value.loginId)
      await this.#cameraVault.remove(unused);
    return result;
  }

  /** Removes a camera with its zones and rules in one change set; its violations stay. */
  async removeCamera(cameraId: string, version: number, viewer: Viewer): Promise<RemovalResult<'camera'>> {
    const { fold } = this.#changes;
    const unknown = unknownCamera(fold, cameraId, viewer);
    if (unknown !== undefined) return removedCamera(fold, viewer, cameraId) === undefined ? unknown : gone('camera');
    const camera = { kind: 'camera', id: cameraId, version } as const;
    const parts = (): readonly Removable[] => partsOfCamera(this.#changes.fold, cameraId);
    return this.#changes.remove(camera, parts, viewer);
  }

  /**
   * Brings a removed camera back, with the first rule of a kitchen camera if its models can judge that. When a model of
   * its own plan was removed meanwhile, or has no use now, it comes back with the plan of its store.
   */
  async restoreCamera(cameraId: string, viewer: Viewer): Promise<CommandResult<'camera'>> {
    const removed = removedCamera(this.#changes.fold, viewer, cameraId);
    const value = removed && (this.#isPlanOver(removed) ? { ...removed, plan: null } : removed);
    if (value === undefined) return invalid('cameraId', `there is no removed camera ${cameraId}`);
    const rule = handNoScooper(cameraId, null);
    const isBlind = blindRule(this.#models, value, [rule]) !== undefined;
    const changes: readonly Change[] = [
      { kind: 'camera', id: cameraId, value },
      ...(isBlind ? [] : [{ kind: 'rule' as const, id: rule.ruleId, value: rule }]),
    ];
    const refusal = refused(changes.flatMap(refusalsOf));
    if (refusal !== undefined) return refusal;
    const expects = changes.map(({ kind, id }) => expectation(kind, id, null));
    return this.#changes.change('camera', cameraId, changes, expects, viewer);
  }

  #isPlanOver({ plan }: Camera): boolean {
    const { fold } = this.#changes;
    const isGone = (model: string): boolean =>
      fold.entity('model', model) === undefined && fold.removed('model', model) !== undefined;
    return plan?.some(({ model }) => isGone(model)) || uselessStep(this.#models, plan ?? []) !== undefined;
  }

  /** The store of the camera. `made`: it is created with it. */
  #storeOf(
    { storeId, newStore }: CameraInput,
    known: Camera | undefined,
    viewer: Viewer,
  ): { readonly storeId: string; readonly made?: Store } | Invalid {
    if (newStore != null) {
      if (storeId != null) return invalid('newStore', 'give storeId or newStore, not both');
      if (viewer.storeIds !== null)
        return invalid('newStore', 'you may add cameras to your own stores only: give storeId');
      const { name, timeZone } = newStore;
      const made = kinds.store.make({ storeId: randomUUID(), name: name.trim(), timeZone });
      const refusal = refused(refusalsOf({ kind: 'store', id: made.storeId, value: made }));
      return refusal === undefined
        ? { storeId: made.storeId, made }
        : { ...refusal, field: `newStore.${refusal.field}` };
    }
    const wanted = storeId ?? known?.storeId;
    if (wanted === undefined) return invalid('storeId', 'a new camera needs the store that it belongs to, or newStore');
    const isKnown = this.#changes.fold.entity('store', wanted) !== undefined && mayQueryStore(viewer, wanted);
    return isKnown ? { storeId: wanted } : invalid('storeId', `there is no store ${wanted}`);
  }

  #draft(input: CameraInput, known: Camera | undefined, storeId: string): Draft | Invalid {
    const { address, name, maxFps, active, plan } = input;
    if (known === undefined && address == null) return invalid('address', 'a new camera needs its address');
    if (known !== undefined && known.source !== 'live' && address != null)
      return invalid(
        'address',
        'the camera plays a recording, whose address cannot change: add a camera for the address',
      );
    const parsed = address == null ? undefined : parseCameraAddress(address);
    if (typeof parsed === 'string') return invalid('address', parsed);
    const login = input.login ?? parsed?.login;
    if (login !== undefined && (parsed?.url ?? known?.url) === WEBCAM_URL)
      return invalid('login', 'a webcam has no login: leave user and password out');
    if (login?.user === '') return invalid('login', 'give the user: a password alone opens no stream');
    if (login !== undefined && login.user.length + login.password.length > MOST_LOGIN_CHARACTERS)
      return invalid('login', `user and password may have at most ${MOST_LOGIN_CHARACTERS} characters together`);
    // The kept login is sent to the address, so it must not go to a host that it was not given for.
    const isElsewhere = known !== undefined && parsed !== undefined && serverOf(parsed.url) !== serverOf(known.url);
    if (isElsewhere && known.loginId !== null && input.login === undefined && login === undefined)
      return invalid('login', 'the address is of another server: give its user and password, or null for none');
    const kept = input.login === null ? null : (known?.loginId ?? null);
    const url = parsed?.url ?? known?.url ?? '';
    const keepsLogin = kept !== null && login === undefined;
    const onvifUrl = cameraOnvifUrl(input.onvifUrl, url, known, keepsLogin);
    if (onvifUrl !== null && typeof onvifUrl !== 'string') return onvifUrl;
    const base =
      known ?? kinds.camera.make({ cameraId: randomUUID(), storeId, name: hostOf(url), source: 'live', url: '' });
    return {
      login,
      camera: {
        ...base,
        storeId,
        url: parsed?.url ?? base.url,
        onvifUrl,
        loginId: login === undefined ? kept : `camera-login:${randomUUID()}`,
        name: name?.trim() ?? base.name,
        maxFps: maxFps ?? base.maxFps,
        active: active ?? base.active,
        plan: plan === undefined ? base.plan : plan,
      },
    };
  }

  #unusableModel({ plan }: Camera, known: Camera | undefined): Invalid | undefined {
    const names = this.#models.names();
    const missing = plan?.find(({ model }) => !names.includes(model))?.model;
    if (missing === undefined || known?.plan?.some(({ model }) => model === missing)) {
      const idle = isDeepStrictEqual(plan, known?.plan) ? undefined : uselessStep(this.#models, plan ?? []);
      return idle === undefined ? undefined : invalid('plan', idle);
    }
    const fix = names.length === 0 ? 'inference is not running: start it first' : `choose of ${names.join(', ')}`;
    return invalid('plan', `there is no model ${missing}: ${fix}`);
  }

  #blindRule(camera: Camera, known: Camera | undefined): Invalid | undefined {
    if (known === undefined || isDeepStrictEqual(this.#models.planOf(known), this.#models.planOf(camera)))
      return undefined;
    const rules = this.#changes.fold.ofCamera('rule', camera.cameraId).map(({ value }) => value);
    const blind = blindRule(this.#models, camera, rules);
    if (blind === undefined) return undefined;
    const problem = `the rule “${blind.rule.name}” would find nothing, since no chosen model looks for ${blind.missing.join(', ')}`;
    return invalid('plan', `${problem}: choose one that does, or remove the rule first`);
  }
}

/** Scheme, host and port. */
const serverOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() ?? url;

const hostOf = (url: string): string =>
  url === WEBCAM_URL ? 'Webcam' : URL.canParse(url) ? new URL(url).hostname : url;
