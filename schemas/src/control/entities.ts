import type { SchemaSource } from '../avro-serde.ts';
import type { ExpectedVersion } from '../generated/records.ts';
import type { Bearing } from './kinds/entity-kind.ts';
import { type EntityKind, kinds } from './kinds/registry.ts';
import type { NotUnderstood } from './not-understood.ts';
import { Arena, type Entity, StoredEntity } from './stored-entity.ts';

/** Kind of the records by which a writer publishes its schemas: id is the fingerprint, value the schema as JSON. */
export const SCHEMA_KIND = 'schema';

/** The parts of a kind that the fold needs. */
export interface FoldedKind {
  readonly serde: { readonly fingerprint: string; decode(bytes: Buffer, schemaOf: SchemaSource): object };
  readonly list: string | undefined;
  bearsOn(value: never): Bearing;
  unknownParts(value: unknown): readonly string[];
}

/** The kinds that a fold knows: those of the registry, or fewer in an older process. */
export type FoldedKinds = Readonly<Record<string, FoldedKind>>;

const NONE: Bearing = {};
const NO_PARTS: readonly string[] = [];

type Group = Map<string, StoredEntity>;

const keyOf = (kind: string, id: string): string => `${kind}\0${id}`;

/**
 * Every entity by kind and id, and by the camera or store it belongs to. A change costs as much as its cameras have
 * entities.
 */
export class Entities {
  readonly #kinds: ReadonlyMap<string, FoldedKind>;
  readonly #schemas = new Map<string, string>();
  readonly #all = new Map<string, Group>();
  readonly #ofCamera = new Map<string, StoredEntity[]>();
  readonly #ofStore = new Map<string, StoredEntity[]>();
  readonly #camerasOfStore = new Map<string, Set<string>>();
  /** Entities that this process cannot read, wholly or in part. */
  readonly #strange = new Map<string, StoredEntity>();
  readonly #arena = new Arena();

  constructor(knownKinds: FoldedKinds = kinds) {
    this.#kinds = new Map(Object.entries(knownKinds));
  }

  /** Writers' schemas found in the log, by fingerprint. */
  get schemas(): ReadonlyMap<string, string> {
    return this.#schemas;
  }

  learnSchema(fingerprint: string, schema: string): void {
    this.#schemas.set(fingerprint, schema);
  }

  /** Reads a value with the kinds and schemas known now. When these do not suffice, the result has no bearing. */
  store(kind: string, id: string, version: number, bytes: Buffer): StoredEntity {
    const slice = this.#arena.keep(bytes);
    const identity = { kind, id, version };
    if (kind === SCHEMA_KIND) return new StoredEntity(identity, slice, NONE, NO_PARTS);
    const known = this.#kinds.get(kind);
    const value = known && this.#decode(known, bytes);
    if (known === undefined || value === undefined) return new StoredEntity(identity, slice, undefined, NO_PARTS);
    return new StoredEntity(identity, slice, known.bearsOn(value as never), known.unknownParts(value));
  }

  #decode(kind: FoldedKind, bytes: Buffer): object | undefined {
    try {
      return kind.serde.decode(bytes, fingerprint => this.#schemas.get(fingerprint));
    } catch {
      return undefined;
    }
  }

  get(kind: string, id: string): StoredEntity | undefined {
    return this.#all.get(kind)?.get(id);
  }

  /** The entity with its value; undefined when it does not exist or cannot be read here. */
  entity<K extends EntityKind>(kind: K, id: string): Entity<K> | undefined {
    return this.read<K>(this.get(kind, id));
  }

  read<K extends EntityKind>(stored: StoredEntity | undefined): Entity<K> | undefined {
    if (stored?.bearing === undefined) return undefined;
    if (stored.entity === undefined) {
      const known = this.#kinds.get(stored.kind);
      const value = known && this.#decode(known, stored.bytes);
      if (value === undefined) return undefined;
      stored.entity = { version: stored.version, value: value as Entity['value'] };
    }
    return stored.entity as Entity<K>;
  }

  versionOf({ entityKind, entityId }: Pick<ExpectedVersion, 'entityKind' | 'entityId'>): number | null {
    return this.get(entityKind, entityId)?.version ?? null;
  }

  /**
   * All entities, or those of one kind, in order of arrival. A move to another camera or store counts as a new arrival.
   */
  *each(kind?: string): Iterable<StoredEntity> {
    if (kind !== undefined) yield* this.#all.get(kind)?.values() ?? [];
    else for (const group of this.#all.values()) yield* group.values();
  }

  /** Sets or removes one entity. */
  put(kind: string, id: string, stored: StoredEntity | undefined): void {
    const before = this.get(kind, id);
    const group = this.#all.get(kind) ?? new Map<string, StoredEntity>();
    this.#all.set(kind, group);
    if (before !== undefined && !sameBearing(before.bearing, stored?.bearing)) {
      this.#forget(before);
      group.delete(id);
    }
    if (this.#strange.size > 0) this.#strange.delete(keyOf(kind, id));
    if (stored === undefined) group.delete(id);
    else {
      group.set(id, stored);
      this.#place(stored);
    }
  }

  #place(stored: StoredEntity): void {
    const { kind, id, bearing } = stored;
    if (bearing === undefined || stored.unknownParts.length > 0) this.#strange.set(keyOf(kind, id), stored);
    const { cameraId, storeId } = bearing ?? {};
    if (cameraId !== undefined) place(this.#ofCamera, cameraId, stored);
    if (storeId === undefined) return;
    if (cameraId === undefined) place(this.#ofStore, storeId, stored);
    else this.#camerasOfStore.set(storeId, (this.#camerasOfStore.get(storeId) ?? new Set()).add(cameraId));
  }

  #forget(stored: StoredEntity): void {
    const { cameraId, storeId } = stored.bearing ?? {};
    if (cameraId !== undefined) drop(this.#ofCamera, cameraId, stored);
    if (storeId !== undefined && cameraId === undefined) drop(this.#ofStore, storeId, stored);
    if (storeId !== undefined && cameraId !== undefined) this.#camerasOfStore.get(storeId)?.delete(cameraId);
  }

  /** The cameras whose configuration includes an entity. */
  camerasOf(stored: StoredEntity | undefined): Iterable<string> {
    const { cameraId, storeId } = stored?.bearing ?? {};
    if (cameraId !== undefined) return [cameraId];
    return storeId === undefined ? [] : this.camerasOfStore(storeId);
  }

  /** Ids of a store's cameras, in order of arrival. */
  camerasOfStore(storeId: string): Iterable<string> {
    return this.#camerasOfStore.get(storeId) ?? [];
  }

  /** The entities of a camera: its own first, then those of its store. */
  ofCamera(cameraId: string): readonly StoredEntity[] {
    const own = this.#ofCamera.get(cameraId) ?? [];
    const storeId = this.get('camera', cameraId)?.bearing?.storeId;
    return storeId === undefined ? [...own] : [...own, ...(this.#ofStore.get(storeId) ?? [])];
  }

  listOf(kind: string): string | undefined {
    return this.#kinds.get(kind)?.list;
  }

  /** Names of the lists of a camera's configuration. */
  lists(): readonly string[] {
    return [...this.#kinds.values()].flatMap(({ list }) => list ?? []);
  }

  /** Entities that may become readable with a new schema. */
  undecoded(): readonly StoredEntity[] {
    return [...this.#strange.values()].filter(({ kind, bearing }) => bearing === undefined && this.#kinds.has(kind));
  }

  notUnderstood(): NotUnderstood {
    const strange = [...this.#strange.values()];
    const undecoded = strange.filter(({ bearing }) => bearing === undefined);
    return {
      kinds: countByKind(undecoded.filter(({ kind }) => !this.#kinds.has(kind))),
      values: countByKind(undecoded.filter(({ kind }) => this.#kinds.has(kind))),
      parts: strange.flatMap(({ kind, id, unknownParts }) => unknownParts.map(part => `${kind} ${id}: ${part}`)),
    };
  }
}

/** Replaces the former value in its place, or appends. */
function place(lists: Map<string, StoredEntity[]>, name: string, stored: StoredEntity): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [stored]);
  else list.splice(placeOf(list, stored), 1, stored);
}

function drop(lists: Map<string, StoredEntity[]>, name: string, stored: StoredEntity): void {
  const list = lists.get(name);
  list?.splice(placeOf(list, stored), 1);
  if (list?.length === 0) lists.delete(name);
}

function placeOf(list: readonly StoredEntity[], { kind, id }: StoredEntity): number {
  const found = list.findIndex(one => one.id === id && one.kind === kind);
  return found === -1 ? list.length : found;
}

function sameBearing(a: Bearing | undefined, b: Bearing | undefined): boolean {
  return a !== undefined && b !== undefined && a.cameraId === b.cameraId && a.storeId === b.storeId;
}

function countByKind(entities: readonly StoredEntity[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { kind } of entities) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries(counts);
}
