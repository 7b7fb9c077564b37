import { type Bits, bitsAt } from './bits.ts';
import type { VideoTrack } from './fragmented-mp4.ts';
import { HIGH_PROFILES, skipOrderCount, skipScalingList } from './h264-headers.ts';

/** A codec that browsers take from an MP4 without a change of its pictures. */
export type VideoCodec = 'h264' | 'h265';

/** A track, and its name for `MediaSource.isTypeSupported` (RFC 6381). */
export interface DescribedTrack extends VideoTrack {
  readonly codec: string;
}

/** Sequence parameters, picture parameters; H.265 has video parameters before them. */
export interface ParameterSets {
  readonly video: Buffer | undefined;
  readonly sequence: Buffer;
  readonly picture: Buffer;
}

const MACROBLOCK_PX = 16;
const SIDE_PX_AT_MOST = 16_384;
/** Array in `hvcC`: complete, and its type. */
const COMPLETE = 0x80;
const H265_HEADER_BYTES = 2;

export const describe = (codec: VideoCodec, sets: ParameterSets): DescribedTrack | undefined =>
  codec === 'h264' ? describeH264(sets) : describeH265(sets);

const lengthAndBytes = (unit: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(unit.length >> 8) & 0xff, unit.length & 0xff]), unit]);
const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0').toUpperCase();

/** `avcC` (ISO/IEC 14496-15, 5.3.3.1). */
function describeH264({ sequence, picture }: ParameterSets): DescribedTrack | undefined {
  const { profile, chroma, lumaBits, chromaBits, ...size } = readH264(bitsAt(sequence, 1));
  if (!isSound(size)) return undefined;
  const [, ...levels] = sequence.subarray(0, 4);
  const high = HIGH_PROFILES.has(profile) ? [0xfc | chroma, 0xf8 | lumaBits, 0xf8 | chromaBits, 0] : [];
  const configuration = Buffer.concat([
    Buffer.from([1, ...levels, 0xff, 0xe1]),
    lengthAndBytes(sequence),
    Buffer.from([1]),
    lengthAndBytes(picture),
    Buffer.from(high),
  ]);
  return { entry: 'avc1', codec: `avc1.${levels.map(hex).join('')}`, configuration, ...size };
}

const isSound = ({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): boolean =>
  widthPx > 0 && heightPx > 0 && widthPx <= SIDE_PX_AT_MOST && heightPx <= SIDE_PX_AT_MOST;

/** Sequence parameter set (ITU-T H.264, 7.3.2.1.1). */
function readH264(bits: Bits) {
  const profile = bits.u(8);
  bits.u(16);
  bits.ue(); // seq_parameter_set_id
  let [chroma, planes, lumaBits, chromaBits] = [1, 0, 0, 0];
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.ue();
    if (chroma === 3) planes = bits.u(1);
    lumaBits = bits.ue();
    chromaBits = bits.ue();
    bits.u(1);
    if (bits.u(1) === 1) for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) skipScalingList(bits, list);
  }
  bits.ue(); // log2_max_frame_num_minus4
  skipOrderCount(bits);
  bits.ue(); // max_num_ref_frames
  bits.u(1);
  const columns = bits.ue() + 1;
  const rows = bits.ue() + 1;
  const frames = bits.u(1); // frame_mbs_only_flag
  if (frames === 0) bits.u(1);
  bits.u(1);
  const [left, right, top, bottom] = cropping(bits);
  const arrays = planes === 1 ? 0 : chroma;
  const unitX = arrays === 1 || arrays === 2 ? 2 : 1;
  const unitY = (arrays === 1 ? 2 : 1) * (2 - frames);
  return {
    ...{ profile, chroma, lumaBits, chromaBits },
    widthPx: columns * MACROBLOCK_PX - (left + right) * unitX,
    heightPx: rows * MACROBLOCK_PX * (2 - frames) - (top + bottom) * unitY,
  };
}

/** Left, right, top and bottom, in chroma units. */
function cropping(bits: Bits): readonly [number, number, number, number] {
  return bits.u(1) === 1 ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
}

/** `hvcC` (ISO/IEC 14496-15, 8.3.3.1). */
function describeH265({ video, sequence, picture }: ParameterSets): DescribedTrack | undefined {
  if (video === undefined) return undefined;
  const { general, chroma, lumaBits, chromaBits, layers, nested, ...size } = readH265(
    bitsAt(sequence, H265_HEADER_BYTES),
  );
  if (!isSound(size)) return undefined;
  const arrays = [video, sequence, picture].flatMap(unit => [
    Buffer.from([COMPLETE | (((unit[0] ?? 0) >> 1) & 0x3f), 0, 1]),
    lengthAndBytes(unit),
  ]);
  const head = [1, ...general, 0xf0, 0, 0xfc, 0xfc | chroma, 0xf8 | lumaBits, 0xf8 | chromaBits, 0, 0];
  const layersByte = ((layers & 7) << 3) | (nested << 2) | 3;
  const configuration = Buffer.concat([Buffer.from([...head, layersByte, 3]), ...arrays]);
  return { entry: 'hvc1', codec: h265Name(general), configuration, ...size };
}

/** ISO/IEC 14496-15, annex E.3. */
function h265Name(general: readonly number[]): string {
  const [first = 0, ...rest] = general;
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const compatible = rest.slice(0, 4).reduce((sum, byte) => sum * 256 + byte, 0);
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) if (Math.floor(compatible / 2 ** bit) % 2 === 1) reversed += 2 ** (31 - bit);
  const constraints = rest.slice(4, 10);
  while (constraints.at(-1) === 0) constraints.pop();
  const tier = (first & 0x20) === 0 ? 'L' : 'H';
  const name = `hvc1.${space}${first & 31}.${reversed.toString(16).toUpperCase()}.${tier}${rest[10] ?? 0}`;
  return [name, ...constraints.map(byte => byte.toString(16).toUpperCase())].join('.');
}

/** Sequence parameter set (ITU-T H.265, 7.3.2.2). `general`: the 12 bytes of the general profile, tier and level. */
function readH265(bits: Bits) {
  bits.u(4);
  const subLayers = bits.u(3);
  const nested = bits.u(1);
  const general = Array.from({ length: 12 }, () => bits.u(8));
  const present = Array.from({ length: subLayers }, () => [bits.u(1), bits.u(1)] as const);
  if (subLayers > 0) for (let layer = subLayers; layer < 8; layer++) bits.u(2);
  for (const [profile, level] of present) {
    if (profile === 1) for (let byte = 0; byte < 11; byte++) bits.u(8);
    if (level === 1) bits.u(8);
  }
  bits.ue(); // sps_seq_parameter_set_id
  const chroma = bits.ue();
  const planes = chroma === 3 ? bits.u(1) : 0;
  const width = bits.ue();
  const height = bits.ue();
  const [left, right, top, bottom] = cropping(bits);
  const lumaBits = bits.ue();
  const chromaBits = bits.ue();
  const arrays = planes === 1 ? 0 : chroma;
  const unitX = arrays === 1 || arrays === 2 ? 2 : 1;
  const unitY = arrays === 1 ? 2 : 1;
  return {
    ...{ general, chroma, lumaBits, chromaBits, layers: subLayers + 1, nested },
    widthPx: width - (left + right) * unitX,
    heightPx: height - (top + bottom) * unitY,
  };
}
