import { type ErrorHandler, StreamsError } from '@sightline/processors/runtime';
import { BoundError } from '@sightline/schemas';

/**
 * A record whose results are too large for a record, or outside its bounds, is a dead letter: they are the same at
 * each try, and the records after it go on. Any other error is one of the program: the lane starts again.
 */
export const deadLetterUnfit: ErrorHandler = ({ cause }) => (isUnfit(cause) ? 'dead-letter' : 'fail');

const isUnfit = (cause: unknown): boolean =>
  cause instanceof BoundError || (cause instanceof StreamsError && cause.code === 'RECORD_TOO_LARGE');
