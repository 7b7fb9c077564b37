import { TooManyRequestsError } from '../errors.ts';
import { Slots } from '../slots.ts';
import { cameraIp } from './camera-host.ts';
import { discover, type FoundOnvifCameras } from './discovery.ts';
import type { OnvifAddress } from './onvif-address.ts';
import { type OnvifCamera, readOnvifCamera } from './onvif-camera.ts';
import { OnvifSession } from './onvif-session.ts';
import type { OnvifLogin } from './soap.ts';

const MOST_READ_AT_ONCE = 4;

/** ONVIF cameras in the networks of this gateway. */
export class OnvifCameras {
  readonly #loopback: boolean;
  readonly #now: () => number;
  readonly #reading = new Slots(MOST_READ_AT_ONCE);
  #discovery: Promise<FoundOnvifCameras> | undefined;

  /** `loopback`: cameras may be on this machine itself. */
  constructor(loopback: boolean, now: () => number) {
    this.#loopback = loopback;
    this.#now = now;
  }

  /** Searches the networks, which takes DISCOVERY_MS. Who asks while a search runs gets its result. Throws OnvifError. */
  find(): Promise<FoundOnvifCameras> {
    this.#discovery ??= discover(this.#loopback).finally(() => {
      this.#discovery = undefined;
    });
    return this.#discovery;
  }

  /** Asks a camera for its streams. Throws OnvifError, or TooManyRequestsError when four are asked already. */
  async read(address: OnvifAddress, login: OnvifLogin | undefined): Promise<OnvifCamera> {
    const release = this.#reading.take();
    if (release === undefined)
      throw new TooManyRequestsError(`${MOST_READ_AT_ONCE} cameras are being asked already: try again in a moment`, 5);
    try {
      const { secure, host, port } = address;
      const ip = await cameraIp(host, this.#loopback);
      const session = new OnvifSession({ secure, host, port, ip }, login, this.#now);
      return await readOnvifCamera(session, address, this.#now);
    } finally {
      release();
    }
  }
}
