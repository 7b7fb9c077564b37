import { SetCamera, type SetCameraInput } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

export type SavedCamera =
  | { readonly kind: 'saved'; readonly cameraId: string }
  /** `field`: of the input, as the gateway names it; null: none in particular. */
  | { readonly kind: 'refused'; readonly field: string | null; readonly message: string };

/** Creates or changes a camera. Never throws. */
export async function saveCamera(input: SetCameraInput): Promise<SavedCamera> {
  try {
    const { setCamera } = await askFromBrowser(SetCamera, { input });
    switch (setCamera.__typename) {
      case 'Camera':
        return { kind: 'saved', cameraId: setCamera.cameraId };
      case 'Invalid':
        return { kind: 'refused', field: setCamera.field, message: setCamera.message };
      case 'Conflict':
        return {
          kind: 'refused',
          field: null,
          message: `Nothing was saved: ${setCamera.message}. Reload the page and look again.`,
        };
      case 'Pending':
        return {
          kind: 'refused',
          field: null,
          message: 'Written, but not confirmed yet. Look at the live page in a moment.',
        };
    }
  } catch (error) {
    return {
      kind: 'refused',
      field: null,
      message: error instanceof Error ? error.message : 'The camera was not saved.',
    };
  }
}
