import { type FileHandle, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../scenes/random.ts';
import { createScatter } from '../scenes/scatter.ts';
import { createScene, type Scene } from '../scenes/scene.ts';
import { type BoxPx, boxToInput, letterbox, padGrey, type SizePx } from '../src/fit.ts';
import { CameraLoss } from './camera-loss.ts';
import { readPicture } from './picture-file.ts';
import type { LabelledFolder } from './yolo-labels.ts';

/** A box of a picture, px of the model's input. */
type Label = readonly [classIndex: number, x1: number, y1: number, x2: number, y2: number];

const picturesPerShard = 512;
const picturesPerScene = 8;
const camera = { widthPx: 640, heightPx: 360 } as const;
const scaled = { widthPx: 384, heightPx: 216 } as const;
const classes = ['hand', 'pizza', 'scooper'] as const;

/**
 * A shard is NNNN.rgb (pictures of one size, interleaved RGB) and NNNN.json (labels per picture). It is written under
 * another name and renamed last, so a running training reads only whole shards.
 */
class Shard {
  readonly #name: string;
  readonly #file: FileHandle;
  readonly #labels: (readonly Label[])[] = [];

  private constructor(name: string, file: FileHandle) {
    this.#name = name;
    this.#file = file;
  }

  static async create(folder: string, index: number): Promise<Shard> {
    const name = join(folder, String(index).padStart(4, '0'));
    return new Shard(name, await open(`${name}.part`, 'w'));
  }

  async add(rgb: Uint8Array, labels: readonly Label[]): Promise<void> {
    await this.#file.write(rgb);
    this.#labels.push(labels);
  }

  async finish(): Promise<void> {
    await this.#file.close();
    await writeFile(`${this.#name}.json`, JSON.stringify(this.#labels));
    await rename(`${this.#name}.part`, `${this.#name}.rgb`);
  }
}

/**
 * Renders shards of scenes; scene seeds follow from the shard's number and stay below 1,000,000. Returns the number of
 * pictures.
 */
export async function renderPictures(
  folder: string,
  range: { readonly first: number; readonly count: number },
  onShare: (share: number) => void,
): Promise<number> {
  const scenesPerShard = picturesPerShard / picturesPerScene;
  for (let shard = range.first; shard < range.first + range.count; shard++) {
    const target = await Shard.create(folder, shard);
    for (let i = 0; i < scenesPerShard; i++) {
      await renderScene(1 + shard * scenesPerShard + i, target);
      onShare((shard - range.first + (i + 1) / scenesPerShard) / range.count);
    }
    await target.finish();
  }
  return range.count * picturesPerShard;
}

/** Half of the pictures come from stories, half from scatters; all pass through camera loss. */
async function renderScene(seed: number, target: Shard): Promise<void> {
  const random = new Random(seed ^ 0x3a3a);
  const story = random.chance(0.5);
  const scene = story
    ? createScene({ seed, durationMs: 14_000, perMinute: 30 })
    : createScatter({ seed, frames: picturesPerScene });
  const quality = { crf: random.integer(18, 33), jpegStep: random.integer(3, 7) };
  const loss = await CameraLoss.open(camera, scaled, quality);
  for (let i = 0; i < picturesPerScene; i++) {
    const frame = scene.frame(story ? momentOf(scene, random, i) : i);
    const scale = scaled.widthPx / scene.widthPx;
    const labels = frame.boxes.map(box => labelOf(classes.indexOf(box.className), box, value => value * scale));
    await target.add(await loss.wear(frame.rgb), labels);
  }
  loss.close();
}

function momentOf(scene: Scene, random: Random, index: number): number {
  return Math.floor(((index + random.next()) / picturesPerScene) * scene.frameCount);
}

/** Converts a user's pictures to the model's input by letterbox. Returns their number. */
export async function convertPictures(
  folder: LabelledFolder,
  out: string,
  input: SizePx,
  onShare: (share: number) => void,
): Promise<number> {
  const total = folder.pictures.length;
  for (let from = 0; from < total; from += picturesPerShard) {
    const target = await Shard.create(out, from / picturesPerShard);
    for (const [i, picture] of folder.pictures.slice(from, from + picturesPerShard).entries()) {
      const { rgb, fit } = await readPicture(picture.path, input);
      const { widthPx, heightPx } = fit.source;
      const labels = picture.boxes.map(({ classIndex, cx, cy, w, h }) => {
        const box = {
          x1Px: (cx - w / 2) * widthPx,
          y1Px: (cy - h / 2) * heightPx,
          x2Px: (cx + w / 2) * widthPx,
          y2Px: (cy + h / 2) * heightPx,
        };
        return labelOf(classIndex, boxToInput(box, fit), value => value);
      });
      await target.add(onCanvas(rgb, fit.scaled, input), labels);
      onShare((from + i + 1) / total);
    }
    await target.finish();
  }
  return total;
}

function labelOf(classIndex: number, box: BoxPx, scale: (value: number) => number): Label {
  const round = (value: number): number => Math.round(scale(value) * 10) / 10;
  return [classIndex, round(box.x1Px), round(box.y1Px), round(box.x2Px), round(box.y2Px)];
}

/** The scaled picture in the middle of a grey one of the input's size. */
function onCanvas(rgb: Uint8Array, size: SizePx, input: SizePx): Uint8Array {
  const canvas = new Uint8Array(input.widthPx * input.heightPx * 3).fill(padGrey);
  const { padXPx, padYPx } = letterbox(size, input);
  for (let y = 0; y < size.heightPx; y++) {
    const row = rgb.subarray(y * size.widthPx * 3, (y + 1) * size.widthPx * 3);
    canvas.set(row, ((y + padYPx) * input.widthPx + padXPx) * 3);
  }
  return canvas;
}
