import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(1_048_576);

/** A separate ext4 file system in a file, mounted while it is open. Needs root on Linux. */
export class SmallDisk {
  /** Its mount point. */
  readonly path: string;
  readonly #home: string;

  /** Throws when the caller is not root, or a tool is missing. */
  constructor(bytes: number) {
    if (process.getuid?.() !== 0) throw new Error('only root can mount a disk: run this command as root');
    this.#home = mkdtempSync(join(tmpdir(), 'sightline-disk-'));
    this.path = join(this.#home, 'disk');
    const image = join(this.#home, 'image');
    mkdirSync(this.path);
    writeFileSync(image, '');
    truncateSync(image, bytes);
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    execFileSync('mount', ['-o', 'loop', image, this.path]);
  }

  /** Writes until the disk is full. */
  fill(): void {
    for (const block of [BLOCK, BLOCK.subarray(0, 4_096)])
      try {
        for (;;) appendFileSync(this.#filler, block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
  }

  /** Deletes what `fill` wrote. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  close(): void {
    execFileSync('umount', [this.path]);
    rmSync(this.#home, { recursive: true, force: true });
  }

  get #filler(): string {
    return join(this.path, 'filler');
  }
}
