import { avroSerde, type Violation } from '@sightline/schemas';
import { z } from 'zod';
import type { ViolationPosition } from '../live/ordered-entries.ts';

const serde = avroSerde<Violation>('Violation', 'single-object');

/** A row of `violations` with its position in pages; `violation` undefined: its record cannot be read. */
export interface StoredViolation extends ViolationPosition {
  readonly violation: Violation | undefined;
}

/**
 * Reads the column `violation` by today's schema. Missing fields get the schema's defaults. Undefined when an older
 * version wrote something unreadable: not JSON, a missing field without default, or a value of another
 * type or outside its bound.
 */
function readViolation(text: string): Violation | undefined {
  try {
    return serde.deserialize(serde.serialize(JSON.parse(text)));
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
