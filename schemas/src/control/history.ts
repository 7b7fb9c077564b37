import type { Camera, Store } from '../generated/records.ts';
import type { Entities } from './entities.ts';
import type { CameraLists } from './kinds/registry.ts';
import type { StoredEntity } from './stored-entity.ts';

/** Everything configured for one camera from `offset` on, including the lists of its zones and rules. */
export interface CameraConfiguration extends CameraLists {
  /** Control offset of this configuration. */
  readonly offset: number;
  /** Camera time from which it holds; -Infinity for values created with the camera. */
  readonly effectiveAtMs: number;
  readonly camera: Camera | undefined;
  readonly store: Store | undefined;
}

/** A kept configuration; it is decoded when it is used. */
export interface PastConfiguration {
  readonly offset: number;
  effectiveAtMs: number;
  readonly parts: readonly StoredEntity[];
  configuration?: CameraConfiguration;
}

interface Replaced {
  readonly cameraId: string;
  atMs: number;
}

/**
 * The configurations of each camera in the order they took effect. One is deleted when its successor has been in force
 * for `keepMs` before the newest change. Only the records of the log decide that, so folds with the same `keepMs`
 * agree. A time before the oldest kept configuration gets the oldest.
 */
export class Histories {
  readonly #entities: Entities;
  readonly #keepMs: number;
  readonly #ofCamera = new Map<string, PastConfiguration[]>();
  /** Histories of a snapshot that were not used yet. */
  readonly #restored = new Map<string, () => PastConfiguration[]>();
  /** Configurations with a successor, in the successors' order; undefined: from a snapshot, not read yet. */
  #replaced: Set<Replaced> | undefined = new Set();

  constructor(entities: Entities, keepMs: number) {
    this.#entities = entities;
    this.#keepMs = keepMs;
  }

  /** Records the camera's present entities as its configuration from this offset on. */
  remember(cameraId: string, offset: number, effectiveAtMs: number): void {
    this.#replaced ??= this.#findReplaced();
    const history = this.#of(cameraId);
    const parts = this.#entities.ofCamera(cameraId);
    if (history === undefined)
      this.#ofCamera.set(cameraId, [{ offset, effectiveAtMs: Number.NEGATIVE_INFINITY, parts }]);
    else {
      history.push({ offset, effectiveAtMs, parts });
      this.#replaced.add({ cameraId, atMs: effectiveAtMs });
    }
    this.#letGo(this.#replaced, effectiveAtMs - this.#keepMs);
  }

  /** Configurations that would take effect later do so at this time: the clock that gave theirs was set back. O(all). */
  bringBack(toMs: number): void {
    for (const [, history] of this.each())
      for (const past of history)
        if (past.effectiveAtMs > toMs) {
          past.effectiveAtMs = toMs;
          delete past.configuration;
        }
    this.#replaced ??= this.#findReplaced();
    for (const replaced of this.#replaced) replaced.atMs = Math.min(replaced.atMs, toMs);
  }

  #letGo(all: Set<Replaced>, beforeMs: number): void {
    for (const replaced of all) {
      if (replaced.atMs > beforeMs) return;
      this.#of(replaced.cameraId)?.shift();
      all.delete(replaced);
    }
  }

  #findReplaced(): Set<Replaced> {
    const all = [...this.each()].flatMap(([cameraId, history]) =>
      history.slice(1).map(({ offset, effectiveAtMs }) => ({ offset, cameraId, atMs: effectiveAtMs })),
    );
    return new Set(all.toSorted((a, b) => a.offset - b.offset));
  }

  #of(cameraId: string): PastConfiguration[] | undefined {
    const make = this.#restored.get(cameraId);
    if (make !== undefined) {
      this.#restored.delete(cameraId);
      this.#ofCamera.set(cameraId, make());
    }
    return this.#ofCamera.get(cameraId);
  }

  /** Restores the histories of a snapshot. */
  restore(histories: Iterable<readonly [cameraId: string, make: () => PastConfiguration[]]>): void {
    for (const [cameraId, make] of histories) this.#restored.set(cameraId, make);
    this.#replaced = undefined;
  }

  at(cameraId: string, cameraTimeMs: number): CameraConfiguration | undefined {
    const history = this.#of(cameraId);
    return this.#configuration(history?.findLast(({ effectiveAtMs }) => effectiveAtMs <= cameraTimeMs) ?? history?.[0]);
  }

  asOf(cameraId: string, offset: number): CameraConfiguration | undefined {
    return this.#configuration(this.#of(cameraId)?.findLast(past => past.offset <= offset));
  }

  newest(cameraId: string): CameraConfiguration | undefined {
    return this.#configuration(this.#of(cameraId)?.at(-1));
  }

  *each(): Iterable<readonly [cameraId: string, history: readonly PastConfiguration[]]> {
    for (const cameraId of this.#restored.keys()) this.#of(cameraId);
    yield* this.#ofCamera;
  }

  #configuration(past: PastConfiguration | undefined): CameraConfiguration | undefined {
    if (past !== undefined) past.configuration ??= this.#make(past);
    return past?.configuration;
  }

  #make({ offset, effectiveAtMs, parts }: PastConfiguration): CameraConfiguration {
    const valueFor = (kind: string): unknown => this.#entities.read(parts.find(part => part.kind === kind))?.value;
    const listed = this.#entities.lists().map(list => {
      const members = parts.filter(({ kind }) => this.#entities.listOf(kind) === list);
      return [list, members.flatMap(member => this.#entities.read(member)?.value ?? [])] as const;
    });
    const lists = { zones: [], rules: [], ...Object.fromEntries(listed) } as unknown as CameraLists;
    const [camera, store] = [valueFor('camera') as Camera | undefined, valueFor('store') as Store | undefined];
    return { offset, effectiveAtMs, camera, store, ...lists };
  }
}
