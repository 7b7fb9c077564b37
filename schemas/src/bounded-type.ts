import avro from 'avsc';

/** A value of a record is outside the bound of its type. The message has no text of the value. */
export class BoundError extends Error {
  readonly code = 'VALUE_OUT_OF_BOUNDS';
  readonly retriable = false;
}

/** An Avro primitive whose values have a bound. A value outside it is neither read nor written. */
export abstract class BoundedType<V extends string | number = string | number> extends avro.types.LogicalType {
  /** Throws TypeError for another primitive: avsc then takes the schema as that primitive, without a bound. */
  constructor(primitive: string, schema: avro.Schema, options?: unknown) {
    super(schema, options as Partial<avro.ForSchemaOptions>);
    if (this.underlyingType.typeName !== primitive) throw new TypeError(`the logical type belongs to ${primitive}`);
  }

  /** Ends the sentence "it must ...". */
  abstract readonly must: string;
  /** True for a value inside the bound. */
  abstract holds(value: unknown): value is V;
  /** Says what is wrong with a refused value, e.g. "is NaN"; undefined: the value has another type. */
  abstract fault(value: unknown): string | undefined;
  /** The writers' primitives that read as this type (Avro 1.11, "Schema Resolution"). */
  protected abstract readonly readable: readonly string[];

  /** Returns the value; throws BoundError when it is outside the bound, TypeError when it has another type. */
  checked(value: unknown): V {
    if (this.holds(value)) return value;
    const fault = this.fault(value);
    if (fault === undefined) throw new TypeError(`a value of type ${typeof value} does not belong here`);
    throw new BoundError(`a value that ${fault} is refused: it must ${this.must}`);
  }

  override _fromValue(value: V): V {
    return this.checked(value);
  }

  /** A union asks every branch with it, so it throws nothing. */
  override _toValue(value: unknown): V | undefined {
    return this.holds(value) ? value : undefined;
  }

  override _resolve(writer: avro.Type): ((value: unknown) => V) | undefined {
    const { typeName } = writer instanceof avro.types.LogicalType ? writer.underlyingType : writer;
    return this.readable.includes(typeName) ? value => this.checked(value) : undefined;
  }
}

/** A value that is outside the bound of its type. */
export interface BoundRefusal {
  /** Path of the field, e.g. `boxes.0.trackId`. */
  readonly field: string;
  /** Goes on after the name of the field: "is NaN". */
  readonly fault: string;
  /** Ends the sentence "it must ...". */
  readonly must: string;
}

/** All parts of a value that are outside their bounds. */
export function boundRefusals(type: avro.Type, value: unknown): readonly BoundRefusal[] {
  const found: BoundRefusal[] = [];
  type.isValid(value, {
    errorHook(path, part, at) {
      const bounded = boundedTypeOf(at);
      const fault = bounded?.fault(part);
      if (bounded !== undefined && fault !== undefined)
        found.push({ field: path.join('.'), fault, must: bounded.must });
    },
  });
  return found;
}

/** A type that can say what is wrong with a value. */
type Bounded = Pick<BoundedType, 'must' | 'fault'>;

const isBounded = (type: unknown): type is Bounded => typeof type === 'object' && type !== null && 'fault' in type;

/** avsc reports the union when a value in it is refused. */
function boundedTypeOf(type: avro.Type): Bounded | undefined {
  if (isBounded(type)) return type;
  if (!(type instanceof avro.types.UnwrappedUnionType)) return undefined;
  const branches: readonly unknown[] = type.types;
  return branches.find(isBounded);
}
