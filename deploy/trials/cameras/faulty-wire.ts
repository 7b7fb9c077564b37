import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const INTERLEAVED = 0x24;
const HEAD_BYTES = 4;
const GARBAGE_BYTES = 37;
const RTP_TIME_AT = HEAD_BYTES + 4;
/** Eleven hours: a camera whose clock is set. */
const JUMP_TICKS = 11 * 3_600 * 90_000;

/** What the wire does to what the camera sends. */
export type Harm = 'none' | 'garbage' | 'loss' | 'silence' | 'time-jump' | 'time-stuck';

/** A network between a camera and its reader that can do harm. RTSP over TCP. */
export class FaultyWire {
  readonly #server: Server;
  readonly #cameraPort: number;
  readonly #random: () => number;
  readonly #pairs = new Set<readonly [reader: Socket, camera: Socket]>();
  harm: Harm = 'none';
  /** How often it did harm. */
  harmed = 0;

  private constructor(server: Server, cameraPort: number, random: () => number) {
    this.#server = server;
    this.#cameraPort = cameraPort;
    this.#random = random;
    server.on('connection', reader => this.#join(reader));
  }

  static async open(cameraPort: number, random: () => number): Promise<FaultyWire> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new FaultyWire(server, cameraPort, random);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #join(reader: Socket): void {
    const camera = connect(this.#cameraPort, '127.0.0.1');
    const pair = [reader, camera] as const;
    this.#pairs.add(pair);
    const pieces = new Pieces();
    reader.on('data', data => camera.write(data));
    camera.on('data', data => {
      for (const piece of pieces.take(data)) this.#send(reader, piece);
    });
    for (const [socket, other] of [
      [reader, camera],
      [camera, reader],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        other.destroy();
        this.#pairs.delete(pair);
      });
    }
  }

  #send(reader: Socket, piece: Buffer): void {
    if (this.harm === 'silence') this.harmed++;
    else if (piece[0] === INTERLEAVED) for (const bytes of this.#harmed(piece)) reader.write(bytes);
    else reader.write(piece);
  }

  /** What becomes of an RTP packet. */
  #harmed(packet: Buffer): readonly Buffer[] {
    const isVideo = (packet[1] ?? 0) % 2 === 0;
    const strikes = (share: number): boolean => {
      const does = isVideo && this.#random() < share;
      if (does) this.harmed++;
      return does;
    };
    if (this.harm === 'loss' && strikes(0.05)) return [];
    if (this.harm === 'garbage' && strikes(0.05))
      return [Buffer.from(Array.from({ length: GARBAGE_BYTES }, () => Math.floor(this.#random() * 256))), packet];
    if (this.harm === 'time-jump' && strikes(1)) {
      const ticks = (packet.readUInt32BE(RTP_TIME_AT) + JUMP_TICKS) % 2 ** 32;
      packet.writeUInt32BE(ticks, RTP_TIME_AT);
    }
    if (this.harm === 'time-stuck' && strikes(1)) packet.writeUInt32BE(0, RTP_TIME_AT);
    return [packet];
  }

  /** Breaks all connections, as a router that restarts. */
  cut(): void {
    this.harmed += this.#pairs.size;
    for (const [reader, camera] of this.#pairs) {
      reader.resetAndDestroy();
      camera.destroy();
    }
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}

/** Parts the bytes of an RTSP connection into its packets and the rest. */
class Pieces {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of an answer's body that are still to come. */
  #bodyBytes = 0;

  take(data: Buffer): readonly Buffer[] {
    this.#rest = Buffer.concat([this.#rest, data]);
    const pieces: Buffer[] = [];
    for (let bytes = this.#next(); bytes > 0; bytes = this.#next()) {
      pieces.push(this.#rest.subarray(0, bytes));
      this.#rest = this.#rest.subarray(bytes);
    }
    return pieces;
  }

  /** Length of the next piece; 0: it is not complete. */
  #next(): number {
    if (this.#bodyBytes > 0) {
      const bytes = Math.min(this.#bodyBytes, this.#rest.length);
      this.#bodyBytes -= bytes;
      return bytes;
    }
    if (this.#rest[0] === INTERLEAVED) {
      const bytes = this.#rest.length < HEAD_BYTES ? Number.POSITIVE_INFINITY : HEAD_BYTES + this.#rest.readUInt16BE(2);
      return this.#rest.length < bytes ? 0 : bytes;
    }
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    this.#bodyBytes = Number(/^content-length: *(\d+)/im.exec(this.#rest.toString('latin1', 0, end))?.[1] ?? 0);
    return end + 4;
  }
}
