import type avro from 'avsc';
import { BoundedType } from './bounded-type.ts';
import { isPrintable } from './shown-text.ts';

interface TextBound {
  /** Smallest and largest number of characters (UTF-16 units). */
  readonly least: number;
  readonly most: number;
  readonly fits: (text: string) => boolean;
  /** Ends the sentence "the text must ...". */
  readonly must: string;
}

/** Largest number of characters of an id or a name. */
export const MAX_NAME = 200;
const MAX_COMPOUND = 5 * MAX_NAME;

const ID = /^[A-Za-z0-9][\w.:-]*$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * The bounded texts of our schemas, by Avro logical type. In `avro/*.avsc` they are types of their own: Id, CompoundId,
 * Name, Sha256. A plain `string` has no bound. An id is the same text in a URL, in a cursor and as a key of an object.
 * Bytes that are not UTF-8 read as U+FFFD, which none of these texts may have.
 */
const bounds = {
  id: {
    ...{ least: 1, most: MAX_NAME, fits: text => ID.test(text) },
    must: `be 1 to ${MAX_NAME} characters of A-Z a-z 0-9 . _ : - and begin with a letter or digit`,
  },
  'compound-id': {
    ...{ least: 1, most: MAX_COMPOUND, fits: isPrintable },
    must: `have 1 to ${MAX_COMPOUND} characters that can be shown`,
  },
  name: {
    ...{ least: 0, most: MAX_NAME, fits: isPrintable },
    must: `have at most ${MAX_NAME} characters, and only those that can be shown`,
  },
  sha256: { least: 64, most: 64, fits: text => SHA256.test(text), must: 'be 64 lower-case hex digits' },
} as const satisfies Readonly<Record<string, TextBound>>;

const fitsBound = ({ least, most, fits }: TextBound, text: string): boolean =>
  text.length >= least && text.length <= most && fits(text);

/** True for an id that a record can have. */
export const isId = (text: string): boolean => fitsBound(bounds.id, text);

/** The parts of avsc's taps that read and write strings; missing in its typings. */
interface Tap {
  readString(): string;
  writeString(text: string): void;
}

function textType(bound: TextBound): new (schema: avro.Schema, options?: unknown) => BoundedType<string> {
  const { must } = bound;

  return class TextType extends BoundedType<string> {
    constructor(schema: avro.Schema, options?: unknown) {
      super('string', schema, options);
    }

    readonly must = must;
    protected readonly readable = ['string'];

    holds(text: unknown): text is string {
      return typeof text === 'string' && fitsBound(bound, text);
    }

    fault(text: unknown): string | undefined {
      return typeof text === 'string' ? `has ${text.length} characters` : undefined;
    }

    /** Reads and writes directly: the inherited ways take longer, and most of a record is texts. */
    _read(tap: Tap): string {
      return this.checked(tap.readString());
    }

    _write(tap: Tap, text: unknown): void {
      tap.writeString(this.checked(text));
    }

    /** A value for tests. avsc's typings are wrong about what it returns. */
    override random(): never {
      return 'a'.repeat(Math.max(1, bound.least)) as never;
    }
  };
}

/** The logical types that avsc needs to parse the texts of our schemas. */
export const textTypes = Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, textType(bound)]));
