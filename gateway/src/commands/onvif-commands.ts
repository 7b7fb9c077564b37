import { type CameraLogin, findCameraLogin, type Vault, VaultSealedError } from '@sightline/processors/control';
import type { Camera } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import type { Viewer } from '../auth/viewer.ts';
import type { FoundOnvifCamera } from '../onvif/discovery.ts';
import { parseOnvifAddress } from '../onvif/onvif-address.ts';
import type { OnvifCamera } from '../onvif/onvif-camera.ts';
import type { OnvifCameras } from '../onvif/onvif-cameras.ts';
import { OnvifError } from '../onvif/onvif-error.ts';
import { visibleCamera, visibleCameras } from '../queries/configuration.ts';
import { type Invalid, invalid } from './changes.ts';

export interface ReadOnvifCameraInput {
  /** A camera with an ONVIF address. Its kept login is used, unless another one is given. */
  readonly cameraId?: string | null | undefined;
  /** Address of another device. */
  readonly address?: string | null | undefined;
  readonly login?: CameraLogin | null | undefined;
}

export interface FoundCameras {
  readonly cameras: readonly (FoundOnvifCamera & {
    /** Cameras of the viewer with this ONVIF address, and those without any on the same host. */
    readonly known: readonly Camera[];
  })[];
  readonly askedFrom: readonly string[];
}

/** Questions of users to ONVIF cameras. */
export class OnvifCommands {
  readonly #fold: ControlFold;
  readonly #cameraVault: Pick<Vault, 'get'>;
  readonly #onvifCameras: Pick<OnvifCameras, 'find' | 'read'>;

  /** `cameraVault`: the vault that is sealed with the camera key. */
  constructor(fold: ControlFold, cameraVault: Pick<Vault, 'get'>, onvifCameras: Pick<OnvifCameras, 'find' | 'read'>) {
    this.#fold = fold;
    this.#cameraVault = cameraVault;
    this.#onvifCameras = onvifCameras;
  }

  async find(viewer: Viewer): Promise<FoundCameras | Invalid> {
    return orInvalid(async () => {
      const { cameras, askedFrom } = await this.#onvifCameras.find();
      const own = visibleCameras(this.#fold, viewer);
      const known = (found: string): readonly Camera[] =>
        own.filter(({ url, onvifUrl }) =>
          onvifUrl === null ? hostnameOf(url) === hostnameOf(found) : onvifUrl === found,
        );
      return { askedFrom, cameras: cameras.map(found => ({ ...found, known: known(found.onvifUrl) })) };
    });
  }

  async read({ cameraId, address, login }: ReadOnvifCameraInput, viewer: Viewer): Promise<OnvifCamera | Invalid> {
    if ((cameraId == null) === (address == null)) return invalid('address', 'give cameraId or address, one of both');
    const camera = cameraId == null ? undefined : visibleCamera(this.#fold, viewer, cameraId);
    if (cameraId != null && camera === undefined) return invalid('cameraId', `there is no camera ${cameraId}`);
    const place = address ?? camera?.onvifUrl;
    if (place == null)
      return invalid('cameraId', 'this camera was not added by ONVIF: change the address of its stream instead');
    const parsed = parseOnvifAddress(place);
    if (typeof parsed === 'string') return invalid('address', parsed);
    if (login != null && login.user === '')
      return invalid('login', 'give the user, too: a password alone opens nothing');
    const used = login === undefined ? this.#keptLogin(camera) : (login ?? undefined);
    return used !== undefined && 'outcome' in used ? used : orInvalid(() => this.#onvifCameras.read(parsed, used));
  }

  #keptLogin(camera: Camera | undefined): CameraLogin | Invalid | undefined {
    if (camera?.loginId == null) return undefined;
    try {
      return findCameraLogin(this.#cameraVault, camera.loginId);
    } catch (error) {
      if (!(error instanceof VaultSealedError)) throw error;
      return invalid(
        'login',
        'the kept login does not open with the key of this machine: give user and password again',
      );
    }
  }
}

/** Tells what a camera or the network refuses as wrong input. */
async function orInvalid<T>(work: () => Promise<T>): Promise<T | Invalid> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OnvifError) return invalid(error.field, error.message);
    throw error;
  }
}

/** Empty: the address has none. */
const hostnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '');
