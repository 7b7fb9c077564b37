import type {
  Camera,
  ControlRecord,
  EntityKind,
  ExpectedVersion,
  Rule,
  Store,
  User,
  Zone,
} from '../generated/records.ts';

/** Value of an entity of each kind. */
export interface EntityOf {
  readonly store: Store;
  readonly camera: Camera;
  readonly zone: Zone;
  readonly rule: Rule;
  readonly user: User;
}

/** An entity as it stands: its version is the control offset at which it was last changed. */
export interface Entity<K extends EntityKind = EntityKind> {
  readonly version: number;
  readonly value: EntityOf[K];
}

/** What became of a command: taken, or void because a version it relied on had moved on. */
export interface CommandAnswer {
  readonly accepted: boolean;
  /** Offset of the last record of its change set. */
  readonly offset: number;
  /** When it takes effect, after the fold raised it to the highest so far. */
  readonly effectiveAtMs: number;
  /** What did not hold, when void. */
  readonly conflicts: readonly ExpectedVersion[];
}

/** All that bears on one camera from `offset` on. */
export interface CameraConfiguration {
  /** Control offset it stands at. */
  readonly offset: number;
  /** Camera time from which it holds; -Infinity for what was created with the camera. */
  readonly effectiveAtMs: number;
  readonly camera: Camera | undefined;
  readonly store: Store | undefined;
  readonly zones: readonly Zone[];
  readonly rules: readonly Rule[];
}

interface PendingSet {
  readonly records: ControlRecord[];
}

/**
 * Folds the control log: pure, by versions alone, so everyone who folds agrees (DESIGN 7). A change set takes effect
 * at its last record; if one of its expectations fails the whole set is void. A commandId seen again changes nothing.
 */
export class ControlFold {
  readonly #entities: { readonly [K in EntityKind]: Map<string, Entity<K>> } = {
    store: new Map(),
    camera: new Map(),
    zone: new Map(),
    rule: new Map(),
    user: new Map(),
  };
  readonly #answers = new Map<string, CommandAnswer>();
  readonly #pending = new Map<string, PendingSet>();
  readonly #history = new Map<string, CameraConfiguration[]>();
  #nextOffset = 0;
  #effectiveAtMs = Number.NEGATIVE_INFINITY;

  /** Takes the record at `offset`; offsets come in order, one already taken is passed over. */
  apply(record: ControlRecord, offset: number): void {
    if (offset < this.#nextOffset) return;
    this.#nextOffset = offset + 1;
    if (this.#answers.has(record.commandId)) return;
    const set = this.#pending.get(record.commandId) ?? { records: [] };
    if (record.changeSetIndex !== set.records.length) return; // a retry of a part already here
    set.records.push(record);
    if (set.records.length < record.changeSetSize) {
      this.#pending.set(record.commandId, set);
      return;
    }
    this.#pending.delete(record.commandId);
    this.#decide(record, set.records, offset);
  }

  #decide(last: ControlRecord, records: readonly ControlRecord[], offset: number): void {
    const conflicts = records
      .flatMap(record => record.expects)
      .filter(expected => this.#versionOf(expected) !== expected.version);
    const accepted = conflicts.length === 0;
    if (accepted) {
      this.#effectiveAtMs = Math.max(this.#effectiveAtMs, ...records.map(record => record.effectiveAtMs));
      const touched = new Set<string>();
      for (const record of records) for (const cameraId of this.#change(record, offset)) touched.add(cameraId);
      for (const cameraId of touched) this.#remember(cameraId, offset);
    }
    this.#answers.set(last.commandId, { accepted, offset, effectiveAtMs: this.#effectiveAtMs, conflicts });
  }

  #versionOf(expected: ExpectedVersion): number | null {
    return this.#entities[expected.entityKind].get(expected.entityId)?.version ?? null;
  }

  /** Sets or removes one entity; returns the cameras whose configuration it bears on. */
  #change(record: ControlRecord, offset: number): readonly string[] {
    const before = this.#camerasOf(record.entityKind, record.entityId);
    const value = record[record.entityKind];
    const entities: Map<string, Entity> = this.#entities[record.entityKind];
    if (value === null) entities.delete(record.entityId);
    else entities.set(record.entityId, { version: offset, value });
    return [...before, ...this.#camerasOf(record.entityKind, record.entityId)];
  }

  #camerasOf(kind: EntityKind, id: string): readonly string[] {
    if (kind === 'camera') return [id];
    if (kind === 'store')
      return this.cameras()
        .filter(camera => camera.storeId === id)
        .map(camera => camera.cameraId);
    if (kind === 'user') return [];
    const cameraId = this.#entities[kind].get(id)?.value.cameraId;
    return cameraId === undefined ? [] : [cameraId];
  }

  #remember(cameraId: string, offset: number): void {
    const history = this.#history.get(cameraId) ?? [];
    const camera = this.#entities.camera.get(cameraId)?.value;
    history.push({
      offset,
      effectiveAtMs: history.length === 0 ? Number.NEGATIVE_INFINITY : this.#effectiveAtMs,
      camera,
      store: camera && this.#entities.store.get(camera.storeId)?.value,
      zones: this.zones().filter(zone => zone.cameraId === cameraId),
      rules: this.rules().filter(rule => rule.cameraId === cameraId),
    });
    this.#history.set(cameraId, history);
  }

  /** Offset of the next record to fold. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  answer(commandId: string): CommandAnswer | undefined {
    return this.#answers.get(commandId);
  }

  entity<K extends EntityKind>(kind: K, id: string): Entity<K> | undefined {
    return this.#entities[kind].get(id);
  }

  stores(): readonly Store[] {
    return values(this.#entities.store);
  }
  cameras(): readonly Camera[] {
    return values(this.#entities.camera);
  }
  zones(): readonly Zone[] {
    return values(this.#entities.zone);
  }
  rules(): readonly Rule[] {
    return values(this.#entities.rule);
  }
  users(): readonly User[] {
    return values(this.#entities.user);
  }

  /** The newest configuration of a camera that holds at this camera time; undefined for an unknown camera. */
  configurationAt(cameraId: string, cameraTimeMs: number): CameraConfiguration | undefined {
    return this.#history.get(cameraId)?.findLast(configuration => configuration.effectiveAtMs <= cameraTimeMs);
  }

  /** The configuration of a camera as of a control offset, for a task that stands there. */
  configurationAsOf(cameraId: string, offset: number): CameraConfiguration | undefined {
    return this.#history.get(cameraId)?.findLast(configuration => configuration.offset <= offset);
  }
}

const values = <T>(entities: ReadonlyMap<string, { readonly value: T }>): readonly T[] =>
  [...entities.values()].map(entity => entity.value);
