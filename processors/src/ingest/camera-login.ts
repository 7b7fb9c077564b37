import type { Camera } from '@sightline/schemas';
import { type CameraLogin, findCameraLogin, type Vault, VaultSealedError } from '../control/index.ts';
import { SourceAddressError } from './source-path.ts';

/** The login of a camera's stream; undefined: it needs none. Throws SourceAddressError when the vault does not give it. */
export function loginOf(vault: Pick<Vault, 'get'>, { loginId }: Pick<Camera, 'loginId'>): CameraLogin | undefined {
  if (loginId === null) return undefined;
  try {
    const login = findCameraLogin(vault, loginId);
    if (login !== undefined) return login;
  } catch (error) {
    if (!(error instanceof VaultSealedError)) throw error;
  }
  throw new SourceAddressError('its login cannot be read from the vault: enter user and password again');
}
