const keyOf = (cameraId: string): string => `sightline-webcam:${cameraId}`;

/** True when this device sent the camera's pictures and was not told to stop. */
export function isOwnWebcam(cameraId: string): boolean {
  try {
    return localStorage.getItem(keyOf(cameraId)) !== null;
  } catch {
    return false; // the browser keeps nothing for this page
  }
}

export function setOwnWebcam(cameraId: string, isOwn: boolean): void {
  try {
    if (isOwn) localStorage.setItem(keyOf(cameraId), '1');
    else localStorage.removeItem(keyOf(cameraId));
  } catch {
    // the browser keeps nothing for this page
  }
}
