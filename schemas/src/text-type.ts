import avro from 'avsc';

interface TextBound {
  /** Smallest and largest number of characters (UTF-16 units). */
  readonly least: number;
  readonly most: number;
  readonly pattern?: RegExp;
  /** Ends the sentence "the text must ...". */
  readonly must: string;
}

/** Largest number of characters of an id or a name. */
export const MAX_NAME = 200;

/**
 * The bounded texts of our schemas, by Avro logical type. In `avro/*.avsc` they are types of their own: Id, CompoundId,
 * Name, Sha256. A plain `string` has no bound.
 */
const bounds = {
  id: { least: 1, most: MAX_NAME, must: `have 1 to ${MAX_NAME} characters` },
  'compound-id': { least: 1, most: 3 * MAX_NAME, must: `have 1 to ${3 * MAX_NAME} characters` },
  name: { least: 0, most: MAX_NAME, must: `have at most ${MAX_NAME} characters` },
  sha256: { least: 64, most: 64, pattern: /^[0-9a-f]{64}$/, must: 'be 64 lower-case hex digits' },
} as const satisfies Readonly<Record<string, TextBound>>;

/** The value of a text is outside its bound. The message has no part of the value. */
export class TextBoundError extends Error {
  readonly code = 'TEXT_OUT_OF_BOUNDS';
  readonly retriable = false;
}

/** The parts of avsc's taps that read and write strings; missing in its typings. */
interface Tap {
  readString(): string;
  writeString(text: string): void;
}

/** A string with a bound. A value outside it is neither read nor written. */
abstract class TextType extends avro.types.LogicalType {
  abstract readonly bound: TextBound;
  /** Reads and writes directly: the inherited ways take longer, and most of a record is texts. */
  abstract _read(tap: Tap): string;
  abstract _write(tap: Tap, text: unknown): void;

  override _fromValue(text: string): string {
    return checked(this.bound, text);
  }

  override _toValue(text: unknown): unknown {
    return typeof text === 'string' ? checked(this.bound, text) : undefined;
  }

  /** A value for tests. avsc's typings are wrong about what it returns. */
  override random(): never {
    const text: unknown = this.underlyingType.random();
    return (this.bound.least > 1 ? 'a'.repeat(this.bound.least) : text || 'a') as never;
  }

  override _resolve(writer: avro.Type): ((text: string) => string) | undefined {
    const isText = writer instanceof avro.types.StringType || writer instanceof TextType;
    return isText ? text => checked(this.bound, text) : undefined;
  }
}

function checked(bound: TextBound, text: string): string {
  const { least, most, pattern } = bound;
  if (text.length >= least && text.length <= most && (pattern === undefined || pattern.test(text))) return text;
  throw new TextBoundError(`a text of ${text.length} characters is refused: it must ${bound.must}`);
}

function textType(bound: TextBound): new (schema: avro.Schema, options?: unknown) => TextType {
  const { least, most, pattern } = bound;
  return class extends TextType {
    readonly bound = bound;

    _read(tap: Tap): string {
      const text = tap.readString();
      const { length } = text;
      return length >= least && length <= most && pattern === undefined ? text : checked(bound, text);
    }

    _write(tap: Tap, text: unknown): void {
      if (typeof text !== 'string') throw new TypeError(`a ${typeof text} is given where a text belongs`);
      tap.writeString(checked(bound, text));
    }
  };
}

/** The logical types that avsc needs to parse our schemas. */
export const textTypes = Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, textType(bound)]));

/** A text of a value that is outside its bound. */
export interface TextRefusal {
  /** Path of the field, e.g. `boxes.0.trackId`. */
  readonly field: string;
  readonly length: number;
  /** Ends the sentence "the text must ...". */
  readonly must: string;
}

/** All texts of a value that are outside their bounds. */
export function textRefusals(type: avro.Type, value: unknown): readonly TextRefusal[] {
  const found: TextRefusal[] = [];
  type.isValid(value, {
    errorHook(path, part, at) {
      const bounded = textTypeOf(at);
      if (bounded !== undefined && typeof part === 'string')
        found.push({ field: path.join('.'), length: part.length, must: bounded.bound.must });
    },
  });
  return found;
}

/** avsc reports the union when a text in it is refused. */
function textTypeOf(type: avro.Type): TextType | undefined {
  if (type instanceof TextType) return type;
  if (!(type instanceof avro.types.UnwrappedUnionType)) return undefined;
  const branches: readonly unknown[] = type.types;
  return branches.find(branch => branch instanceof TextType);
}
