import type { AvroSerde } from '../../avro-serde.ts';
import { type PartFinder, unknownParts } from '../../unknown-parts.ts';
import { type Refusal, refusal } from '../refusal.ts';

/**
 * What a value bears on. `cameraId` alone: that camera. `storeId` alone: all cameras of the store. Both: it is the
 * camera, which hangs in that store. Neither: no camera.
 */
export interface Bearing {
  readonly cameraId?: string;
  readonly storeId?: string;
}

/** A kind of entity of the control log: all that the fold and the writers must know of it. */
export interface EntityKindOf<T extends object, D extends keyof T, L extends string | undefined> {
  readonly serde: AvroSerde<T>;
  /** Field of a camera's configuration that lists the values which bear on it; undefined: they are in none. */
  readonly list: L;
  bearsOn(value: T): Bearing;
  /** What is wrong with a value, empty: nothing. Asked before the append, never by the fold. */
  validate(value: T): readonly Refusal[];
  /** A new value: what is given, and the kind's defaults for the rest. */
  make(given: Omit<T, D> & Partial<T>): T;
  /** Parts of a value that a newer process wrote and this one does not know. */
  unknownParts: PartFinder;
}

/** Declares a kind, in a file of its own. `defaults`: of a new value. */
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
      validate: value => [...find(value).flatMap(unwritable), ...validate(value)],
      make: given => ({ ...defaults, ...given }) as T,
      unknownParts: find,
    };
  };

const unwritable = (field: string): readonly Refusal[] =>
  refusal(field, 'the value is not known here: a newer version wrote it', 'update this process, or choose another');
