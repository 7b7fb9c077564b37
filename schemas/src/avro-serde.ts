import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type avro from 'avsc';
import { avroType } from './avro-type.ts';
import { BoundError, boundRefusals } from './bounded-type.ts';
import { crc64Avro } from './fingerprint.ts';
import { schemaOf } from './generated/records.ts';
import { schemaRegistry } from './schema-registry.ts';
import type { Serde, SerdeHeaders } from './topic.ts';

/** Header with the CRC-64-AVRO fingerprint of the writer's schema (Avro 1.11, "Schema Fingerprints"). */
export const FINGERPRINT_HEADER = 'avro-fingerprint';

/**
 * The bytes are not a value of the schema, a text or number in it is outside its bound (text-type.ts, number-type.ts), or
 * their schema is unknown. The same bytes always fail: write a dead letter.
 */
export class UndecodableError extends Error {
  readonly code = 'VALUE_UNDECODABLE';
  readonly retriable = false;
}

/** The registry is down, so it is unknown whether the bytes decode: wait, and ask again. */
export class RegistryUnavailableError extends Error {
  readonly code = 'REGISTRY_UNAVAILABLE';
  readonly retriable = true;
}

/** Returns the schema of a fingerprint (16 hex digits) as JSON; undefined when unknown. */
export type SchemaSource = (fingerprint: string) => string | undefined;

export interface AvroSerde<T> extends Serde<T> {
  /** The schema for writing values, as JSON. */
  readonly schema: string;
  readonly type: avro.Type;
  /** CRC-64-AVRO of the schema, 16 hex digits. */
  readonly fingerprint: string;
  /** Decodes a single-object value; calls `schemaOf` for a writer's schema that is not among the goldens. */
  decode(bytes: Buffer, schemaOf: SchemaSource): T;
}

const fingerprint = (type: avro.Type): Buffer => crc64Avro(canonicalForm(type));

/**
 * The schema without docs and defaults: the part that a reader needs from a writer, and the input of the fingerprint.
 */
export const canonicalForm = (type: avro.Type): string => JSON.stringify(type.schema());

/** Fingerprint of a schema given as JSON, 16 hex digits; undefined when it is not an Avro schema. */
export function fingerprintOf(schema: string): string | undefined {
  try {
    return fingerprint(avroType(schema)).toString('hex');
  } catch {
    return undefined;
  }
}

/** Fingerprint in the header of a single-object value; undefined when it has none. */
export const fingerprintIn = (bytes: Buffer): string | undefined =>
  bytes.length >= 10 && bytes[0] === 0xc3 && bytes[1] === 0x01 ? bytes.toString('hex', 2, 10) : undefined;

let goldens: ReadonlyMap<string, avro.Type> | undefined;
/** Every schema ever generated here, by fingerprint: values kept for ever decode without a registry. */
function knownTypes(): ReadonlyMap<string, avro.Type> {
  if (goldens !== undefined) return goldens;
  const folder = join(import.meta.dirname, '../goldens');
  const types = readdirSync(folder)
    .filter(file => file.endsWith('.avsc'))
    .map(file => avroType(readFileSync(join(folder, file), 'utf8')));
  goldens = new Map(types.map(type => [fingerprint(type).toString('hex'), type]));
  return goldens;
}

/**
 * Avro values in one of two framings; the first byte distinguishes them. Confluent's (0x00, int32 id, value) when this
 * process has a registry. Avro's single-object encoding (0xC3 0x01, 8-byte fingerprint, value) otherwise, and in state
 * stores. Readers accept both, and older writers' schemas by Avro's resolution. `faultOf` says why a value whose fields
 * contradict each other is refused, by readers and writers.
 */
export function avroSerde<T>(
  name: keyof typeof schemaOf,
  framing: 'registry' | 'single-object' = 'registry',
  faultOf: (value: T) => string | undefined = () => undefined,
): AvroSerde<T> {
  const schema = schemaOf[name];
  const type = avroType(schema);
  const print = fingerprint(type);
  const singleObject = Buffer.concat([Buffer.from([0xc3, 0x01]), print]);
  let unbounded: avro.Type | undefined;
  const resolvers = new Map<number | string, avro.Resolver | 'same'>();
  let prefix: { readonly id: number; readonly bytes: Buffer } | undefined;

  function framePrefix(): Buffer {
    const id = framing === 'registry' ? schemaRegistry()?.writerId(schema) : undefined;
    if (id === undefined) return singleObject;
    if (prefix?.id !== id) {
      const bytes = Buffer.alloc(5);
      bytes.writeInt32BE(id, 1);
      prefix = { id, bytes };
    }
    return prefix.bytes;
  }

  function resolver(key: number | string, writer: () => avro.Type | undefined): avro.Resolver | 'same' {
    let known = resolvers.get(key);
    if (known === undefined) {
      known = resolverOf(key, writer);
      resolvers.set(key, known);
    }
    return known;
  }

  function resolverOf(key: number | string, writer: () => avro.Type | undefined): avro.Resolver | 'same' {
    try {
      const written = writer();
      if (written === undefined)
        throw new UndecodableError(`schema ${key} of a ${name} is unknown here: check that it is registered`);
      return fingerprint(written).equals(print) ? 'same' : type.createResolver(written);
    } catch (error) {
      if (error instanceof UndecodableError) throw error;
      throw new UndecodableError(`schema ${key} is not a schema of a ${name}: write the value with one that is`, {
        cause: error,
      });
    }
  }

  function writerOf(
    bytes: Buffer,
    headers?: SerdeHeaders,
  ): { readonly by: avro.Resolver | 'same'; readonly start: number } {
    const hex = fingerprintIn(bytes);
    if (hex !== undefined) return { by: resolver(hex, () => knownTypes().get(hex)), start: 10 };
    if (bytes[0] !== 0 || bytes.length < 5)
      throw new UndecodableError(
        `the value is not a ${name}: its first byte is neither 0x00 nor 0xC3, so write it in one of Avro's two framings`,
      );
    const id = bytes.readInt32BE(1);
    const kept = headers?.find(([header]) => header === FINGERPRINT_HEADER)?.[1].toString('hex');
    // Kept under the fingerprint in the header, so a wrong header spoils no other record of the same id.
    if (kept !== undefined && knownTypes().has(kept))
      return { by: resolver(kept, () => knownTypes().get(kept)), start: 5 };
    return { by: resolver(id, () => fromRegistry(id)), start: 5 };
  }

  function read(body: Buffer, by: avro.Resolver | 'same'): T {
    const value = decoded(body, by);
    const fault = faultOf(value);
    if (fault !== undefined) throw new UndecodableError(`a ${name} is refused: ${fault}`);
    return value;
  }

  function decoded(body: Buffer, by: avro.Resolver | 'same'): T {
    try {
      return by === 'same' ? type.fromBuffer(body) : type.fromBuffer(body, by);
    } catch (error) {
      if (error instanceof BoundError)
        throw new UndecodableError(outOfBounds(body, by) ?? `the value is not a ${name}: ${error.message}`);
      throw new UndecodableError(
        `the value is not a ${name}: its bytes do not decode, so write it by the schema that it names`,
        { cause: error },
      );
    }
  }

  /** Names the value that is outside its bound; undefined for another writer's schema, and for bytes that end early. */
  function outOfBounds(body: Buffer, by: avro.Resolver | 'same'): string | undefined {
    if (by !== 'same') return undefined;
    try {
      unbounded ??= avroType(schema, false);
      const [refusal] = boundRefusals(type, unbounded.fromBuffer(body));
      return refusal && `${refusal.field} of a ${name} ${refusal.fault}: it must ${refusal.must}`;
    } catch {
      return undefined;
    }
  }

  return {
    name: `avro:${name}`,
    schema,
    type,
    fingerprint: print.toString('hex'),
    headers: [[FINGERPRINT_HEADER, print]],
    serialize(value) {
      const fault = faultOf(value);
      if (fault !== undefined) throw new BoundError(`a ${name} is refused: ${fault}`);
      return Buffer.concat([framePrefix(), type.toBuffer(value)]);
    },
    deserialize(bytes, headers) {
      const { by, start } = writerOf(bytes, headers);
      return read(bytes.subarray(start), by);
    },
    decode(bytes, schemaOf) {
      const hex = fingerprintIn(bytes);
      if (hex === undefined)
        throw new UndecodableError(`the value is not a ${name}: write it in Avro's single-object encoding`);
      const given = knownTypes().has(hex) ? undefined : schemaOf(hex);
      if (given === undefined && !knownTypes().has(hex))
        throw new UndecodableError(`schema ${hex} of a ${name} is unknown here: write its schema to the log first`);
      const by = resolver(hex, () => knownTypes().get(hex) ?? parsed(given));
      return read(bytes.subarray(10), by);
    },
    prepare(bytes, headers) {
      const registry = schemaRegistry();
      if (registry === undefined || bytes[0] !== 0 || bytes.length < 5) return undefined;
      const id = bytes.readInt32BE(1);
      if (resolvers.has(id) || registry.schema(id) !== undefined) return undefined;
      if (headers?.some(([header, value]) => header === FINGERPRINT_HEADER && knownTypes().has(value.toString('hex'))))
        return undefined;
      return registry.load(id);
    },
  };
}

const fromRegistry = (id: number): avro.Type | undefined => parsed(schemaRegistry()?.schema(id));

const parsed = (schema: string | undefined): avro.Type | undefined =>
  schema === undefined ? undefined : avroType(schema);

/** Fingerprints of all schemas that decode without a registry, sorted. */
export const knownFingerprints = (): readonly string[] => [...knownTypes().keys()].toSorted();

/** Plain UTF-8: the keys of all topics. */
export const utf8: Serde<string> = {
  name: 'utf8',
  serialize: value => Buffer.from(value, 'utf8'),
  deserialize: bytes => bytes.toString('utf8'),
};

/** Bytes as they are. */
export const rawBytes: Serde<Buffer> = { name: 'bytes', serialize: value => value, deserialize: bytes => bytes };
