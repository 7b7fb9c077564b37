import { RestoreCamera } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

/** Brings a removed camera back. Undefined when it is back, else why it is not, for a person. Never throws. */
export async function restore(cameraId: string): Promise<string | undefined> {
  try {
    const { restoreCamera: result } = await askFromBrowser(RestoreCamera, { cameraId });
    switch (result.__typename) {
      case 'Camera':
        return undefined;
      case 'Pending':
        return 'Written, but not confirmed yet. Reload the page in a moment.';
      case 'Invalid':
        return result.message;
      case 'Conflict':
        return `It was not brought back: ${result.message}. Reload the page and look again.`;
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'It was not brought back.';
  }
}
