import { avroSerde, knownFingerprints } from '../avro-serde.ts';
import { crc64Avro } from '../fingerprint.ts';
import type {
  ControlSnapshot,
  ExpectedVersion,
  SnapshotAnswers,
  SnapshotEntities,
  SnapshotHistories,
} from '../generated/records.ts';
import type { CommandAnswer } from './command-answer.ts';
import type { FoldedKinds } from './entities.ts';
import type { PastConfiguration } from './history.ts';
import { StoredEntity } from './stored-entity.ts';

/** Snapshots as bytes. */
export const snapshotSerde = avroSerde<ControlSnapshot>('ControlSnapshot', 'single-object');

/**
 * Hash of everything that decides how a log reads: kinds, schemas known without the log, and the length of the history.
 */
export function foldIdentity(kinds: FoldedKinds, historyMs: number): string {
  const known = Object.entries(kinds).map(([name, { serde, list }]) => [name, serde.fingerprint, list]);
  const all = [snapshotSerde.fingerprint, historyMs, known, knownFingerprints()];
  return crc64Avro(JSON.stringify(all)).toString('hex');
}

const bytesOf = (numbers: Float64Array | Int32Array): Buffer =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
/** The bytes at an aligned address; typed arrays need that. */
const aligned = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBufferLike =>
  buffer.slice(byteOffset, byteOffset + byteLength);
const floats = (bytes: Buffer): Float64Array => new Float64Array(aligned(bytes));
export const integers = (bytes: Buffer): Int32Array => new Int32Array(aligned(bytes));
export const integerBytes = (numbers: readonly number[]): Buffer => bytesOf(Int32Array.from(numbers));

/** Values by their index. A value of many configurations is stored once. */
export class EntityTable {
  readonly #indexes = new Map<StoredEntity, number>();

  indexOf(stored: StoredEntity): number {
    const known = this.#indexes.get(stored);
    if (known !== undefined) return known;
    const index = this.#indexes.size;
    this.#indexes.set(stored, index);
    return index;
  }

  entities(): SnapshotEntities {
    const all = [...this.#indexes.keys()];
    const values = all.map(({ bytes }) => bytes);
    const isStrange = ({ bearing, unknownParts }: StoredEntity): boolean =>
      bearing === undefined || unknownParts.length > 0;
    const strange = all.flatMap((one, i) => (isStrange(one) ? [[i, one.bearing ? one.unknownParts : null]] : []));
    let end = 0;
    return {
      kinds: JSON.stringify(all.map(({ kind }) => kind)),
      ids: JSON.stringify(all.map(({ id }) => id)),
      cameraIds: JSON.stringify(all.map(({ bearing }) => bearing?.cameraId ?? null)),
      storeIds: JSON.stringify(all.map(({ bearing }) => bearing?.storeId ?? null)),
      strange: JSON.stringify(strange),
      versions: bytesOf(Float64Array.from(all, ({ version }) => version)),
      ends: bytesOf(Int32Array.from(values, ({ length }) => (end += length))),
      values: Buffer.concat(values),
    };
  }

  histories(histories: Iterable<readonly [string, readonly PastConfiguration[]]>): SnapshotHistories {
    const cameras = [...histories];
    const configurations = cameras.flatMap(([, history]) => history);
    let end = 0;
    let partEnd = 0;
    return {
      cameraIds: JSON.stringify(cameras.map(([cameraId]) => cameraId)),
      ends: bytesOf(Int32Array.from(cameras, ([, history]) => (end += history.length))),
      offsets: bytesOf(Float64Array.from(configurations, ({ offset }) => offset)),
      effectiveAtMs: bytesOf(Float64Array.from(configurations, ({ effectiveAtMs }) => effectiveAtMs)),
      partEnds: bytesOf(Int32Array.from(configurations, ({ parts }) => (partEnd += parts.length))),
      parts: integerBytes(configurations.flatMap(({ parts }) => parts.map(part => this.indexOf(part)))),
    };
  }
}

/** The entities of a snapshot by index, decoded when they are used. */
export class SnapshotReader {
  readonly #entities: SnapshotEntities;
  readonly #kinds: readonly string[];
  readonly #ids: readonly string[];
  readonly #cameraIds: readonly (string | null)[];
  readonly #storeIds: readonly (string | null)[];
  readonly #strange: ReadonlyMap<number, readonly string[] | null>;
  readonly #versions: Float64Array;
  readonly #ends: Int32Array;
  readonly #made: (StoredEntity | undefined)[];

  constructor(entities: SnapshotEntities) {
    this.#entities = entities;
    this.#kinds = JSON.parse(entities.kinds);
    this.#ids = JSON.parse(entities.ids);
    this.#cameraIds = JSON.parse(entities.cameraIds);
    this.#storeIds = JSON.parse(entities.storeIds);
    this.#strange = new Map(JSON.parse(entities.strange));
    this.#versions = floats(entities.versions);
    this.#ends = integers(entities.ends);
    this.#made = new Array(this.#ids.length);
  }

  /** Throws RangeError when the snapshot has no such index. */
  entity(index: number): StoredEntity {
    const made = this.#made[index] ?? this.#make(index);
    this.#made[index] = made;
    return made;
  }

  #make(index: number): StoredEntity {
    const [kind, id, version, end] = [this.#kinds[index], this.#ids[index], this.#versions[index], this.#ends[index]];
    if (kind === undefined || id === undefined || version === undefined || end === undefined)
      throw new RangeError(`the snapshot has no entity ${index}`);
    const slice = { buffer: this.#entities.values, start: this.#ends[index - 1] ?? 0, end };
    const parts = this.#strange.get(index);
    if (parts === null) return new StoredEntity({ kind, id, version }, slice, undefined, []);
    const [cameraId, storeId] = [this.#cameraIds[index] ?? null, this.#storeIds[index] ?? null];
    const bearing = { ...(cameraId !== null && { cameraId }), ...(storeId !== null && { storeId }) };
    return new StoredEntity({ kind, id, version }, slice, bearing, parts ?? []);
  }

  /** The configurations of each camera, decoded when they are used. */
  *histories(histories: SnapshotHistories): Iterable<readonly [string, () => PastConfiguration[]]> {
    const cameraIds: readonly string[] = JSON.parse(histories.cameraIds);
    const [ends, partEnds, parts] = [integers(histories.ends), integers(histories.partEnds), integers(histories.parts)];
    const [offsets, effectiveAtMs] = [floats(histories.offsets), floats(histories.effectiveAtMs)];
    const configuration = (at: number): PastConfiguration => ({
      offset: offsets[at] ?? 0,
      effectiveAtMs: effectiveAtMs[at] ?? 0,
      parts: Array.from(parts.subarray(partEnds[at - 1] ?? 0, partEnds[at]), index => this.entity(index)),
    });
    for (const [camera, cameraId] of cameraIds.entries()) {
      const [from, to] = [ends[camera - 1] ?? 0, ends[camera] ?? 0];
      yield [cameraId, () => Array.from({ length: to - from }, (_, i) => configuration(from + i))];
    }
  }
}

export function answersToSnapshot(answers: ReadonlyMap<string, CommandAnswer>): SnapshotAnswers {
  const all = [...answers.values()];
  return {
    commandIds: JSON.stringify([...answers.keys()]),
    offsets: bytesOf(Float64Array.from(all, ({ offset }) => offset)),
    effectiveAtMs: bytesOf(Float64Array.from(all, ({ effectiveAtMs }) => effectiveAtMs)),
    conflicts: JSON.stringify(all.flatMap(({ accepted, conflicts }, i) => (accepted ? [] : [[i, conflicts]]))),
  };
}

export function* answersOfSnapshot(answers: SnapshotAnswers): Iterable<readonly [string, CommandAnswer]> {
  const commandIds: readonly string[] = JSON.parse(answers.commandIds);
  const conflicts = new Map<number, readonly ExpectedVersion[]>(JSON.parse(answers.conflicts));
  const [offsets, effectiveAtMs] = [floats(answers.offsets), floats(answers.effectiveAtMs)];
  const none: readonly ExpectedVersion[] = [];
  for (const [index, commandId] of commandIds.entries()) {
    const failed = conflicts.get(index);
    const times = { offset: offsets[index] ?? 0, effectiveAtMs: effectiveAtMs[index] ?? 0 };
    yield [commandId, { accepted: failed === undefined, ...times, conflicts: failed ?? none }];
  }
}
