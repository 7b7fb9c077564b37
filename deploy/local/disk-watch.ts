import { statfsSync } from 'node:fs';

/** With less free space, Kafka and ClickHouse soon refuse to write. */
const LOW_BYTES = 200_000_000;
const LOOK_EVERY_MS = 5_000;

/** Bytes that a user other than root may still write on the disk of `path`. */
function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** True when the disk of `path` has at least LOW_BYTES free. */
export const hasSpace = (path: string): boolean => freeBytes(path) >= LOW_BYTES;

/** Reports once when the disk of `path` runs full and once when it has space again. Returns a function that stops the watch. */
export function watchDisk(path: string, say: (text: string) => void, free: () => number = () => freeBytes(path)) {
  let low = false;
  const look = (): void => {
    const bytes = free();
    if (low === bytes < LOW_BYTES) return;
    low = !low;
    const megabytes = `${Math.round(bytes / 1e6)} MB free`;
    if (low)
      say(
        `disk nearly full: ${megabytes} on the disk of ${path}; free some space, then stopped parts start again by themselves`,
      );
    else say(`disk has space again: ${megabytes}`);
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { look, stop: () => clearInterval(timer) };
}
