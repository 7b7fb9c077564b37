import { statfsSync } from 'node:fs';

/** Below this Kafka and ClickHouse soon refuse to write. */
const LOW_BYTES = 200_000_000;
const LOOK_EVERY_MS = 5_000;

/** Bytes that whoever is not root may still write where `path` lies. */
function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** False when so little is free where `path` lies that a part could not write what it must. */
export const hasSpace = (path: string): boolean => freeBytes(path) >= LOW_BYTES;

/** Says once when the disk of `path` runs full and once when it has space again; returns how to stop. */
export function watchDisk(path: string, say: (text: string) => void, free: () => number = () => freeBytes(path)) {
  let low = false;
  const look = (): void => {
    const bytes = free();
    if (low === bytes < LOW_BYTES) return;
    low = !low;
    const megabytes = `${Math.round(bytes / 1e6)} MB free`;
    if (low) say(`disk nearly full: ${megabytes} where ${path} lies; free some, and what stopped goes on by itself`);
    else say(`disk has space again: ${megabytes}`);
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { look, stop: () => clearInterval(timer) };
}
