import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Codec, CodecContext, Frame, Packet, Rational, SoftwareScaleContext } from 'node-av';
import { AV_CODEC_FLAG_QSCALE, AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR } from 'node-av/constants';
import type { ModelBox } from '../src/decode-detections.ts';
import type { FootagePicture } from './footage-pictures.ts';

/** FFmpeg's FF_QP2LAMBDA times a quality of 3: good, not large. */
const QUALITY = 118 * 3;
const COLOURS = ['#e11d48', '#2563eb', '#059669', '#d97706', '#7c3aed', '#0891b2'] as const;

/** A page that shows pictures with the boxes of each model. */
export class ResultPage {
  readonly #folder: string;
  readonly #figures: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a picture in which a model found something. */
  async add(model: string, { name, frame }: FootagePicture, boxes: readonly ModelBox[]): Promise<void> {
    if (boxes.length === 0) return;
    const { width, height } = frame;
    const jpeg = (await jpegOf(frame)).toString('base64');
    const drawn = boxes.map(box => drawnBox(box, Math.max(width, height) / 640)).join('');
    this.#figures.push(
      `<figure><svg viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" href="data:image/jpeg;base64,${jpeg}"/>${drawn}</svg><figcaption>${model} on ${name}</figcaption></figure>`,
    );
  }

  /** Writes the page; its path. */
  async write(): Promise<string> {
    const path = join(this.#folder, 'index.html');
    await mkdir(this.#folder, { recursive: true });
    await writeFile(path, `${HEAD}<main>${this.#figures.join('\n')}</main>\n`);
    return path;
  }
}

function drawnBox({ x1Px, y1Px, x2Px, y2Px, className, classIndex, confidence }: ModelBox, scale: number): string {
  const colour = COLOURS[classIndex % COLOURS.length];
  const label = `${className} ${confidence.toFixed(2)}`;
  const top = Math.max(y1Px, 14 * scale);
  return (
    `<rect x="${x1Px}" y="${y1Px}" width="${x2Px - x1Px}" height="${y2Px - y1Px}" fill="none" stroke="${colour}" stroke-width="${2 * scale}"/>` +
    `<text x="${x1Px}" y="${top - 3 * scale}" font-size="${12 * scale}" fill="#fff" stroke="${colour}" stroke-width="${3 * scale}" paint-order="stroke">${label}</text>`
  );
}

async function jpegOf(frame: Frame): Promise<Buffer> {
  const encoder = new CodecContext();
  const [full, packet, scaler] = [new Frame(), new Packet(), new SoftwareScaleContext()];
  try {
    const codec = Codec.findEncoder(AV_CODEC_ID_MJPEG);
    if (codec === null) throw new Error('this build of FFmpeg has no mjpeg');
    encoder.allocContext3(codec);
    full.alloc();
    encoder.width = full.width = frame.width;
    encoder.height = full.height = frame.height;
    encoder.pixelFormat = full.format = AV_PIX_FMT_YUVJ420P;
    encoder.timeBase = new Rational(1, 25);
    encoder.setFlags(AV_CODEC_FLAG_QSCALE);
    encoder.globalQuality = QUALITY;
    await encoder.open2(codec, null);
    full.getBuffer();
    packet.alloc();
    scaler.getContext(frame.width, frame.height, frame.format as typeof AV_PIX_FMT_YUVJ420P, frame.width, frame.height, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR); // biome-ignore format: one call
    scaler.scaleFrameSync(full, frame);
    full.pts = 0n;
    encoder.sendFrameSync(full);
    encoder.receivePacketSync(packet);
    return Buffer.from(packet.data ?? []);
  } finally {
    full.free();
    packet.free();
    scaler.freeContext();
    encoder.freeContext();
  }
}

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>What the networks found</title>
<style>body{margin:1rem;font:14px system-ui}main{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:1rem}figure{margin:0}svg{width:100%}</style>
<h1>What the networks found</h1>`;
