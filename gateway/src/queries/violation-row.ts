import type { Violation } from '@sightline/schemas';
import { z } from 'zod';

/** The column `violation`: the record as the sink wrote it, whose types are those of its Avro schema. */
export const ViolationJson = z.string().transform(text => JSON.parse(text) as Violation);

export const ViolationRow = z.object({ violation: ViolationJson }).transform(row => row.violation);
