/**
 * Becomes the user and group of this number for good. Called before the first byte of a recording is read, and after
 * all code is loaded, which that user need not be able to read. Throws when the system does not allow it.
 */
export function dropRights(uid: number): void {
  process.setgroups?.([]);
  process.setgid?.(uid);
  process.setuid?.(uid);
}
