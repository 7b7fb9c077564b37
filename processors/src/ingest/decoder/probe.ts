import { fileFailure } from './failures.ts';
import { fileEnd } from './file-end.ts';
import { VideoInput } from './video-input.ts';

/** Opens a recording and decodes its first frame; resolves with what is wrong, or null. */
export async function probe(url: string): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    const input = await VideoInput.open(url, { playId: 0, signal });
    try {
      return (await input.next()) === undefined ? await noPicture(url) : null;
    } finally {
      await input.close();
    }
  } catch (error) {
    return await fileFailure(url, error);
  }
}

async function noPicture(path: string): Promise<string> {
  const end = await fileEnd(path);
  return end.kind === 'cut' ? end.trouble : 'no picture is in it: copy it again, or replace it';
}
