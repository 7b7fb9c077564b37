export interface Upload {
  readonly file: File;
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** Comma-separated; empty: those in the file. */
  readonly classes: string;
  /** Layout of its outputs; empty: as recognised. */
  readonly layout: string;
}

export type Uploaded =
  | { readonly kind: 'added'; readonly name: string }
  /** `field`: of the form, as the gateway names it; null: none in particular. */
  | { readonly kind: 'refused'; readonly field: string | null; readonly message: string };

const LOST = 'The connection was lost. Nothing was added: send the file again.';

/** Sends a model's file. `onProgress` gets the sent share, 0 to 1. Never throws; an abort is a refusal too. */
export function uploadModel(
  { file, ...stated }: Upload,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const given = Object.entries(stated).filter(([, value]) => value.trim() !== '');
  const request = new XMLHttpRequest();
  request.open('POST', `/models?${new URLSearchParams(given)}`);
  request.setRequestHeader('content-type', 'application/octet-stream');
  signal.addEventListener('abort', () => request.abort(), { once: true });
  return new Promise(resolve => {
    const refuse = (message: string): void => resolve({ kind: 'refused', field: null, message });
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () => refuse(LOST);
    request.onabort = () => refuse('Stopped. Nothing was added.');
    request.onload = () => {
      if (request.status === 201) resolve({ kind: 'added', name: stated.name });
      else resolve(refusalOf(request.responseText));
    };
    request.send(file);
  });
}

function refusalOf(text: string): Uploaded {
  try {
    const { detail, field }: { readonly detail?: string; readonly field?: string } = JSON.parse(text);
    return { kind: 'refused', field: field ?? null, message: detail ?? LOST };
  } catch {
    return { kind: 'refused', field: null, message: LOST };
  }
}
