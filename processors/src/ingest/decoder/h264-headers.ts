import { type Bits, bitsAt, HEADER_BYTES } from './bits.ts';

/** Types of NAL units (ITU-T H.264, table 7-1). */
const SLICE = 1;
const IDR_SLICE = 5;
const PARAMETERS = 7;
const START_CODE = Buffer.from([0, 0, 1]);
/** Profiles whose parameters tell the chroma format. */
export const HIGH_PROFILES: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

/** What of a sequence parameter set is needed to read `frame_num`. */
interface Parameters {
  readonly frameNumBits: number;
  readonly gapsAllowed: boolean;
  readonly colourPlanes: boolean;
  /** Pictures may come as two fields, of which one refers to the other. */
  readonly fields: boolean;
}

export interface SeenPacket {
  /** False: no other picture refers to this one. */
  readonly isReference: boolean;
  /** True: pictures that this one may refer to never came. FFmpeg makes up substitutes for them, and does not say so. */
  readonly lost: boolean;
}

const UNKNOWN: SeenPacket = { isReference: true, lost: false };

/**
 * Reads the headers of an H.264 stream in byte stream format (ITU-T H.264, annex B), packet by packet. Reference
 * pictures are numbered one by one (`frame_num`, 7.4.3), so a hole in the numbers is a lost picture. Packets in another
 * format are told to be sound references.
 */
export class H264Headers {
  #parameters: Parameters | undefined;
  #lastNumber: number | undefined;

  /** `parameters`: the stream's description, if it has one. */
  constructor(parameters: Buffer | null) {
    if (parameters !== null) this.take(parameters);
  }

  take(packet: Buffer): SeenPacket {
    if (packet.indexOf(START_CODE) > 1 || packet.length < 5) return UNKNOWN;
    for (let at = packet.indexOf(START_CODE); at >= 0; at = packet.indexOf(START_CODE, at + 3)) {
      const head = packet[at + 3] ?? 0;
      const type = head & 31;
      if (type === PARAMETERS) this.#parameters = readParameters(bitsAt(packet, at + 4)) ?? this.#parameters;
      if (type === SLICE || type === IDR_SLICE) return this.#picture(packet, at + 4, (head & 0x60) !== 0, type);
    }
    return UNKNOWN;
  }

  #picture(packet: Buffer, at: number, isReference: boolean, type: number): SeenPacket {
    if (this.#parameters === undefined) return UNKNOWN;
    const { frameNumBits, gapsAllowed, colourPlanes, fields } = this.#parameters;
    const bits = bitsAt(packet, at);
    bits.ue(); // first_mb_in_slice
    bits.ue(); // slice_type
    bits.ue(); // pic_parameter_set_id
    if (colourPlanes) bits.u(2);
    const number = bits.u(frameNumBits);
    const last = type === IDR_SLICE ? undefined : this.#lastNumber;
    if (isReference) this.#lastNumber = number;
    const follows = last === undefined || number === last || number === (last + 1) % 2 ** frameNumBits;
    return { isReference: isReference || fields, lost: !follows && !gapsAllowed };
  }
}

/** Sequence parameter set (7.3.2.1.1), up to the flag for fields. */
function readParameters(bits: Bits): Parameters | undefined {
  const profile = bits.u(8);
  bits.u(16);
  bits.ue(); // seq_parameter_set_id
  let colourPlanes = false;
  if (HIGH_PROFILES.has(profile)) {
    const chroma = bits.ue();
    colourPlanes = chroma === 3 && bits.u(1) === 1;
    bits.ue(); // bit_depth_luma_minus8
    bits.ue(); // bit_depth_chroma_minus8
    bits.u(1);
    if (bits.u(1) === 1) for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) skipScalingList(bits, list);
  }
  const frameNumBits = bits.ue() + 4;
  skipOrderCount(bits);
  bits.ue(); // max_num_ref_frames
  const gapsAllowed = bits.u(1) === 1;
  bits.ue(); // pic_width_in_mbs_minus1
  bits.ue(); // pic_height_in_map_units_minus1
  const fields = bits.u(1) === 0; // frame_mbs_only_flag
  return frameNumBits > 16 ? undefined : { frameNumBits, gapsAllowed, colourPlanes, fields };
}

export function skipScalingList(bits: Bits, list: number): void {
  if (bits.u(1) === 0) return;
  let [last, next] = [8, 8];
  for (let index = 0; index < (list < 6 ? 16 : 64); index++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

export function skipOrderCount(bits: Bits): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.u(1);
  bits.se();
  bits.se();
  for (let left = Math.min(bits.ue(), HEADER_BYTES); left > 0; left--) bits.se();
}
