/** Width and height of a JPEG. */
export interface JpegSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

const SOI = 0xffd8;
/** Frame headers that a decoder of ours reads: baseline, extended and progressive. */
const READABLE_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Frame headers of other kinds: lossless, hierarchical, arithmetic. */
const OTHER_FRAMES: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** Markers without a length. */
const hasNoLength = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/**
 * The size that a JPEG's header tells (ITU-T T.81, B.1: segments of marker, length and content up to the frame header).
 * A text says why it is refused. Nothing is decoded.
 */
export function jpegSize(bytes: Buffer): JpegSize | string {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== SOI) return 'the picture is no JPEG: encode it as image/jpeg';
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return 'the JPEG is broken: a marker is missing in its header';
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (hasNoLength(marker)) at += 2;
    else if (OTHER_FRAMES.has(marker)) return 'the JPEG is of a rare kind: encode it as baseline or progressive';
    else if (READABLE_FRAMES.has(marker)) return sizeAt(bytes, at);
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return 'the JPEG is cut off: its header has no size';
}

function sizeAt(bytes: Buffer, at: number): JpegSize | string {
  if (at + 9 > bytes.length) return 'the JPEG is cut off: its header has no size';
  const [heightPx, widthPx] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
  return widthPx === 0 || heightPx === 0 ? 'the JPEG has no width or no height' : { widthPx, heightPx };
}
