import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { OnvifError } from './onvif-error.ts';

/** Services of clouds that tell any program on the machine its secrets. No camera has such an address. */
const METADATA = [
  ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
  ...['fd00:ec2::254', 'fd20:ce::254'],
];
/** No address of one device, or an IPv4 address inside another one. */
const NO_DEVICE = ['unspecified', 'broadcast', 'multicast', 'rfc6145', 'rfc6052', '6to4', 'teredo'];
const LOOKUP_WITHIN_MS = 2_000;

/** True when a camera may have this IP address. `loopback`: also this machine itself. */
export function mayBeCamera(address: string, loopback: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (METADATA.includes(ip.toString())) return false;
  const range: string = ip.range();
  return !NO_DEVICE.includes(range) && (loopback || range !== 'loopback');
}

/**
 * The IP address of a host. All requests to the camera go to this one, so a name cannot lead elsewhere later. Throws
 * OnvifError when the name is not known, or when any of its addresses can be no camera's.
 */
export async function cameraIp(host: string, loopback: boolean): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = ipaddr.isValid(bare) ? [bare] : await addressesOf(bare);
  const wrong = found.find(address => !mayBeCamera(address, loopback));
  if (wrong !== undefined)
    throw new OnvifError(
      'address',
      ipaddr.process(wrong).range() === 'loopback'
        ? `${host} is this machine itself, whose own servers must not be asked: give the camera's address in the network, or set ONVIF_LOOPBACK=true for a camera program on this machine`
        : `${host} is no address of a camera: give the camera's IP address, as 192.168.1.20`,
    );
  return found[0] ?? bare;
}

async function addressesOf(name: string): Promise<readonly string[]> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(
      () =>
        reject(new OnvifError('address', `the name ${name} was not resolved in time: give the camera's IP address`)),
      LOOKUP_WITHIN_MS,
    ).unref(),
  );
  try {
    return (await Promise.race([lookup(name, { all: true }), late])).map(({ address }) => address);
  } catch (cause) {
    if (cause instanceof OnvifError) throw cause;
    throw new OnvifError('address', `the name ${name} is not known here: give the camera's IP address instead`, {
      cause,
    });
  }
}
