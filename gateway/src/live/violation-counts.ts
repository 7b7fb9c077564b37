import { openOrClosed, storeVisible, type ViolationFilter } from '../arguments/violation-filter.ts';
import type { Entry } from './entry.ts';

/** Hours, days, weeks and months begin at a quarter of an hour in every time zone since 1972. */
export const SLOT_MS = 15 * 60_000;
export const slotOf = (timeMs: number): number => Math.floor(timeMs / SLOT_MS) * SLOT_MS;

/** Number of violations of one store, camera, type and risk level that started in one quarter of an hour. */
export interface CountCell {
  readonly slotMs: number;
  readonly storeId: string;
  readonly cameraId: string;
  readonly violationType: string;
  readonly riskLevel: string;
  count: number;
  open: number;
}

/** Counts violations by quarter of an hour, updated with each record. Statistics then add few cells. */
export class ViolationCounts {
  readonly #cameras = new Map<string, Map<string, CountCell>>();

  /** Adds (1) or removes (-1) a violation in its present state. */
  add(entry: Entry, sign: 1 | -1): void {
    const { cameraId, storeId, violationType, riskLevel } = entry;
    const open = openOrClosed(entry) === 'OPEN';
    const cells = this.#cameras.get(cameraId) ?? new Map<string, CountCell>();
    this.#cameras.set(cameraId, cells);
    const slotMs = slotOf(entry.startedAtMs);
    const key = `${slotMs} ${riskLevel} ${storeId} ${violationType}`;
    const cell = cells.get(key) ?? { slotMs, storeId, cameraId, violationType, riskLevel, count: 0, open: 0 };
    cells.set(key, cell);
    cell.count += sign;
    if (open) cell.open += sign;
    if (cell.count === 0) cells.delete(key);
  }

  /** Number of a camera's open violations. */
  openOf(cameraId: string): number {
    let open = 0;
    for (const cell of this.#cameras.get(cameraId)?.values() ?? []) open += cell.open;
    return open;
  }

  /** Cells that match the filter, without its state and times. */
  *cells(filter: ViolationFilter): Generator<CountCell, undefined> {
    const { cameraId, violationType, riskLevel } = filter;
    const one = cameraId === undefined ? undefined : this.#cameras.get(cameraId);
    const cameras = cameraId === undefined ? this.#cameras.values() : one === undefined ? [] : [one];
    for (const cells of cameras)
      for (const cell of cells.values())
        if (
          storeVisible(filter, cell.storeId) &&
          (violationType === undefined || violationType === cell.violationType) &&
          (riskLevel === undefined || riskLevel === cell.riskLevel)
        )
          yield cell;
  }
}
