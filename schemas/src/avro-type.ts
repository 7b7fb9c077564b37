import avro from 'avsc';
import { BoundedArray, BoundedMap } from './list-type.ts';
import { numberTypes } from './number-type.ts';
import { textTypes } from './text-type.ts';

/** The interface by which avsc's types read and write; missing in its typings. */
interface Tap {
  readLong(): number;
  writeLong(value: number): void;
}
interface Reading {
  _read(tap: Tap): object;
}
interface Branch extends avro.Type, Reading {
  _write(tap: Tap, value: object): void;
  _skip(tap: Tap): void;
  _check(value: object, flags: unknown, hook: unknown, path: unknown): boolean;
}
interface Kinded {
  readonly kind: string;
}

/** All logical types of our schemas. */
export const boundedTypes = { ...textTypes, ...numberTypes };

/** A reader gets this record in place of an unknown kind; its own kind is `unknown`. */
const UNKNOWN = 'Unknown';

/** Kind of a record by its name: `sightline.RestrictedZone` is `restricted_zone`. */
export const kindOf = (recordName: string): string =>
  recordName
    .slice(recordName.lastIndexOf('.') + 1)
    .replace(/(?<=[a-z0-9])[A-Z]/g, '_$&')
    .toLowerCase();

/**
 * A union of records as a closed TypeScript union: a value is the record plus `kind`, and `kind` selects the branch.
 * `kind` is not written: the bytes are a plain Avro union. A newer writer's record whose kind has no branch here reads
 * as the branch `Unknown`, with the name of that kind in `of`; without such a branch it does not read. avsc's own
 * unions need a wrapper object around each value, and refuse a schema with a new branch as a whole.
 */
class KindUnion extends avro.types.WrappedUnionType {
  /** The kind of each branch, in order. */
  readonly #kinds: readonly string[] = this.types.map(({ name }) => kindOf(name ?? ''));

  #branches(): readonly Branch[] {
    return this.types as Branch[];
  }

  #indexOf(value: unknown): number {
    if (typeof value !== 'object' || value === null || !('kind' in value)) return -1;
    return typeof value.kind === 'string' ? this.#kinds.indexOf(value.kind) : -1;
  }

  _check(value: object, flags: unknown, hook: unknown, path: unknown): boolean {
    const branch = this.#branches()[this.#indexOf(value)];
    if (branch !== undefined) return branch._check(value, flags, hook, path);
    if (typeof hook === 'function') hook(value, this);
    return false;
  }

  _read(tap: Tap): Kinded {
    const index = tap.readLong();
    const [branch, kind] = [this.#branches()[index], this.#kinds[index]];
    if (branch === undefined || kind === undefined) throw new Error('invalid union index');
    return Object.assign(branch._read(tap), { kind });
  }

  _write(tap: Tap, value: object): void {
    const index = this.#indexOf(value);
    const branch = this.#branches()[index];
    if (branch === undefined)
      throw new Error(`the value has none of the kinds ${this.types.map(({ name }) => name).join(', ')}`);
    tap.writeLong(index);
    branch._write(tap, value);
  }

  /** Called by `createResolver` for each branch of the writer's union. */
  _update(resolver: Partial<Reading>, written: Branch, options: object): void {
    const kind = kindOf(written.name ?? '');
    const own = this.types.find(({ name }) => name === written.name);
    if (own !== undefined) {
      const reading = own.createResolver(written, options) as unknown as Reading;
      resolver._read = tap => Object.assign(reading._read(tap), { kind });
    } else if (this.#indexOf({ kind: kindOf(UNKNOWN) }) >= 0) {
      resolver._read = tap => {
        written._skip(tap);
        return { kind: kindOf(UNKNOWN), of: kind };
      };
    }
  }
}

/**
 * The type of an Avro schema given as JSON; its values match the types in `generated/records.ts`. Its texts and
 * numbers have their bounds, and its lists their largest number of entries, unless `isBounded` is false.
 */
export function avroType(schema: string, isBounded = true): avro.Type {
  const typeHook = (part: avro.Schema, options: { readonly registry?: Record<string, avro.Type> }) => {
    if (isUnionOfRecords(part, options.registry ?? {})) return new KindUnion(part, options);
    return listType(part, options, isBounded);
  };
  const options = { wrapUnions: false, typeHook, ...(isBounded && { logicalTypes: boundedTypes }) };
  return avro.Type.forSchema(JSON.parse(schema), options as Partial<avro.ForSchemaOptions>);
}

function listType(schema: avro.Schema, options: object, isBounded: boolean): avro.Type | undefined {
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return undefined;
  const list = isBounded ? schema : { ...schema, maxItems: undefined };
  if (schema.type === 'array') return new BoundedArray(list, options);
  return schema.type === 'map' ? new BoundedMap(list, options) : undefined;
}

function isUnionOfRecords(schema: avro.Schema, known: Readonly<Record<string, avro.Type>>): boolean {
  if (!Array.isArray(schema)) return false;
  const isRecord = (branch: unknown): boolean => {
    if (typeof branch === 'string') return known[branch]?.typeName === 'record';
    return typeof branch === 'object' && branch !== null && 'type' in branch && branch.type === 'record';
  };
  return schema.filter(isRecord).length > 1;
}
