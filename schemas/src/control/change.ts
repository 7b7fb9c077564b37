import { canonicalForm } from '../avro-serde.ts';
import { type EntityKind, type EntityOf, kinds } from './kinds/registry.ts';
import type { Refusal } from './refusal.ts';

/** A change of one entity; a null value removes it. */
export type Change = {
  readonly [K in EntityKind]: { readonly kind: K; readonly id: string; readonly value: EntityOf[K] | null };
}[EntityKind];

/** What is asked of a kind when the value's type is known by the kind's name alone. */
interface AnyKind {
  readonly serde: { serialize(value: object): Buffer };
  validate(value: object): readonly Refusal[];
  unknownParts(value: object): readonly string[];
}

const kindOf = (kind: EntityKind): AnyKind => kinds[kind] as unknown as AnyKind;

/** The value as the log carries it. */
export const encodeChange = ({ kind, value }: Change): Buffer | null =>
  value === null ? null : kindOf(kind).serde.serialize(value);

/** What is wrong with the value of a change; empty: nothing. */
export const refusalsOf = ({ kind, value }: Change): readonly Refusal[] =>
  value === null ? [] : kindOf(kind).validate(value);

/** Parts of the value of a change that only a newer version knows. */
export const unknownPartsOf = ({ kind, value }: Change): readonly string[] =>
  value === null ? [] : kindOf(kind).unknownParts(value);

/** The schema by which values of a kind are written here: its fingerprint, and itself as the log carries it. */
export function writerSchema(kind: EntityKind): { readonly fingerprint: string; readonly bytes: Buffer } {
  const { fingerprint, type } = kinds[kind].serde;
  return { fingerprint, bytes: Buffer.from(canonicalForm(type), 'utf8') };
}
