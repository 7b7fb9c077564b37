/** Address of a camera whose pictures a browser sends. */
export const WEBCAM_URL = 'webcam:';

/** Says why there is no webcam, and what to do. `error`: as `getUserMedia` rejects; `isSecure`: of the page. */
export function webcamProblem(error: unknown, isSecure: boolean): string {
  if (!isSecure)
    return 'Browsers give the webcam only to pages on HTTPS or on localhost. Open Sightline by an https:// address, or on the machine that runs it.';
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'This page may not use the webcam. Allow the camera in the browser (the icon beside the address), then try again.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'This device has no webcam. Connect one, then try again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The webcam does not start. Another program may be using it: close that, then try again.';
    default:
      return `The webcam cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}
