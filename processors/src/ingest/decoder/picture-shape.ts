import {
  AV_FRAME_DATA_DISPLAYMATRIX,
  AV_FRAME_FLAG_INTERLACED,
  AV_FRAME_FLAG_TOP_FIELD_FIRST,
  AVCOL_PRI_BT2020,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_CL,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type AVColorSpace,
  type AVPixelFormat,
  avGetPixFmtName,
  type Frame,
} from 'node-av';

export type SizePx = readonly [widthPx: number, heightPx: number];

const MAX_SIDE_PX = 640;
/** Pixels of another shape than this are a wrong header. */
const PIXEL_SHAPE_AT_MOST = 10;
/** Larger pictures without a colour matrix are BT.709 to players, others BT.601. */
const SD_WIDTH_PX = 1_024;
const SD_HEIGHT_PX = 576;

/** What decides how a decoded frame becomes a picture that a player would show. */
export interface Shape {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: AVPixelFormat;
  /** Width of a pixel by its height. */
  readonly pixelShape: number;
  /** Colour matrix, primaries, transfer and range as FFmpeg numbers them; the matrix is guessed where it is not told. */
  readonly matrix: AVColorSpace;
  readonly primaries: number;
  readonly transfer: number;
  readonly range: number;
  /** The field that was taken first; undefined: the frame has no fields. */
  readonly field: 'top' | 'bottom' | undefined;
  /** FFmpeg's filters that turn and mirror it upright. */
  readonly upright: readonly string[];
  /** True: `upright` exchanges width and height. */
  readonly lies: boolean;
}

export function shapeOf(frame: Frame): Shape {
  const { width: widthPx, height: heightPx, sampleAspectRatio } = frame;
  return {
    widthPx,
    heightPx,
    format: frame.format as AVPixelFormat,
    pixelShape: soundShape(sampleAspectRatio.num / sampleAspectRatio.den),
    matrix: matrixOf(frame),
    primaries: frame.colorPrimaries,
    transfer: frame.colorTrc,
    range: frame.colorRange,
    field: fieldOf(frame),
    ...uprightBy(frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX)),
  };
}

const soundShape = (shape: number): number =>
  shape >= 1 / PIXEL_SHAPE_AT_MOST && shape <= PIXEL_SHAPE_AT_MOST ? shape : 1;

function fieldOf(frame: Frame): Shape['field'] {
  if (!frame.hasFlags(AV_FRAME_FLAG_INTERLACED)) return undefined;
  return frame.hasFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST) ? 'top' : 'bottom';
}

const isYuv = (format: AVPixelFormat): boolean => /^(yuv|nv\d|p[024]1|y2|uyv|yvyu)/.test(avGetPixFmtName(format) ?? '');

function matrixOf({ colorSpace, colorPrimaries, format, width, height }: Frame): AVColorSpace {
  if (colorSpace !== AVCOL_SPC_UNSPECIFIED || !isYuv(format as AVPixelFormat)) return colorSpace;
  if (colorPrimaries === AVCOL_PRI_BT2020) return AVCOL_SPC_BT2020_NCL;
  return width > SD_WIDTH_PX || height > SD_HEIGHT_PX ? AVCOL_SPC_BT709 : colorSpace;
}

/**
 * Reads a display matrix: nine int32 in rows a b u, c d v, x y w, in the machine's byte order. A point (x, y) is shown
 * at (ax + cy, bx + dy). Turns between quarters become the nearest quarter. null: the frame is upright.
 */
export function uprightBy(matrix: Buffer | null): Pick<Shape, 'upright' | 'lies'> {
  if (matrix === null || matrix.length < 36) return { upright: [], lies: false };
  const [a = 0, b = 0, c = 0, d = 0] = [0, 4, 12, 16].map(at => matrix.readInt32LE(at));
  if (Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c))
    return { upright: [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])], lies: false };
  const turn = c > 0 ? (b > 0 ? 'cclock_flip' : 'cclock') : b > 0 ? 'clock' : 'clock_flip';
  return { upright: [`transpose=${turn}`], lies: true };
}

/** Size of the upright picture. */
export function sizeOf({ widthPx, heightPx, pixelShape, lies }: Shape): SizePx {
  const [width, height] = fit(widthPx, heightPx, pixelShape);
  return lies ? [height, width] : [width, height];
}

/** Largest even size within MAX_SIDE_PX that keeps the visible shape; never larger than the source. */
export function fit(widthPx: number, heightPx: number, pixelShape = 1): SizePx {
  const seenWidth = widthPx * pixelShape;
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(seenWidth, heightPx));
  const even = (size: number): number => Math.max(2, Math.round((size * scale) / 2) * 2);
  return [even(seenWidth), even(heightPx)];
}

/** Matrices that zimg converts three times as fast as FFmpeg's scaler, by zimg's names. */
const ZIMG_MATRIX: Readonly<Record<number, string>> = {
  [AVCOL_SPC_BT709]: '709',
  [AVCOL_SPC_BT2020_NCL]: '2020_ncl',
  [AVCOL_SPC_BT2020_CL]: '2020_cl',
};
/** HDR transfers by zimg's names. */
const HDR_TRANSFER: Readonly<Record<number, string>> = {
  [AVCOL_TRC_SMPTE2084]: 'smpte2084',
  [AVCOL_TRC_ARIB_STD_B67]: 'arib-std-b67',
};
/** Brightness that is white to a screen without HDR, by ITU-R BT.2408. */
const WHITE_NITS = 203;
/** Keeps what is darker than white as it is and compresses what is brighter. */
const TONE_MAP = 'tonemap=mobius:param=0.7:peak=10:desat=0';

/**
 * Texts of filters that make an upright picture with the colours of a JPEG: full range, BT.601. The first that FFmpeg
 * takes is the right one.
 */
export function filtersFor(shape: Shape): readonly string[] {
  const { widthPx, heightPx, pixelShape, field, upright } = shape;
  const [width, height] = fit(widthPx, heightPx, pixelShape);
  const scale = `scale=w=${width}:h=${height}:flags=bilinear:out_color_matrix=bt601:out_range=full`;
  const zimg = zimgFilters(shape, `w=${width}:h=${height}`);
  const before = field === undefined ? [] : [`field=type=${field}`];
  return [...(zimg === undefined ? [] : [zimg]), scale].map(scaler =>
    [...before, scaler, ...upright, 'format=yuvj420p'].join(','),
  );
}

/** undefined: the frame has the matrix of a JPEG, or one that is left to FFmpeg's scaler. */
function zimgFilters({ matrix, primaries, transfer, range }: Shape, size: string): string | undefined {
  const from = ZIMG_MATRIX[matrix];
  if (from === undefined) return undefined;
  const source = `zscale=${size}:min=${from}:rin=${range === AVCOL_RANGE_JPEG ? 'full' : 'limited'}`;
  const jpeg = 'm=170m:r=full';
  const hdr = HDR_TRANSFER[transfer];
  if (hdr !== undefined)
    return `${source}:pin=2020:tin=${hdr}:t=linear:npl=${WHITE_NITS},format=gbrpf32le,zscale=p=709,${TONE_MAP},zscale=t=709:${jpeg}`;
  // Dark tones have the same curve in BT.2020 and BT.709.
  return primaries === AVCOL_PRI_BT2020 ? `${source}:pin=2020:tin=709:p=709:t=709:${jpeg}` : `${source}:${jpeg}`;
}
