import { Random } from '../scenes/random.ts';
import { createScene } from '../scenes/scene.ts';
import { letterbox, type SizePx } from '../src/fit.ts';
import { CameraLoss } from '../training/camera-loss.ts';
import { readPicture } from '../training/picture-file.ts';
import type { LabelledFolder } from '../training/yolo-labels.ts';
import type { TestPicture } from './score-detector.ts';

/** Training never uses seeds from here on. */
export const firstHeldOutSeed = 2_000_000;

const momentsPerScene = 8;
const source = { widthPx: 640, heightPx: 360 } as const;

/** Frames of scenes outside the training data, after H.264 and JPEG of quality 80. */
export async function* heldOutPictures(count: number, input: SizePx): AsyncGenerator<TestPicture> {
  const fit = letterbox(source, input);
  for (let done = 0, seed = firstHeldOutSeed; done < count; seed++) {
    const random = new Random(seed ^ 0x77);
    const scene = createScene({ seed, durationMs: 14_000, perMinute: 30 });
    const loss = await CameraLoss.open(source, fit.scaled, { crf: random.integer(20, 30), jpegStep: 4 });
    for (let i = 0; i < momentsPerScene && done < count; i++, done++) {
      const frame = scene.frame(Math.floor(((i + random.next()) / momentsPerScene) * scene.frameCount));
      yield { rgb: await loss.wear(frame.rgb), fit, truths: frame.boxes };
    }
    loss.close();
  }
}

/** A user's labelled pictures. */
export async function* labelledPictures(
  folder: LabelledFolder,
  count: number,
  input: SizePx,
): AsyncGenerator<TestPicture> {
  for (const picture of folder.pictures.slice(0, count)) {
    const { rgb, fit } = await readPicture(picture.path, input);
    const { widthPx, heightPx } = fit.source;
    const truths = picture.boxes.map(({ classIndex, cx, cy, w, h }) => ({
      className: folder.classes[classIndex] ?? String(classIndex),
      slices: [],
      x1Px: (cx - w / 2) * widthPx,
      y1Px: (cy - h / 2) * heightPx,
      x2Px: (cx + w / 2) * widthPx,
      y2Px: (cy + h / 2) * heightPx,
    }));
    yield { rgb, fit, truths };
  }
}
