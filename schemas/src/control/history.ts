import type { Camera, Store } from '../generated/records.ts';
import type { Entities, StoredEntity } from './entities.ts';
import type { CameraLists } from './kinds/registry.ts';

/** All that bears on one camera from `offset` on, the lists of its zones and rules among it. */
export interface CameraConfiguration extends CameraLists {
  /** Control offset it stands at. */
  readonly offset: number;
  /** Camera time from which it holds; -Infinity for what was created with the camera. */
  readonly effectiveAtMs: number;
  readonly camera: Camera | undefined;
  readonly store: Store | undefined;
}

/** A configuration as it is kept: read when somebody asks for it. */
export interface PastConfiguration {
  readonly offset: number;
  readonly effectiveAtMs: number;
  readonly parts: readonly StoredEntity[];
}

interface Replaced {
  readonly cameraId: string;
  readonly atMs: number;
}

/**
 * The configurations of each camera in the order they took effect. One is let go once its successor has been in force
 * for `keepMs` before the newest change: the records of the log alone decide that, so all that keep as long agree.
 * What is asked of a time before the oldest kept one gets the oldest.
 */
export class Histories {
  readonly #entities: Entities;
  readonly #keepMs: number;
  readonly #ofCamera = new Map<string, PastConfiguration[]>();
  readonly #replaced = new Set<Replaced>();
  readonly #read = new WeakMap<PastConfiguration, CameraConfiguration>();

  constructor(entities: Entities, keepMs: number) {
    this.#entities = entities;
    this.#keepMs = keepMs;
  }

  /** The camera's entities as they stand now, from this offset on. */
  remember(cameraId: string, offset: number, effectiveAtMs: number): void {
    const isFirst = !this.#ofCamera.has(cameraId);
    const parts = this.#entities.ofCamera(cameraId);
    this.add(cameraId, { offset, effectiveAtMs: isFirst ? Number.NEGATIVE_INFINITY : effectiveAtMs, parts });
    this.#letGo(effectiveAtMs - this.#keepMs);
  }

  add(cameraId: string, configuration: PastConfiguration): void {
    const history = this.#ofCamera.get(cameraId);
    if (history === undefined) this.#ofCamera.set(cameraId, [configuration]);
    else {
      history.push(configuration);
      this.#replaced.add({ cameraId, atMs: configuration.effectiveAtMs });
    }
  }

  #letGo(beforeMs: number): void {
    for (const replaced of this.#replaced) {
      if (replaced.atMs > beforeMs) return;
      this.#ofCamera.get(replaced.cameraId)?.shift();
      this.#replaced.delete(replaced);
    }
  }

  at(cameraId: string, cameraTimeMs: number): CameraConfiguration | undefined {
    const history = this.#ofCamera.get(cameraId);
    return this.#configuration(history?.findLast(({ effectiveAtMs }) => effectiveAtMs <= cameraTimeMs) ?? history?.[0]);
  }

  asOf(cameraId: string, offset: number): CameraConfiguration | undefined {
    return this.#configuration(this.#ofCamera.get(cameraId)?.findLast(past => past.offset <= offset));
  }

  newest(cameraId: string): CameraConfiguration | undefined {
    return this.#configuration(this.#ofCamera.get(cameraId)?.at(-1));
  }

  *each(): Iterable<readonly [cameraId: string, history: readonly PastConfiguration[]]> {
    yield* this.#ofCamera;
  }

  #configuration(past: PastConfiguration | undefined): CameraConfiguration | undefined {
    if (past === undefined) return undefined;
    const known = this.#read.get(past);
    if (known !== undefined) return known;
    const configuration = this.#make(past);
    this.#read.set(past, configuration);
    return configuration;
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
