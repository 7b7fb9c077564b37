import type { AvroSerde } from '../../avro-serde.ts';
import { type BoundRefusal, boundRefusals } from '../../bounded-type.ts';
import { type PartFinder, unknownParts } from '../../unknown-parts.ts';
import { refuseUnbounded } from '../bounded.ts';
import { type Refusal, refusal } from '../refusal.ts';

/**
 * The camera or store that a value belongs to. `cameraId` alone: that camera. `storeId` alone: all cameras of the
 * store. Both: the value is the camera itself, in that store. Neither: no camera.
 */
export interface Bearing {
  readonly cameraId?: string;
  readonly storeId?: string;
}

/** A kind of entity in the control log, as the fold and the writers need it. */
export interface EntityKindOf<T extends object, D extends keyof T, L extends string | undefined> {
  readonly serde: AvroSerde<T>;
  /** Field of a camera's configuration that lists these values; undefined: the configuration has none. */
  readonly list: L;
  bearsOn(value: T): Bearing;
  /** Why a value is refused; empty: it is valid. Called before the append, never by the fold. */
  validate(value: T): readonly Refusal[];
  /** A new value: the given fields, and the kind's defaults for the others. */
  make(given: Omit<T, D> & Partial<T>): T;
  /** Finds the parts of a value that a newer process wrote and this one does not know. */
  unknownParts: PartFinder;
}

/** Declares a kind, one per file. `defaults` are those of a new value. */
export const entityKind =
  <T extends object>() =>
  <D extends keyof T = never, const L extends string | undefined = undefined>(declared: {
    readonly serde: AvroSerde<T>;
    readonly defaults: Pick<T, D>;
    readonly list?: L;
    bearsOn(value: T): Bearing;
    validate(value: T): readonly Refusal[];
  }): EntityKindOf<T, D, L> => {
    const { serde, defaults, list, bearsOn, validate } = declared;
    const find = unknownParts(serde.type);
    return {
      serde,
      list: list as L,
      bearsOn,
      validate(value) {
        const refusals = [...find(value).flatMap(unwritable), ...refuseUnbounded(value)];
        if (refusals.length > 0) return refusals;
        const invalid = validate(value); // its messages say more than those of the bounds
        return invalid.length > 0 ? invalid : boundRefusals(serde.type, value).flatMap(unfit);
      },
      make: given => ({ ...defaults, ...given }) as T,
      unknownParts: find,
    };
  };

const unfit = ({ field, fault, must }: BoundRefusal): readonly Refusal[] =>
  refusal(field, `it ${fault}`, `it must ${must}`);

const unwritable = (field: string): readonly Refusal[] =>
  refusal(field, 'the value is not known here: a newer version wrote it', 'update this process, or choose another');
