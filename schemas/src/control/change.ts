import { canonicalForm } from '../avro-serde.ts';
import { type EntityKind, type EntityOf, kinds } from './kinds/registry.ts';
import type { Refusal } from './refusal.ts';

/** A change of one entity; a null value removes it. */
export type Change = {
  readonly [K in EntityKind]: { readonly kind: K; readonly id: string; readonly value: EntityOf[K] | null };
}[EntityKind];

/** The functions of a kind, for callers that know the kind only by name. */
interface AnyKind {
  readonly serde: { serialize(value: object): Buffer };
  validate(value: object): readonly Refusal[];
  unknownParts(value: object): readonly string[];
}

const kindOf = (kind: EntityKind): AnyKind => kinds[kind] as unknown as AnyKind;

/** The bytes of the value on the log. */
export const encodeChange = ({ kind, value }: Change): Buffer | null =>
  value === null ? null : kindOf(kind).serde.serialize(value);

/** Why the value of a change is refused; empty: it is valid. */
export const refusalsOf = ({ kind, value }: Change): readonly Refusal[] =>
  value === null ? [] : kindOf(kind).validate(value);

/** Parts of the value of a change that only a newer version knows. */
export const unknownPartsOf = ({ kind, value }: Change): readonly string[] =>
  value === null ? [] : kindOf(kind).unknownParts(value);

/** This process's schema for values of a kind: its fingerprint, and its bytes on the log. */
export function writerSchema(kind: EntityKind): { readonly fingerprint: string; readonly bytes: Buffer } {
  const { fingerprint, type } = kinds[kind].serde;
  return { fingerprint, bytes: Buffer.from(canonicalForm(type), 'utf8') };
}
