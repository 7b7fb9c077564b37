import { createHash } from 'node:crypto';

/**
 * An id that derives from what it names: the first 32 hex digits of the SHA-256 of the parts as JSON.
 * The same parts give the same id after every replay.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Identity of a frame: camera, capture session, and the counter in it. */
export interface FrameIdentity {
  readonly cameraId: string;
  readonly epoch: number;
  readonly sequence: number;
}
