import sharp from 'sharp';

/** The cells of a strip: white, black, 16 bits of the number, 8 bits of its check sum. The server draws the same. */
export const CELLS = 26;
const CHECK_BITS = 8;
/** A strip is this part of the picture's height. */
export const STRIP_SHARE = 15;

/** What a trial's picture shows. */
export interface Shown {
  /** The number in the picture; undefined: it cannot be read. */
  readonly number: number | undefined;
  /** True: the file decodes without a complaint, and both strips show the same number. */
  readonly whole: boolean;
}

export const checkSum = (number: number): number => (number * 167 + (number >> 8) * 59 + 90) & 0xff;

/** The number in the cells of a strip, each given by its brightness; undefined when they are no strip. */
export function numberOf(levels: readonly number[]): number | undefined {
  const [white = 0, black = 0, ...bits] = levels;
  if (levels.length !== CELLS || white - black < 60) return undefined;
  const middle = (white + black) / 2;
  const value = bits.reduce((sum, level) => sum * 2 + (level > middle ? 1 : 0), 0);
  const number = value >> CHECK_BITS;
  return checkSum(number) === (value & 0xff) ? number : undefined;
}

/** Brightness at the middles of the cells of both strips. */
export function stripLevels(grey: Uint8Array, widthPx: number, heightPx: number): readonly (readonly number[])[] {
  const middleOf = (top: number): readonly number[] => {
    const row = Math.floor(top * widthPx);
    return Array.from({ length: CELLS }, (_, cell) => grey[row + Math.floor(((cell + 0.5) * widthPx) / CELLS)] ?? 0);
  };
  const middle = Math.floor(heightPx / STRIP_SHARE / 2);
  return [middleOf(middle), middleOf(heightPx - 1 - middle)];
}

/** Decodes a picture of a trial's camera and reads its number. */
export async function readPicture(jpeg: Buffer): Promise<Shown> {
  try {
    const { data, info } = await sharp(jpeg, { failOn: 'warning' })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [top, bottom] = stripLevels(data, info.width, info.height).map(numberOf);
    return { number: top, whole: top !== undefined && top === bottom };
  } catch {
    return { number: undefined, whole: false };
  }
}

/**
 * When the picture with this number was shown, in ms since 1970: the time nearest to `nearMs` at which the camera showed
 * it. `shift`: pictures that the camera is ahead; `pictures`: how many its clip has.
 */
export function shownAtMs(
  number: number,
  { fps, shift, pictures }: { readonly fps: number; readonly shift: number; readonly pictures: number },
  nearMs: number,
): number {
  const nearest = Math.floor((nearMs * fps) / 1_000);
  const ahead = (((number - shift - nearest) % pictures) + pictures) % pictures;
  return ((nearest + (ahead > pictures / 2 ? ahead - pictures : ahead)) * 1_000) / fps;
}
