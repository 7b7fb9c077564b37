import type { Frame } from '@sightline/schemas';

/** A record of `frames` without its picture. */
export type FrameHead = Omit<Frame, 'jpeg'>;
