import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type EncodedPicture, encodeTestClip, type TestClip } from './test-clip.ts';

const RTP_TICKS_PER_MS = 90;
const PACKET_BYTES = 1_200;
const FRAGMENT = 28;
const FRAGMENT_H265 = 49;

/** What is special about a camera. */
export interface RtspFaults {
  /** Time in the stream of a picture that is sent at this time, in ms. Default: the same. */
  readonly streamMs?: (sentMs: number) => number;
  /** Bytes sent for the picture with this number; undefined: it is lost. Default: its own. */
  readonly bytes?: (picture: EncodedPicture, number: number) => Buffer | undefined;
  /** It refuses TCP. */
  readonly udpOnly?: boolean;
  /** Login it wants, with Digest. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Path that sends on to another. */
  readonly redirect?: string;
  /** It stops after this many pictures, and keeps the connection. */
  readonly silentAfter?: number;
  /** It ends the connection after this many pictures. */
  readonly endsAfter?: number;
  /** It refuses every path with this status. */
  readonly status?: string;
  readonly host?: string;
}

export interface RtspCamera {
  readonly url: string;
  /** Connections that asked for a stream. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * An H.264 or H.265 camera on the loopback that plays a clip again and again in real time (RFC 2326, 6184, 7798). For
 * tests.
 */
export async function startRtspCamera(clip: TestClip, faults: RtspFaults = {}): Promise<RtspCamera> {
  const encoded = await encodeTestClip(clip);
  const sockets = new Set<Socket>();
  const state = { connections: 0 };
  const server = createServer(socket => {
    sockets.add(socket);
    const session = new RtspSession(
      socket,
      { ...encoded, isH265: clip.codec === 'h265', fps: clip.fps ?? 15, faults },
      () => state.connections++,
    );
    socket.on('data', data => session.heard(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      session.stop();
      sockets.delete(socket);
    });
  });
  const { host = '127.0.0.1' } = faults;
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `rtsp://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    get connections() {
      return state.connections;
    },
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Stream {
  readonly parameters: Buffer;
  readonly pictures: readonly EncodedPicture[];
  readonly isH265: boolean;
  readonly fps: number;
  readonly faults: RtspFaults;
}

class RtspSession {
  readonly #socket: Socket;
  readonly #stream: Stream;
  readonly #onPlay: () => void;
  #text = '';
  #clientPort: number | undefined;
  readonly #udp = createSocket('udp4');
  #playing: NodeJS.Timeout | undefined;
  #sequence = 0;

  constructor(socket: Socket, stream: Stream, onPlay: () => void) {
    this.#socket = socket;
    this.#stream = stream;
    this.#onPlay = onPlay;
  }

  heard(data: Buffer): void {
    this.#text += data.toString('latin1');
    for (let end = this.#text.indexOf('\r\n\r\n'); end >= 0; end = this.#text.indexOf('\r\n\r\n')) {
      const request = this.#text.slice(Math.max(0, this.#text.search(/[A-Z]{4}/)), end);
      this.#text = this.#text.slice(end + 4);
      this.#answer(request);
    }
  }

  #answer(request: string): void {
    const [, method = '', uri = ''] = /^([A-Z_]+) (\S+) RTSP/.exec(request) ?? [];
    const header = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim() ?? '';
    const [status, ...lines] = this.#reply(method, uri, header);
    const isDescription = method === 'DESCRIBE' && status === '200 OK';
    const body = isDescription ? this.#description() : '';
    const head = [`RTSP/1.0 ${status}`, `CSeq: ${header('CSeq')}`, 'Session: 1', ...lines];
    this.#socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
    if (method === 'PLAY') this.#play();
  }

  /** The status and the headers. */
  #reply(method: string, uri: string, header: (name: string) => string): readonly string[] {
    const { udpOnly, redirect, status } = this.#stream.faults;
    if (method === 'OPTIONS') return ['200 OK', 'Public: DESCRIBE, SETUP, PLAY, TEARDOWN'];
    if (status !== undefined) return [status];
    if (redirect !== undefined && uri.endsWith(redirect))
      return ['302 Moved', `Location: ${uri.slice(0, -redirect.length)}`];
    if (!this.#isAllowed(method, header('Authorization')))
      return ['401 Unauthorized', `WWW-Authenticate: Digest realm="${REALM}", nonce="${NONCE}"`];
    if (method === 'DESCRIBE') return ['200 OK', 'Content-Type: application/sdp', `Content-Base: ${uri}/`];
    if (method !== 'SETUP') return ['200 OK'];
    const transport = header('Transport');
    const isTcp = transport.includes('TCP');
    if (isTcp && udpOnly) return ['461 Unsupported Transport'];
    if (!isTcp) this.#clientPort = Number(/client_port=(\d+)/.exec(transport)?.[1]);
    return ['200 OK', `Transport: ${transport}${isTcp ? '' : ';server_port=5000-5001'}`];
  }

  #isAllowed(method: string, authorization: string): boolean {
    const { login } = this.#stream.faults;
    if (login === undefined) return true;
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(authorization)?.[1] ?? '';
    const secret = md5(`${login.user}:${REALM}:${login.password}`);
    return field('response') === md5(`${secret}:${NONCE}:${md5(`${method}:${field('uri')}`)}`);
  }

  #description(): string {
    const { isH265, parameters } = this.#stream;
    const sets = unitsOf(parameters);
    const setOf = (type: number): string =>
      sets.find(unit => (isH265 ? ((unit[0] ?? 0) >> 1) & 63 : (unit[0] ?? 0) & 31) === type)?.toString('base64') ?? '';
    const video = isH265
      ? ['a=rtpmap:96 H265/90000', `a=fmtp:96 sprop-vps=${setOf(32)};sprop-sps=${setOf(33)};sprop-pps=${setOf(34)}`]
      : ['a=rtpmap:96 H264/90000', `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${setOf(7)},${setOf(8)}`];
    const head = ['v=0', 'o=- 0 0 IN IP4 0.0.0.0', 's=-', 't=0 0', 'm=video 0 RTP/AVP 96'];
    return [...head, ...video, 'a=control:0', ''].join('\r\n');
  }

  #play(): void {
    this.#onPlay();
    const { pictures, fps, faults } = this.#stream;
    const startedMs = performance.now();
    let number = 0;
    const send = (): void => {
      const picture = pictures[number % pictures.length];
      if (number >= (faults.endsAfter ?? Number.POSITIVE_INFINITY)) this.#socket.end();
      if (picture === undefined || number >= (faults.silentAfter ?? Number.POSITIVE_INFINITY)) return;
      const pass = Math.floor(number / pictures.length) * pictures.length;
      const shownMs = ((pass + picture.pts) * 1_000) / fps;
      const bytes = faults.bytes === undefined ? picture.bytes : faults.bytes(picture, number);
      if (bytes !== undefined) this.#send(bytes, (faults.streamMs ?? (ms => ms))(shownMs));
      number++;
      this.#playing = setTimeout(send, Math.max(0, startedMs + (number * 1_000) / fps - performance.now()));
    };
    send();
  }

  #send(bytes: Buffer, streamMs: number): void {
    const payloads = unitsOf(bytes).flatMap(this.#stream.isH265 ? fragmentsOfH265 : fragmentsOf);
    const ticks = Math.round(streamMs * RTP_TICKS_PER_MS);
    for (const [index, payload] of payloads.entries()) {
      const head = Buffer.alloc(12);
      head[0] = 0x80;
      head[1] = index === payloads.length - 1 ? 0x80 | 96 : 96;
      head.writeUInt16BE(this.#sequence++ & 0xffff, 2);
      head.writeUInt32BE(((ticks % 2 ** 32) + 2 ** 32) % 2 ** 32, 4);
      const packet = Buffer.concat([head, payload]);
      if (this.#clientPort !== undefined) this.#udp.send(packet, this.#clientPort, '127.0.0.1');
      else this.#socket.write(Buffer.concat([Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255]), packet]));
    }
  }

  stop(): void {
    clearTimeout(this.#playing);
    this.#udp.close();
  }
}

const REALM = 'camera';
const NONCE = '5f3a';

/** The NAL units between start codes. */
function unitsOf(bytes: Buffer): readonly Buffer[] {
  const units: Buffer[] = [];
  const start = Buffer.from([0, 0, 1]);
  for (let at = bytes.indexOf(start); at >= 0; ) {
    const next = bytes.indexOf(start, at + 3);
    const unit = bytes.subarray(at + 3, next < 0 ? undefined : bytes[next - 1] === 0 ? next - 1 : next);
    units.push(unit);
    at = next;
  }
  return units;
}

/** Fragmentation units (RFC 6184, 5.8) of a NAL unit that is too long for a packet. */
function fragmentsOf(unit: Buffer): readonly Buffer[] {
  if (unit.length <= PACKET_BYTES) return [unit];
  const head = unit[0] ?? 0;
  const fragments: Buffer[] = [];
  for (let at = 1; at < unit.length; at += PACKET_BYTES) {
    const place = (at === 1 ? 0x80 : 0) | (at + PACKET_BYTES >= unit.length ? 0x40 : 0);
    fragments.push(
      Buffer.concat([
        Buffer.from([(head & 0xe0) | FRAGMENT, place | (head & 31)]),
        unit.subarray(at, at + PACKET_BYTES),
      ]),
    );
  }
  return fragments;
}

/** The same for H.265 (RFC 7798, 4.4.3). */
function fragmentsOfH265(unit: Buffer): readonly Buffer[] {
  if (unit.length <= PACKET_BYTES) return [unit];
  const [first = 0, second = 0] = unit;
  const fragments: Buffer[] = [];
  for (let at = 2; at < unit.length; at += PACKET_BYTES) {
    const place = (at === 2 ? 0x80 : 0) | (at + PACKET_BYTES >= unit.length ? 0x40 : 0);
    const head = Buffer.from([(first & 0x81) | (FRAGMENT_H265 << 1), second, place | ((first >> 1) & 63)]);
    fragments.push(Buffer.concat([head, unit.subarray(at, at + PACKET_BYTES)]));
  }
  return fragments;
}
