import { webcamProblem } from './webcam-problem.ts';

/** The longest side of a picture, as of every other camera. */
const MAX_SIDE_PX = 640;
const JPEG_QUALITY = 0.85;
const WANTED = { video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false } as const;

export class WebcamError extends Error {
  readonly code = 'WEBCAM';
  readonly retriable = false;
}

export interface GrabbedPicture {
  readonly jpeg: ArrayBuffer;
  /** The browser's clock at the capture, in ms since 1970. */
  readonly capturedAtMs: number;
}

/** What pictures are taken from. */
export interface PictureSource {
  /** The newest picture; undefined: there is none yet. */
  grab(): Promise<GrabbedPicture | undefined>;
  /** Calls `listener` once when the source ends by itself, as when it is unplugged. */
  onEnded(listener: () => void): void;
  close(): void;
}

/** Asks the browser for the webcam. Throws WebcamError with the reason and what to do. */
export async function openStream(): Promise<MediaStream> {
  try {
    if (!window.isSecureContext || navigator.mediaDevices === undefined) throw new TypeError('no media devices');
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    throw new WebcamError(webcamProblem(error, window.isSecureContext), { cause: error });
  }
}

/** Ends the webcam: its light goes off. */
export function closeStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** This device's webcam. Throws WebcamError. */
export async function openWebcam(): Promise<PictureSource> {
  const stream = await openStream();
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
  await video.play().catch(() => {}); // it plays as soon as the first picture is there
  const canvas = document.createElement('canvas');
  const captureTime = followCaptureTime(video);
  return {
    grab: () => grabFrom(video, canvas, captureTime),
    onEnded: listener => stream.getVideoTracks()[0]?.addEventListener('ended', listener, { once: true }),
    close() {
      closeStream(stream);
      video.srcObject = null;
    },
  };
}

/** The time at which the shown picture was captured, where the browser tells it; otherwise now. */
function followCaptureTime(video: HTMLVideoElement): () => number {
  let captured: number | undefined;
  const follow = (): void => {
    video.requestVideoFrameCallback((_now, { captureTime }) => {
      captured = captureTime;
      follow();
    });
  };
  if ('requestVideoFrameCallback' in video) follow();
  // A hidden page is told of no picture, but its video goes on.
  return () => performance.timeOrigin + (document.hidden || captured === undefined ? performance.now() : captured);
}

async function grabFrom(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  captureTime: () => number,
): Promise<GrabbedPicture | undefined> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return undefined;
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(videoWidth, videoHeight));
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  const capturedAtMs = captureTime();
  canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  return blob === null ? undefined : { jpeg: await blob.arrayBuffer(), capturedAtMs };
}
