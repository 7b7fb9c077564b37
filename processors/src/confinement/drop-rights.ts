/**
 * Switches to this user and group for good. Call it after all code is loaded, which that user may be unable to read,
 * and before the first byte of a recording. Throws when the system refuses.
 */
export function dropRights(uid: number): void {
  process.setgroups?.([]);
  process.setgid?.(uid);
  process.setuid?.(uid);
}
