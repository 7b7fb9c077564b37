/** Ticks of the video's times a second. */
export const TICKS_PER_SECOND = 90_000;
const TRACK = 1;
/** `sample_flags`: depends on no other sample; depends on others and is no place to begin. */
const KEY_FLAGS = 0x02000000;
const OTHER_FLAGS = 0x01010000;
/** default-base-is-moof; data-offset, duration, size, flags and time offset of each sample are present. */
const TFHD_FLAGS = 0x020000;
const TRUN_FLAGS = 0x000f01;
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const UNITY = 0x10000;
const DPI_72 = 0x480000;
const LANGUAGE_UNDETERMINED = 0x55c4;

/** What a browser must know before the first picture. */
export interface VideoTrack {
  /** The sample entry and its configuration box: H.264 or H.265. */
  readonly entry: 'avc1' | 'hvc1';
  readonly configuration: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One coded picture. Times in ticks. */
export interface Sample {
  readonly decodeTicks: number;
  /** Its presentation, not before `decodeTicks`. */
  readonly timeTicks: number;
  readonly durationTicks: number;
  readonly isKey: boolean;
  /** NAL units, each with its length before it. */
  readonly bytes: Buffer;
}

const u16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}
function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** ISO/IEC 14496-12, 4.2: size, type, content. */
function box(type: string, ...content: readonly Buffer[]): Buffer {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), Buffer.from(type, 'latin1'), ...content], size);
}
const fullBox = (type: string, version: number, flags: number, ...content: readonly Buffer[]): Buffer =>
  box(type, u32(((version << 24) | flags) >>> 0), ...content);

/** `ftyp` and `moov` of a video without a known length (ISO/IEC 14496-12, 8.8). */
export function initSegment(track: VideoTrack): Buffer {
  const { widthPx, heightPx } = track;
  const brands = ['iso5', 'iso6', 'mp41'].map(brand => Buffer.from(brand, 'latin1'));
  const mvhd = fullBox(
    ...(['mvhd', 0, 0] as const),
    ...[u32(0, 0, TICKS_PER_SECOND, 0, UNITY), u16(0x100), Buffer.alloc(10), u32(...MATRIX), Buffer.alloc(24)],
    u32(TRACK + 1),
  );
  const tkhd = fullBox(
    ...(['tkhd', 0, 3] as const),
    ...[u32(0, 0, TRACK, 0, 0), Buffer.alloc(16), u32(...MATRIX), u32(widthPx << 16, heightPx << 16)],
  );
  const mdhd = fullBox('mdhd', 0, 0, u32(0, 0, TICKS_PER_SECOND, 0), u16(LANGUAGE_UNDETERMINED), u16(0));
  const hdlr = fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide', 'latin1'), Buffer.alloc(12), Buffer.from('video\0'));
  const minf = box(
    ...(['minf', fullBox('vmhd', 0, 1, Buffer.alloc(8))] as const),
    box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
    sampleTable(track),
  );
  const mvex = box('mvex', fullBox('trex', 0, 0, u32(TRACK, 1, 0, 0, 0)));
  return Buffer.concat([
    box('ftyp', Buffer.from('iso5', 'latin1'), u32(512), ...brands),
    box('moov', mvhd, box('trak', tkhd, box('mdia', mdhd, hdlr, minf)), mvex),
  ]);
}

/** `stbl` with one sample entry and no samples. */
function sampleTable({ entry, configuration, widthPx, heightPx }: VideoTrack): Buffer {
  const none = u32(0);
  const sampleEntry = box(
    ...([entry, Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(widthPx), u16(heightPx)] as const),
    ...[u32(DPI_72, DPI_72, 0), u16(1), Buffer.alloc(32), u16(0x18), u16(0xffff)],
    box(entry === 'avc1' ? 'avcC' : 'hvcC', configuration),
  );
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry),
    ...[fullBox('stts', 0, 0, none), fullBox('stsc', 0, 0, none), fullBox('stsz', 0, 0, none, none)],
    fullBox('stco', 0, 0, none),
  );
}

/** `moof` and `mdat` with one picture (ISO/IEC 14496-12, 8.8.4). `number`: of the fragment, from 1. */
export function fragment(number: number, sample: Sample): Buffer {
  const { decodeTicks, timeTicks, durationTicks, isKey, bytes } = sample;
  const flags = isKey ? KEY_FLAGS : OTHER_FLAGS;
  const moof = (dataOffset: number): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(number)),
      box(
        'traf',
        fullBox('tfhd', 0, TFHD_FLAGS, u32(TRACK)),
        fullBox('tfdt', 1, 0, u64(decodeTicks)),
        fullBox('trun', 0, TRUN_FLAGS, u32(1, dataOffset, durationTicks, bytes.length, flags, timeTicks - decodeTicks)),
      ),
    );
  const offset = moof(0).length + 8;
  return Buffer.concat([moof(offset), u32(bytes.length + 8), Buffer.from('mdat', 'latin1'), bytes]);
}
