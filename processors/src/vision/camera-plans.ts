import type { Camera } from '@sightline/schemas';
import type { ControlLog } from '../control/index.ts';

/** Which models look at which camera, by the control log. */
export class CameraPlans {
  readonly #control: Pick<ControlLog, 'fold'>;
  readonly #standard: readonly string[];

  /** `standard`: names of the models for cameras without a plan. */
  constructor(control: Pick<ControlLog, 'fold'>, standard: readonly string[]) {
    this.#control = control;
    this.#standard = standard;
  }

  /** Names of the models for a picture of this camera time, in order. */
  modelsAt(cameraId: string, cameraTimeMs: number): readonly string[] {
    return this.#modelsOf(this.#control.fold.configurationAt(cameraId, cameraTimeMs)?.camera);
  }

  /** Names of all models that an active camera uses now, and the standard ones. */
  wanted(): readonly string[] {
    const cameras = [...this.#control.fold.all('camera')].filter(({ active }) => active);
    return [...new Set([...this.#standard, ...cameras.flatMap(camera => this.#modelsOf(camera))])];
  }

  #modelsOf(camera: Camera | undefined): readonly string[] {
    return camera?.plan ? [...new Set(camera.plan.map(({ model }) => model))] : this.#standard;
  }
}
