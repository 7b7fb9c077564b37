const SOI = 0xd8;
const EOI = 0xd9;
const SCAN = 0xda;
const START = Buffer.from([0xff, SOI]);
/** A picture of 40 megapixels is smaller. */
const BYTES_AT_MOST = 32 * 1024 * 1024;

/** Restart markers, and bytes 0xff of the picture itself: they do not end a scan. */
const isInScan = (code: number): boolean => code === 0 || (code >= 0xd0 && code <= 0xd7);

/**
 * Finds whole JPEG pictures in a stream of bytes (ITU-T T.81, annex B), whatever stands between them. So it needs no
 * boundary and no length, which cameras get wrong in many ways. A picture that is cut short is left out.
 */
export class JpegSplitter {
  #bytes: Buffer = Buffer.alloc(0);
  /** Where reading goes on; everything before was understood. */
  #at = 0;
  #inPicture = false;
  #inScan = false;
  /** Pictures that were cut short. */
  damaged = 0;

  /** The pictures that are complete with this chunk. */
  push(chunk: Buffer): readonly Buffer[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const pictures: Buffer[] = [];
    while (this.#step(pictures));
    if (this.#bytes.length > BYTES_AT_MOST) this.#giveUp();
    return pictures;
  }

  /** True: there may be more to understand. */
  #step(pictures: Buffer[]): boolean {
    if (!this.#inPicture) return this.#seek();
    return this.#inScan ? this.#scan(pictures) : this.#segment(pictures);
  }

  #seek(): boolean {
    const at = this.#bytes.indexOf(START);
    // The first byte of a start may be the last one so far.
    this.#bytes = this.#bytes.subarray(at >= 0 ? at : Math.max(0, this.#bytes.length - 1));
    this.#inPicture = at >= 0;
    this.#inScan = false;
    this.#at = START.length;
    return this.#inPicture;
  }

  /** Reads over a segment with its length. */
  #segment(pictures: Buffer[]): boolean {
    if (this.#bytes.length < this.#at + 4) return this.#endsHere(pictures);
    const code = this.#bytes[this.#at + 1] ?? 0;
    if (this.#bytes[this.#at] !== 0xff || code === 0 || code === SOI) return this.#giveUp();
    if (code === 0xff) this.#at += 1;
    else if (code === EOI) this.#take(pictures);
    else {
      this.#inScan = code === SCAN;
      this.#at += 2 + this.#bytes.readUInt16BE(this.#at + 2);
    }
    return true;
  }

  /** The end marker has no length, so it may be the last bytes. */
  #endsHere(pictures: Buffer[]): boolean {
    if (this.#bytes[this.#at] !== 0xff || this.#bytes[this.#at + 1] !== EOI) return false;
    this.#take(pictures);
    return true;
  }

  #scan(pictures: Buffer[]): boolean {
    const at = this.#bytes.indexOf(0xff, this.#at);
    if (at < 0 || at + 1 >= this.#bytes.length) {
      this.#at = at < 0 ? Math.max(this.#at, this.#bytes.length) : at;
      return false;
    }
    const code = this.#bytes[at + 1] ?? 0;
    this.#at = at + (code === 0xff ? 1 : 2);
    if (code === EOI) this.#take(pictures, at + 2);
    else if (code === SOI) return this.#giveUp(at);
    else if (!isInScan(code) && code !== 0xff) {
      this.#at = at;
      this.#inScan = false;
    }
    return true;
  }

  #take(pictures: Buffer[], end = this.#at + 2): void {
    pictures.push(this.#bytes.subarray(0, end));
    this.#bytes = this.#bytes.subarray(end);
    this.#inPicture = false;
  }

  /** Looks for the next picture from here on. */
  #giveUp(at = START.length): boolean {
    this.damaged++;
    this.#bytes = this.#bytes.subarray(at);
    this.#inPicture = false;
    return true;
  }
}
