import { openOrClosed, storeVisible, type ViolationFilter } from '../queries/violation-filter.ts';
import type { Entry } from './violation-store.ts';

/** Steps of every grain begin at a quarter of an hour, in every time zone since 1972. */
export const SLOT_MS = 15 * 60_000;
export const slotOf = (timeMs: number): number => Math.floor(timeMs / SLOT_MS) * SLOT_MS;

/** How many violations of one camera, type and risk level began in one quarter of an hour. */
export interface CountCell {
  readonly slotMs: number;
  readonly storeId: string;
  readonly cameraId: string;
  readonly violationType: string;
  readonly riskLevel: string;
  count: number;
  open: number;
}

/** Counts of violations by quarters of an hour, kept up with each record: numbers are sums of few cells. */
export class ViolationCounts {
  readonly #cameras = new Map<string, Map<string, CountCell>>();
  /** Of each camera: violations that opened here less those that closed here. */
  readonly #opened = new Map<string, number>();

  /** Adds (1) or takes away (-1) a violation as it stands. */
  add(entry: Entry, sign: 1 | -1): void {
    const { cameraId, storeId, violationType, riskLevel } = entry;
    const open = openOrClosed(entry) === 'OPEN';
    const change = (entry.openedAt === undefined ? 0 : 1) - (open ? 0 : 1);
    this.#opened.set(cameraId, (this.#opened.get(cameraId) ?? 0) + sign * change);
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

  /** Open violations of a camera, less those that were open before the store begins. */
  openedOf(cameraId: string): number {
    return this.#opened.get(cameraId) ?? 0;
  }

  /** Cells that the filter lets through, but for its state and its times. */
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
