import type { Bearing } from './kinds/entity-kind.ts';
import type { EntityKind, EntityOf } from './kinds/registry.ts';

const ARENA_BYTES = 1_048_576;

/** The present value of an entity. Its version is the control offset of its last change. */
export interface Entity<K extends EntityKind = EntityKind> {
  readonly version: number;
  readonly value: EntityOf[K];
}

/** The bytes of a value inside a shared buffer; a separate buffer would be larger than the bytes. */
export interface Slice {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Stores copies of bytes in large buffers. */
export class Arena {
  #buffer = Buffer.alloc(0);
  #end = 0;

  keep(bytes: Buffer): Slice {
    if (this.#end + bytes.length > this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafe(Math.max(ARENA_BYTES, bytes.length));
      this.#end = 0;
    }
    const start = this.#end;
    this.#end += bytes.copy(this.#buffer, start);
    return { buffer: this.#buffer, start, end: this.#end };
  }
}

/** A value's bytes from the log, and the result of reading them in the fold. */
export class StoredEntity {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  /** undefined when this process cannot read the value. */
  readonly bearing: Bearing | undefined;
  readonly unknownParts: readonly string[];
  readonly #slice: Slice;
  /** The decoded value, after the first use. */
  entity: Entity | undefined;

  constructor(
    identity: { readonly kind: string; readonly id: string; readonly version: number },
    slice: Slice,
    bearing: Bearing | undefined,
    unknownParts: readonly string[],
  ) {
    this.kind = identity.kind;
    this.id = identity.id;
    this.version = identity.version;
    this.bearing = bearing;
    this.unknownParts = unknownParts;
    this.#slice = slice;
  }

  get bytes(): Buffer {
    const { buffer, start, end } = this.#slice;
    return buffer.subarray(start, end);
  }
}
