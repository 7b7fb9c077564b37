import type { FollowedRecord } from '@sightline/processors/process';
import type { Violation } from '@sightline/schemas';

/** A record of the topic `violations`, without its key. */
export type ViolationRecord = Omit<FollowedRecord<Violation>, 'key'>;
