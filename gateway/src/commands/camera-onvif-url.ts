import type { Camera } from '@sightline/schemas';
import { onvifUrlOf, parseOnvifAddress } from '../onvif/onvif-address.ts';
import { type Invalid, invalid } from './changes.ts';

/**
 * The ONVIF address that a camera gets. `wanted`: as the user gave it; undefined: the known one stays while the camera's host
 * does. `url`: the camera's new address. `keepsLogin`: the camera's login was given earlier, so it may be sent only to where
 * it was given for.
 */
export function cameraOnvifUrl(
  wanted: string | null | undefined,
  url: string,
  known: Camera | undefined,
  keepsLogin: boolean,
): string | null | Invalid {
  const before = known?.onvifUrl ?? null;
  if (wanted === undefined) return before !== null && hostOf(before) === hostOf(url) ? before : null;
  if (wanted === null) return null;
  const parsed = parseOnvifAddress(wanted);
  if (typeof parsed === 'string') return invalid('onvifUrl', parsed);
  const onvifUrl = onvifUrlOf(parsed);
  if (hostOf(onvifUrl) !== hostOf(url))
    return invalid('onvifUrl', `the ONVIF address must be on the host of the camera's address, ${hostOf(url)}`);
  if (keepsLogin && before !== onvifUrl)
    return invalid('login', 'the ONVIF address is another one: give user and password, or null for none');
  return onvifUrl;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '');
