/**
 * How a Java program runs in its data folder. Its settings then name files there by relative paths, since settings would
 * need a quoting of their own for each character that a path may have. Java reads names beyond ASCII only in a locale of
 * UTF-8.
 */
export const inFolder = (folder: string): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } => ({
  cwd: folder,
  env: { LC_ALL: 'C.UTF-8' },
});
