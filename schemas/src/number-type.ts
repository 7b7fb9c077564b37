import type avro from 'avsc';
import { BoundedType } from './bounded-type.ts';

interface NumberBound {
  readonly primitive: 'int' | 'long' | 'float' | 'double';
  /** Smallest and largest number; both are finite, so NaN and Infinity are outside. */
  readonly least: number;
  readonly most: number;
  /** Ends the sentence "the number must ...". */
  readonly must: string;
}

/** Bounds of times in ms since 1970. ClickHouse stores these times exactly, and JavaScript can print them. */
export const EARLIEST_MS = 0;
export const LATEST_MS = Date.UTC(2100, 0, 1);
/** Largest distance in pixels from the edges of the picture at its origin. */
export const MAX_PX = 1_000_000;

/** The largest number that every serde here takes for an Avro long. */
export const MAX_LONG = Number.MAX_SAFE_INTEGER - 1;
const MAX_INT = 2 ** 31 - 1;
/** The largest number of ClickHouse's UInt16. */
const MAX_SIZE_PX = 2 ** 16 - 1;

const whole = (primitive: 'int' | 'long', least: number, most: number, what = ''): NumberBound => ({
  ...{ primitive, least, most },
  must: `be a whole number from ${least} to ${most}${what}`,
});
const between = (primitive: 'float' | 'double', least: number, most: number): NumberBound => ({
  ...{ primitive, least, most },
  must: `be a number from ${least} to ${most}`,
});
/** The largest finite number of a float. */
const MAX_FLOAT = (2 - 2 ** -23) * 2 ** 127;
const finite = (primitive: 'float' | 'double'): NumberBound => {
  const most = primitive === 'float' ? MAX_FLOAT : Number.MAX_VALUE;
  return { primitive, least: -most, most, must: 'be a finite number' };
};

/**
 * The bounded numbers of our schemas, by Avro logical type. In `avro/*.avsc` they are types of their own: Count,
 * LongCount, and so on. The column in ClickHouse and the gateway hold every number that a record can have.
 */
export const numberBounds: Readonly<Record<string, NumberBound>> = {
  count: whole('int', 0, MAX_INT),
  'long-count': whole('long', 0, MAX_LONG),
  'last-count': whole('long', -1, MAX_LONG, ', -1: none'),
  ordinal: whole('int', 1, MAX_INT),
  'size-px': whole('int', 0, MAX_SIZE_PX),
  weekday: whole('int', 1, 7),
  'time-ms': whole('long', EARLIEST_MS, LATEST_MS, ': ms from 1970 to 2100'),
  'duration-ms': whole('long', 0, LATEST_MS),
  share: between('double', 0, 1),
  confidence: between('float', 0, 1),
  px: between('float', -MAX_PX, MAX_PX),
  rate: { ...finite('double'), least: 0, must: 'be a finite number, not below 0' },
  real: finite('double'),
  component: finite('float'),
};

/** True for whole milliseconds from 1970 to 2100, the times that a record can have. */
export const isTime = (timeMs: number): boolean =>
  Number.isInteger(timeMs) && timeMs >= EARLIEST_MS && timeMs <= LATEST_MS;

/** The parts of avsc's taps that read and write numbers; missing in its typings. */
interface Tap {
  readLong(): number;
  readFloat(): number;
  readDouble(): number;
  writeLong(value: number): void;
  writeFloat(value: number): void;
  writeDouble(value: number): void;
}

/** Avro's primitives, each after those that read as it. */
const PRIMITIVES: readonly string[] = ['int', 'long', 'float', 'double'];

type NumberType = BoundedType<number>;
type NumberTypeClass = new (schema: avro.Schema, options?: unknown) => NumberType;

function numberType(bound: NumberBound): NumberTypeClass {
  const { primitive, least, most, must } = bound;
  const isWhole = primitive === 'int' || primitive === 'long';

  abstract class Bounded extends BoundedType<number> {
    constructor(schema: avro.Schema, options?: unknown) {
      super(primitive, schema, options);
    }

    readonly must = must;
    protected readonly readable = PRIMITIVES.slice(0, PRIMITIVES.indexOf(primitive) + 1);

    holds(value: unknown): value is number {
      return typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
    }

    fault(value: unknown): string | undefined {
      return typeof value === 'number' ? `is ${value}` : undefined;
    }

    /** A value for tests. avsc's typings are wrong about what it returns. */
    override random(): never {
      return Math.max(least, Math.min(most, 1)) as never;
    }
  }

  /** Each reads and writes directly: the inherited ways take longer, and a record has many numbers. */
  class Whole extends Bounded {
    _read(tap: Tap): number {
      const value = tap.readLong();
      return value >= least && value <= most ? value : this.checked(value);
    }
    _write(tap: Tap, value: unknown): void {
      tap.writeLong(this.checked(value));
    }
  }
  class Float extends Bounded {
    _read(tap: Tap): number {
      const value = tap.readFloat();
      return value >= least && value <= most ? value : this.checked(value);
    }
    _write(tap: Tap, value: unknown): void {
      tap.writeFloat(typeof value === 'number' && value >= least && value <= most ? value : this.checked(value));
    }
  }
  class Double extends Bounded {
    _read(tap: Tap): number {
      const value = tap.readDouble();
      return value >= least && value <= most ? value : this.checked(value);
    }
    _write(tap: Tap, value: unknown): void {
      tap.writeDouble(typeof value === 'number' && value >= least && value <= most ? value : this.checked(value));
    }
  }
  return isWhole ? Whole : primitive === 'float' ? Float : Double;
}

/** The logical types that avsc needs to parse the numbers of our schemas. */
export const numberTypes = Object.fromEntries(
  Object.entries(numberBounds).map(([name, bound]) => [name, numberType(bound)]),
);
