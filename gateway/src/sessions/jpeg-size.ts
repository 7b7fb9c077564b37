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

const SOS = 0xda;
const APP1 = 0xe1;
const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ORIENTATION = 0x0112;
const UPRIGHT = 1;
const EOI = 0xd9;
/** Pixels that a byte of a picture can tell of: a block of 8 x 8 has at least one bit. */
const MOST_PX_PER_BYTE = 64 * 8;

/**
 * The size of a JPEG that is whole (ITU-T T.81, B.1: segments of marker, length and content; scans end at a marker). A
 * text says why it is refused: another kind, cut off, two frames, fewer bytes than its size needs, or turned by its EXIF
 * data, which models do not follow and browsers do. Nothing is decoded, so the numbers of a scan may still be wrong.
 */
export function jpegSize(bytes: Buffer): JpegSize | string {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== SOI) return 'the picture is no JPEG: encode it as image/jpeg';
  let size: JpegSize | undefined;
  let scanned = 0;
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return 'the JPEG is broken: a marker is missing';
    const marker = bytes[at + 1] ?? 0;
    if (marker === EOI) return whole(size, scanned);
    if (OTHER_FRAMES.has(marker)) return 'the JPEG is of a rare kind: encode it as baseline or progressive';
    if (READABLE_FRAMES.has(marker)) {
      const found = size === undefined ? sizeAt(bytes, at) : 'the JPEG is broken: it has two frames';
      if (typeof found === 'string') return found;
      size = found;
    }
    const orientation = marker === APP1 ? orientationAt(bytes, at + 4) : UPRIGHT;
    if (orientation !== UPRIGHT)
      return `the JPEG is stored turned or mirrored (EXIF orientation ${orientation}): turn its pixels before you send it`;
    if (marker === 0xff) at++;
    else if (hasNoLength(marker)) at += 2;
    else if (at + 4 > bytes.length) break;
    else at += 2 + bytes.readUInt16BE(at + 2);
    if (marker !== SOS) continue;
    const end = scanEnd(bytes, at);
    scanned += end - at;
    at = end;
  }
  return 'the JPEG is cut off: send it whole';
}

function whole(size: JpegSize | undefined, scanned: number): JpegSize | string {
  if (size === undefined || scanned === 0) return 'the JPEG is broken: it ends before its picture';
  const { widthPx, heightPx } = size;
  if (scanned * MOST_PX_PER_BYTE < widthPx * heightPx)
    return `the JPEG is broken: ${scanned} bytes are too few for ${widthPx} x ${heightPx} pixels`;
  return size;
}

/** Where the numbers of a scan end: at the next marker that is no restart and no stuffed byte. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !hasNoLength(next)) return at;
  }
  return bytes.length;
}

/** The orientation in a segment of EXIF data (Exif 3.0, 4.6.5.1: tag 0112 of the first directory); 1 when it has none. */
function orientationAt(bytes: Buffer, at: number): number {
  const tiff = at + EXIF.length;
  if (tiff + 8 > bytes.length || !bytes.subarray(at, tiff).equals(EXIF)) return UPRIGHT;
  const isLittle = bytes.toString('latin1', tiff, tiff + 2) === 'II';
  const u16 = (place: number): number => (isLittle ? bytes.readUInt16LE(place) : bytes.readUInt16BE(place));
  const directory = tiff + (isLittle ? bytes.readUInt32LE(tiff + 4) : bytes.readUInt32BE(tiff + 4));
  if (directory + 2 > bytes.length) return UPRIGHT;
  const count = u16(directory);
  for (let entry = directory + 2; entry < directory + 2 + 12 * count && entry + 12 <= bytes.length; entry += 12)
    if (u16(entry) === ORIENTATION) return u16(entry + 8) || UPRIGHT;
  return UPRIGHT;
}

function sizeAt(bytes: Buffer, at: number): JpegSize | string {
  if (at + 9 > bytes.length) return 'the JPEG is cut off: its header has no size';
  const [heightPx, widthPx] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
  return widthPx === 0 || heightPx === 0 ? 'the JPEG has no width or no height' : { widthPx, heightPx };
}
