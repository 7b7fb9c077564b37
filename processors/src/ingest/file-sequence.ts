/**
 * Sequence numbers of a recording's records. Frame n of the file (from 0) has 2n + 1. The `ended` record written after
 * the file's first n frames has 2n, so it takes no frame's number: a file that is stopped and started again loses none.
 */
export const sequenceOfFrame = (frameNumber: number): number => 2 * frameNumber + 1;

/** Sequence of the `ended` record after this many frames of the file. */
export const sequenceOfEnd = (frames: number): number => 2 * frames;

/** How many of the file's frames lie up to this record; 0 for -1, before the first record. */
export const framesUpTo = (sequence: number): number => Math.ceil(Math.max(0, sequence) / 2);
