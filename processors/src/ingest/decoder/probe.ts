import { describe } from './failures.ts';
import { VideoInput } from './video-input.ts';

/** Opens a recording and decodes its first frame; resolves with what is wrong, or null. */
export async function probe(url: string): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    const input = await VideoInput.open(url, { playId: 0, signal });
    try {
      return (await input.next()) === undefined ? 'it has no picture' : null;
    } finally {
      await input.close();
    }
  } catch (error) {
    return describe(error);
  }
}
