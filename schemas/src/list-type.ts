import avro from 'avsc';
import { BoundError } from './bounded-type.ts';

/** The parts of avsc's taps that lists need; missing in its typings. */
interface Tap {
  readonly buf: Buffer;
  readonly pos: number;
  readLong(): number;
  readString(): string;
  skipLong(): void;
  skipString(): void;
}
interface Part {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}
interface WritingTap {
  writeLong(value: number): void;
}
type Hook = (value: unknown, type: avro.Type) => void;
interface Checking {
  _check(value: unknown, flags: unknown, hook: Hook | undefined, path: unknown): boolean;
}
interface Writing {
  _write(tap: WritingTap, value: unknown): void;
}
interface Resolver {
  _read?: (tap: Tap) => unknown;
  itemsType?: Part;
  valuesType?: Part;
}
interface Updating {
  _update(resolver: Resolver, written: avro.Type, options: object): void;
}

/** The bound of a list, as its schema says it: `maxItems`; absent: only the bytes of the record bound it. */
interface ListSchema {
  readonly maxItems?: number;
}

/**
 * Reads the number of entries of the next block; 0 ends the list. Throws BoundError for more entries than the bound,
 * and for more than the bytes that are left: avsc would read on behind the end, up to 2^53 times.
 */
function blockSize(tap: Tap, before: number, most: number): number {
  let entries = tap.readLong();
  if (entries < 0) {
    entries = -entries;
    tap.skipLong(); // the size of the block in bytes
  }
  if (before + entries > most) throw new BoundError(`a list with ${before + entries} entries is refused: it must ${mustHave(most)}`); // biome-ignore format: one line
  if (entries > tap.buf.length - tap.pos) throw new RangeError(`${entries} entries do not fit the bytes that are left`);
  return entries;
}

const mustHave = (most: number): string => `have at most ${most} entries: write fewer`;

/** Skips all blocks entry by entry: the sizes that a foreign writer gives them may be wrong. */
function skipBlocks(tap: Tap, skipEntry: () => void): void {
  for (let left = blockSize(tap, 0, Number.POSITIVE_INFINITY); left > 0; ) {
    while (left-- > 0) skipEntry();
    left = blockSize(tap, 0, Number.POSITIVE_INFINITY);
  }
}

/** An array or a map with a bound on its entries (`maxItems` in its schema), which is checked before they are read. */
export interface BoundedList {
  /** Ends the sentence "it must ...". */
  readonly must: string;
  /** Says what is wrong with a refused value; undefined: the value has another type, or as many entries as it may. */
  fault(value: unknown): string | undefined;
}

export class BoundedArray extends avro.types.ArrayType implements BoundedList {
  readonly #most: number;

  constructor(schema: avro.Schema, options: object) {
    super(schema as never, options);
    this.#most = (schema as ListSchema).maxItems ?? Number.POSITIVE_INFINITY;
  }

  get must(): string {
    return mustHave(this.#most);
  }

  fault(value: unknown): string | undefined {
    return Array.isArray(value) && value.length > this.#most ? `has ${value.length} entries` : undefined;
  }

  _read(tap: Tap): unknown[] {
    return readItems(tap, this.itemsType as unknown as Part, this.#most);
  }

  _skip(tap: Tap): void {
    const items = this.itemsType as unknown as Part;
    skipBlocks(tap, () => items._skip(tap));
  }

  _write(tap: WritingTap, value: unknown): void {
    const fault = this.fault(value);
    if (fault !== undefined) throw new BoundError(`a list that ${fault} is refused: it must ${this.must}`);
    (inherited.array as Writing)._write.call(this, tap, value);
  }

  _check(value: unknown, flags: unknown, hook: Hook | undefined, path: unknown): boolean {
    if (this.fault(value) === undefined)
      return (inherited.array as Checking)._check.call(this, value, flags, hook, path);
    hook?.(value, this);
    return false;
  }

  /** Called by `createResolver` with the writer's type. */
  _update(resolver: Resolver, written: avro.Type, options: object): void {
    (inherited.array as Updating)._update.call(this, resolver, written, options);
    const { itemsType } = resolver;
    if (itemsType !== undefined) resolver._read = tap => readItems(tap, itemsType, this.#most);
  }
}

export class BoundedMap extends avro.types.MapType implements BoundedList {
  readonly #most: number;

  constructor(schema: avro.Schema, options: object) {
    super(schema as never, options);
    this.#most = (schema as ListSchema).maxItems ?? Number.POSITIVE_INFINITY;
  }

  get must(): string {
    return mustHave(this.#most);
  }

  fault(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const entries = Object.keys(value).length;
    return entries > this.#most ? `has ${entries} entries` : undefined;
  }

  _read(tap: Tap): Record<string, unknown> {
    return readEntries(tap, this.valuesType as unknown as Part, this.#most);
  }

  _skip(tap: Tap): void {
    const values = this.valuesType as unknown as Part;
    skipBlocks(tap, () => {
      tap.skipString();
      values._skip(tap);
    });
  }

  _write(tap: WritingTap, value: unknown): void {
    const fault = this.fault(value);
    if (fault !== undefined) throw new BoundError(`a map that ${fault} is refused: it must ${this.must}`);
    (inherited.map as Writing)._write.call(this, tap, value);
  }

  _check(value: unknown, flags: unknown, hook: Hook | undefined, path: unknown): boolean {
    if (this.fault(value) === undefined) return (inherited.map as Checking)._check.call(this, value, flags, hook, path);
    hook?.(value, this);
    return false;
  }

  /** Called by `createResolver` with the writer's type. */
  _update(resolver: Resolver, written: avro.Type, options: object): void {
    (inherited.map as Updating)._update.call(this, resolver, written, options);
    const { valuesType } = resolver;
    if (valuesType !== undefined) resolver._read = tap => readEntries(tap, valuesType, this.#most);
  }
}

/** avsc's own methods; its typings lack them. */
const inherited = {
  array: avro.types.ArrayType.prototype as unknown,
  map: avro.types.MapType.prototype as unknown,
};

function readItems(tap: Tap, items: Part, most: number): unknown[] {
  let left = blockSize(tap, 0, most);
  const read: unknown[] = new Array(left);
  for (let at = 0; left > 0; left = blockSize(tap, at, most)) while (left-- > 0) read[at++] = items._read(tap);
  return read;
}

function readEntries(tap: Tap, values: Part, most: number): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  let before = 0;
  for (let left = blockSize(tap, 0, most); left > 0; left = blockSize(tap, before, most)) {
    before += left;
    while (left-- > 0) {
      const key = tap.readString();
      read[key] = values._read(tap);
    }
  }
  return read;
}
