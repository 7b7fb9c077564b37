import {
  FindOnvifCameras,
  type FindOnvifCamerasResult,
  ReadOnvifCamera,
  type ReadOnvifCameraInput,
  type ReadOnvifCameraResult,
} from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

type Found = Extract<FindOnvifCamerasResult['findOnvifCameras'], { readonly __typename: 'FoundOnvifCameras' }>;
export type OnvifCamera = Extract<ReadOnvifCameraResult['readOnvifCamera'], { readonly __typename: 'OnvifCamera' }>;

/** What kept the gateway from an answer. `field`: of the input; null: none in particular. */
export interface OnvifRefusal {
  readonly kind: 'refused';
  readonly field: string | null;
  readonly message: string;
}

/** Searches the gateway's networks. Never throws. */
export async function findOnvifCameras(): Promise<({ readonly kind: 'found' } & Found) | OnvifRefusal> {
  try {
    const { findOnvifCameras: found } = await askFromBrowser(FindOnvifCameras, {});
    return found.__typename === 'Invalid' ? { kind: 'refused', ...found } : { kind: 'found', ...found };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Asks a camera for its streams. Never throws. */
export async function readOnvifCamera(
  input: ReadOnvifCameraInput,
): Promise<({ readonly kind: 'read' } & OnvifCamera) | OnvifRefusal> {
  try {
    const { readOnvifCamera: read } = await askFromBrowser(ReadOnvifCamera, { input });
    return read.__typename === 'Invalid' ? { kind: 'refused', ...read } : { kind: 'read', ...read };
  } catch (error) {
    return refusalOf(error);
  }
}

const refusalOf = (error: unknown): OnvifRefusal => ({
  ...{ kind: 'refused', field: null },
  message: error instanceof Error ? error.message : 'The gateway gave no answer.',
});
