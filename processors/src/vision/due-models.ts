import type { TileGrid } from '@sightline/models';

/** A model of a camera's plan, by its key. */
export interface PlannedModel {
  readonly key: string;
  /** Camera time between two of its looks at least; 0: it looks at every picture. */
  readonly everyMs: number;
  /** The tiles of the picture that it looks at besides; null: the whole picture alone. */
  readonly tiles: TileGrid | null;
}

/**
 * Chooses the models that look at a picture, by its camera time alone. Time is cut into slots of `everyMs` since 1970; a
 * model looks at the first picture that inference looks at in each slot. So models of rates that divide one another look
 * at the same pictures, and a rule that needs both has a look.
 */
export class DueModels {
  /** By camera and model: the slot of its last look. */
  readonly #looked = new Map<string, Map<string, number>>();

  /** The models that are due on a picture of this time. It changes nothing. */
  dueAt(cameraId: string, capturedAtMs: number, plan: readonly PlannedModel[]): readonly PlannedModel[] {
    const looked = this.#looked.get(cameraId);
    return plan.filter(({ key, everyMs }) => everyMs === 0 || looked?.get(key) !== slotOf(capturedAtMs, everyMs));
  }

  /** Takes note that these models look at a picture of this time. */
  look(cameraId: string, capturedAtMs: number, due: readonly PlannedModel[]): void {
    for (const { key, everyMs } of due) {
      if (everyMs === 0) continue;
      const looked = this.#looked.get(cameraId) ?? new Map<string, number>();
      this.#looked.set(cameraId, looked.set(key, slotOf(capturedAtMs, everyMs)));
    }
  }
}

const slotOf = (capturedAtMs: number, everyMs: number): number => Math.floor(capturedAtMs / everyMs);
