import { avroSerde, type Violation } from '@sightline/schemas';
import { z } from 'zod';
import type { ViolationPosition } from '../live/ordered-entries.ts';
import { isTime } from './bounds.ts';

const serde = avroSerde<Violation>('Violation', 'single-object');

/** A row of `violations` by its place in the order of pages; `violation` undefined: the record in it cannot be read. */
export interface StoredViolation extends ViolationPosition {
  readonly violation: Violation | undefined;
}

/**
 * The record of the column `violation` as today's schema has it: fields that it lacks get the schema's default. Undefined
 * when it is no JSON, lacks a field without default, or has a value of another type: an older version wrote it.
 */
function readViolation(text: string): Violation | undefined {
  try {
    const violation = serde.deserialize(serde.serialize(JSON.parse(text)));
    return isTime(violation.startedAtMs) ? violation : undefined;
  } catch {
    return undefined;
  }
}

export const ViolationRow = z
  .object({ violation: z.string(), violation_id: z.string(), started_at_ms: z.coerce.number() })
  .transform(
    (row): StoredViolation => ({
      violationId: row.violation_id,
      startedAtMs: row.started_at_ms,
      violation: readViolation(row.violation),
    }),
  );
