import { fingerprintOf } from '../avro-serde.ts';
import { days, minutes, seconds } from '../duration.ts';
import type { Camera, ControlRecord, ControlSnapshot, FoldedRecord, SnapshotAnswers } from '../generated/records.ts';
import type { CommandAnswer } from './command-answer.ts';
import { Entities, type FoldedKinds, SCHEMA_KIND } from './entities.ts';
import { type CameraConfiguration, Histories } from './history.ts';
import { type EntityKind, type EntityOf, kinds } from './kinds/registry.ts';
import type { NotUnderstood } from './not-understood.ts';
import { RemovedEntities } from './removed-entities.ts';
import {
  answersOfSnapshot,
  answersToSnapshot,
  EntityTable,
  foldIdentity,
  integerBytes,
  integers,
  SnapshotReader,
} from './snapshot.ts';
import type { Entity, StoredEntity } from './stored-entity.ts';

/** A change without its own time takes effect this long after its writer's clock. */
export const TAKES_EFFECT_AFTER_MS = seconds(2);
/** Largest amount by which a writer's clock may be ahead of the log's. */
export const CLOCK_AHEAD_MS = seconds(5);
/** Times of changes that are further ahead of the log's clock are of a clock that was set back since. */
const SET_BACK_MS = minutes(1);
/** Records that judgements and replays read are kept for 30 days; configurations are kept one day longer. */
const HISTORY_MS = days(31);

/** Offset and write time of a record. */
export interface RecordPlace {
  readonly offset: number;
  /** Kafka's timestamp: the write time. */
  readonly timestampMs: number;
}

export interface FoldOptions {
  /** Default: every kind of the registry. */
  readonly kinds?: FoldedKinds;
  /** How long a replaced configuration of a camera is kept, in time of the changes. Default 31 days. */
  readonly historyMs?: number;
}

interface Part {
  readonly record: ControlRecord;
  readonly effectiveAtMs: number;
}

const NO_CAMERAS: ReadonlySet<string> = new Set();

/**
 * Folds the control log. Pure: it decides by versions alone. So all folds agree, whatever kinds and schemas they know.
 * A change set takes effect at its last record; if one of its expectations fails, the whole set is void. A repeated
 * commandId changes nothing. A value that this process cannot read is kept, and its version counts.
 */
export class ControlFold {
  /** Two folds of one identity read the same log equally, so each can use the other's snapshot. */
  readonly identity: string;
  readonly #entities: Entities;
  readonly #histories: Histories;
  readonly #answers = new Map<string, CommandAnswer>();
  /** The answers of a snapshot, until the first call that needs them. */
  #restoredAnswers: SnapshotAnswers | undefined;
  readonly #pending = new Map<string, Part[]>();
  readonly #removed = new RemovedEntities();
  #nextOffset = 0;
  #last: FoldedRecord | undefined;
  #effectiveAtMs = Number.NEGATIVE_INFINITY;

  constructor({ kinds: known = kinds, historyMs = HISTORY_MS }: FoldOptions = {}) {
    this.identity = foldIdentity(known, historyMs);
    this.#entities = new Entities(known);
    this.#histories = new Histories(this.#entities, historyMs);
  }

  /**
   * Applies the record at its place. Offsets must rise; an offset applied before is ignored. Returns the cameras whose
   * configuration changed.
   */
  apply(record: ControlRecord, { offset, timestampMs }: RecordPlace): ReadonlySet<string> {
    if (offset < this.#nextOffset) return NO_CAMERAS;
    this.#nextOffset = offset + 1;
    this.#last = { offset, timestampMs, commandId: record.commandId };
    if (this.#answersNow.has(record.commandId)) return NO_CAMERAS;
    const parts = this.#pending.get(record.commandId) ?? [];
    if (record.changeSetIndex !== parts.length) return NO_CAMERAS; // a retry of a part that is already here
    // A writer whose clock is ahead would delay every later change, so the log's time limits the writer's.
    const latestMs = timestampMs + CLOCK_AHEAD_MS + TAKES_EFFECT_AFTER_MS;
    parts.push({ record, effectiveAtMs: Math.min(record.effectiveAtMs, latestMs) });
    if (parts.length < record.changeSetSize) {
      this.#pending.set(record.commandId, parts);
      return NO_CAMERAS;
    }
    this.#pending.delete(record.commandId);
    return this.#decide(record.commandId, parts, { offset, timestampMs });
  }

  #decide(commandId: string, parts: readonly Part[], place: RecordPlace): ReadonlySet<string> {
    const conflicts = parts
      .flatMap(({ record }) => record.expects)
      .filter(expected => this.#entities.versionOf(expected) !== expected.version);
    const accepted = conflicts.length === 0;
    const changed = accepted ? this.#accept(parts, place) : NO_CAMERAS;
    this.#answersNow.set(commandId, { accepted, offset: place.offset, effectiveAtMs: this.#effectiveAtMs, conflicts });
    return changed;
  }

  #accept(parts: readonly Part[], { offset, timestampMs }: RecordPlace): ReadonlySet<string> {
    // Times of a clock that was wrong and was set right since would delay every later change, and the changes of then.
    const wasSetBack = this.#effectiveAtMs > timestampMs + SET_BACK_MS;
    if (wasSetBack) this.#effectiveAtMs = Number.NEGATIVE_INFINITY;
    for (const { effectiveAtMs } of parts) this.#effectiveAtMs = Math.max(this.#effectiveAtMs, effectiveAtMs);
    if (wasSetBack) this.#histories.bringBack(this.#effectiveAtMs);
    const changed = new Set<string>();
    for (const { record } of parts) for (const cameraId of this.#change(record, offset)) changed.add(cameraId);
    for (const cameraId of changed) this.#histories.remember(cameraId, offset, this.#effectiveAtMs);
    return changed;
  }

  /** Sets or removes one entity. Returns the cameras whose configuration included it before or includes it now. */
  #change({ entityKind, entityId, value }: ControlRecord, offset: number): readonly string[] {
    const before = this.#entities.get(entityKind, entityId);
    const after = value === null ? undefined : this.#entities.store(entityKind, entityId, offset, value);
    const touched = [...this.#put(entityKind, entityId, after)];
    if (after !== undefined) this.#removed.delete(entityKind, entityId);
    else if (before !== undefined) this.#removed.add(before);
    return entityKind === SCHEMA_KIND && after !== undefined ? [...touched, ...this.#learn(after)] : touched;
  }

  #put(kind: string, id: string, stored: StoredEntity | undefined): readonly string[] {
    const before = [...this.#entities.camerasOf(this.#entities.get(kind, id))];
    this.#entities.put(kind, id, stored);
    return [...before, ...this.#entities.camerasOf(stored)];
  }

  /** Reads the values that waited for this schema. */
  #learn({ id, bytes }: StoredEntity): readonly string[] {
    const schema = bytes.toString('utf8');
    if (fingerprintOf(schema) !== id) return []; // its id is wrong, so no value can refer to it
    this.#entities.learnSchema(id, schema);
    return this.#entities
      .undecoded()
      .flatMap(({ kind, id: entityId, version, bytes: waiting }) =>
        this.#put(kind, entityId, this.#entities.store(kind, entityId, version, waiting)),
      );
  }

  get #answersNow(): Map<string, CommandAnswer> {
    if (this.#restoredAnswers !== undefined)
      for (const [commandId, answer] of answersOfSnapshot(this.#restoredAnswers)) this.#answers.set(commandId, answer);
    this.#restoredAnswers = undefined;
    return this.#answers;
  }

  /** Offset of the next record to fold. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Fingerprints of the writers' schemas in the log. */
  get schemas(): ReadonlyMap<string, string> {
    return this.#entities.schemas;
  }

  answer(commandId: string): CommandAnswer | undefined {
    return this.#answersNow.get(commandId);
  }

  /** The entity with its value; undefined when it does not exist or cannot be read here. */
  entity<K extends EntityKind>(kind: K, id: string): Entity<K> | undefined {
    return this.#entities.entity(kind, id);
  }

  /** Version of an entity of any kind, readable or not; null: it does not exist. */
  versionOf(entityKind: string, entityId: string): number | null {
    return this.#entities.versionOf({ entityKind, entityId });
  }

  /** Every readable entity of a kind, in order of creation. O(entities of the kind). */
  all<K extends EntityKind>(kind: K): readonly EntityOf[K][] {
    return [...this.#entities.each(kind)].flatMap(stored => this.#entities.read<K>(stored)?.value ?? []);
  }

  /** The entities of a kind that belong to a camera. O(entities of the camera). */
  ofCamera<K extends EntityKind>(kind: K, cameraId: string): readonly Entity<K>[] {
    return this.#entities
      .ofCamera(cameraId)
      .flatMap(stored => (stored.kind === kind ? (this.#entities.read<K>(stored) ?? []) : []));
  }

  /** Cameras of a store. O(cameras of the store). */
  camerasOfStore(storeId: string): readonly Camera[] {
    return [...this.#entities.camerasOfStore(storeId)].flatMap(id => this.entity('camera', id)?.value ?? []);
  }

  /** A removed entity with its last value; undefined when it was not removed. */
  removed<K extends EntityKind>(kind: K, id: string): Entity<K> | undefined {
    return this.#entities.read<K>(this.#removed.get(kind, id));
  }

  /** The last values of all removed entities of a kind, in order of removal. O(removed entities of the kind). */
  allRemoved<K extends EntityKind>(kind: K): readonly EntityOf[K][] {
    return [...this.#removed.each(kind)].flatMap(stored => this.#entities.read<K>(stored)?.value ?? []);
  }

  /** The entity, or the last value of a removed one. */
  lastKnown<K extends EntityKind>(kind: K, id: string): Entity<K> | undefined {
    return this.entity(kind, id) ?? this.removed(kind, id);
  }

  /** The newest configuration of a camera in force at this camera time; undefined for an unknown camera. */
  configurationAt(cameraId: string, cameraTimeMs: number): CameraConfiguration | undefined {
    return this.#histories.at(cameraId, cameraTimeMs);
  }

  /** The configuration of a camera as of a control offset, for a task that has applied changes up to that offset. */
  configurationAsOf(cameraId: string, offset: number): CameraConfiguration | undefined {
    return this.#histories.asOf(cameraId, offset);
  }

  /** The newest configuration of a camera, even if it takes effect later. */
  newestConfiguration(cameraId: string): CameraConfiguration | undefined {
    return this.#histories.newest(cameraId);
  }

  notUnderstood(): NotUnderstood {
    return this.#entities.notUnderstood();
  }

  /** The present state of the fold; undefined when it has folded no record. */
  snapshot(): ControlSnapshot | undefined {
    if (this.#last === undefined) return undefined;
    const table = new EntityTable();
    const indexes = (stored: Iterable<StoredEntity>): Buffer =>
      integerBytes(Array.from(stored, one => table.indexOf(one)));
    return {
      nextOffset: this.#nextOffset,
      last: this.#last,
      effectiveAtMs: this.#effectiveAtMs,
      schemas: Object.fromEntries(this.#entities.schemas),
      current: indexes(this.#entities.each()),
      removed: indexes(this.#removed.each()),
      histories: table.histories(this.#histories.each()),
      entities: table.entities(),
      answers: answersToSnapshot(this.#answersNow),
      pending: [...this.#pending.values()].flat(),
    };
  }

  /** Restores a snapshot of a fold of the same identity. Call it before the first record. */
  restore(snapshot: ControlSnapshot): void {
    const reader = new SnapshotReader(snapshot.entities);
    for (const [fingerprint, schema] of Object.entries(snapshot.schemas))
      this.#entities.learnSchema(fingerprint, schema);
    for (const index of integers(snapshot.current)) {
      const stored = reader.entity(index);
      this.#entities.put(stored.kind, stored.id, stored);
    }
    for (const index of integers(snapshot.removed)) this.#removed.add(reader.entity(index));
    this.#histories.restore(reader.histories(snapshot.histories));
    this.#restoredAnswers = snapshot.answers;
    for (const part of snapshot.pending) {
      const { commandId } = part.record;
      this.#pending.set(commandId, [...(this.#pending.get(commandId) ?? []), part]);
    }
    this.#effectiveAtMs = snapshot.effectiveAtMs;
    this.#last = snapshot.last;
    this.#nextOffset = snapshot.nextOffset;
  }
}
