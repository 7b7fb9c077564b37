import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { mayBeCamera } from './camera-host.ts';
import { onvifUrlOf, parseOnvifAddress } from './onvif-address.ts';
import { OnvifError } from './onvif-error.ts';
import { parseSoap } from './soap.ts';

/** A camera that answered. */
export interface FoundOnvifCamera {
  /** Address of its device service. Its host is the sender of the answer. */
  readonly onvifUrl: string;
  /** As the camera names itself; null: it does not. */
  readonly name: string | null;
  readonly hardware: string | null;
  readonly location: string | null;
}

export interface FoundOnvifCameras {
  readonly cameras: readonly FoundOnvifCamera[];
  /** Addresses of this machine from which the networks were asked. */
  readonly askedFrom: readonly string[];
}

/** How long answers are awaited. WS-Discovery lets a device wait half a second; slow ones take up to two. */
export const DISCOVERY_MS = 4_000;
/** Datagrams get lost, so each network is asked again. */
const ASKED_AT_MS = [0, 300, 1_000] as const;
const [GROUP, PORT] = ['239.255.255.250', 3702] as const;
const MOST_CAMERAS = 256;
/** A recorder may answer for several cameras; one that floods the list hides nobody. */
const MOST_OF_SENDER = 8;
/** Reading hostile XML costs up to a second for each MB. 256 cameras send less. */
const MOST_BYTES = 3_000_000;
const MOST_ANSWER_BYTES = 16_384;
const TYPES = ['dn:NetworkVideoTransmitter', 'tds:Device'] as const;

const text = z.union([z.string(), z.object({ '#text': z.string() }).transform(found => found['#text'])]);
const matchesHeader = z.object({ RelatesTo: text });
const probeMatches = z.object({
  ProbeMatch: z.array(
    z.object({
      Scopes: text.catch(''),
      XAddrs: text.catch(''),
    }),
  ),
});
/** Some devices leave the outer element out. */
const matchesBody = z.union([
  z.object({ ProbeMatches: probeMatches }).transform(({ ProbeMatches }) => ProbeMatches.ProbeMatch),
  probeMatches.transform(({ ProbeMatch }) => ProbeMatch),
]);

/**
 * Asks all networks of this machine for ONVIF cameras (WS-Discovery by multicast, IPv4). What is no answer to this question is
 * ignored. `loopback`: this machine itself is asked, too. Throws OnvifError when no network can be asked.
 */
export async function discover(loopback: boolean): Promise<FoundOnvifCameras> {
  const found = new Map<string, FoundOnvifCamera>(); // by address: anyone can claim the name of another's endpoint
  const ofSender = new Map<string, number>();
  const asked = new Set<string>();
  let bytes = 0;
  const take = (answer: Buffer, sender: string): void => {
    if (answer.length > MOST_ANSWER_BYTES || !mayBeCamera(sender, loopback)) return;
    bytes += answer.length;
    if (bytes > MOST_BYTES) return;
    for (const camera of matchesOf(answer.toString('utf8'), sender, asked)) {
      const count = ofSender.get(sender) ?? 0;
      if (found.size >= MOST_CAMERAS || count >= MOST_OF_SENDER || found.has(camera.onvifUrl)) continue;
      found.set(camera.onvifUrl, camera);
      ofSender.set(sender, count + 1);
    }
  };
  const opened = await Promise.all(ownAddresses(loopback).map(address => openSocket(address, take)));
  const sockets = opened.flatMap(one => one ?? []);
  try {
    if (sockets.length === 0)
      throw new OnvifError(
        'address',
        'this machine has no network that can be searched: connect it, or give the address of the camera',
      );
    await askAll(sockets, asked);
  } finally {
    for (const { socket } of sockets) socket.close();
  }
  const cameras = [...found.values()].toSorted((a, b) => (a.onvifUrl < b.onvifUrl ? -1 : 1));
  return { cameras, askedFrom: sockets.map(({ address }) => address) };
}

interface OpenSocket {
  readonly address: string;
  readonly socket: Socket;
}

async function askAll(sockets: readonly OpenSocket[], asked: Set<string>): Promise<void> {
  const started = performance.now();
  for (const atMs of ASKED_AT_MS) {
    await sleep(Math.max(0, atMs - (performance.now() - started)));
    for (const { socket } of sockets)
      for (const type of TYPES) {
        const id = `urn:uuid:${randomUUID()}`;
        asked.add(id);
        socket.send(probe(id, type), PORT, GROUP, () => {}); // an interface may have gone: the others answer
      }
  }
  await sleep(Math.max(0, DISCOVERY_MS - (performance.now() - started)));
}

const ownAddresses = (loopback: boolean): readonly string[] =>
  Object.values(networkInterfaces()).flatMap(addresses =>
    (addresses ?? []).flatMap(({ family, internal, address }) =>
      family === 'IPv4' && (loopback || !internal) ? [address] : [],
    ),
  );

/** Undefined: this interface cannot send to a multicast group. */
function openSocket(address: string, take: (answer: Buffer, sender: string) => void): Promise<OpenSocket | undefined> {
  return new Promise(resolve => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('message', (answer, { address: sender }) => take(answer, sender));
    socket.once('error', () => resolve(undefined));
    socket.bind(0, address, () => {
      try {
        socket.setMulticastInterface(address);
        socket.setMulticastTTL(1);
        socket.on('error', () => {});
        resolve({ address, socket });
      } catch {
        socket.close();
        resolve(undefined);
      }
    });
  });
}

const probe = (id: string, type: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>${id}</w:MessageID><w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe><d:Types>${type}</d:Types></d:Probe></e:Body></e:Envelope>`;

/** The cameras of an answer to one of our questions. */
function matchesOf(xml: string, sender: string, asked: ReadonlySet<string>): readonly FoundOnvifCamera[] {
  const soap = soapOf(xml, sender);
  const relatesTo = matchesHeader.safeParse(soap?.header).data?.RelatesTo.trim();
  if (relatesTo === undefined || !asked.has(relatesTo)) return [];
  const listed = matchesBody.safeParse(soap?.body).data ?? [];
  return listed.flatMap(({ Scopes, XAddrs }) => {
    const onvifUrl = addressOf(XAddrs, sender);
    if (onvifUrl === undefined) return [];
    const scope = (name: string): string | null => scopeOf(Scopes, name);
    return [{ onvifUrl, name: scope('name'), hardware: scope('hardware'), location: scope('location') }];
  });
}

function soapOf(xml: string, sender: string) {
  try {
    return parseSoap(xml, sender);
  } catch {
    return undefined;
  }
}

/** The address on the sender's own host. Others lead to another network, or to what is not the sender's. */
function addressOf(list: string, sender: string): string | undefined {
  const addresses = list
    .split(/\s+/)
    .slice(0, 16)
    .flatMap(one => {
      const parsed = parseOnvifAddress(one);
      return typeof parsed === 'string' ? [] : [parsed];
    });
  const own = addresses.find(({ host }) => host === sender) ?? addresses[0];
  return own && onvifUrlOf({ ...own, host: sender });
}

/** The last part of a scope such as onvif://www.onvif.org/name/Front%20door. */
function scopeOf(scopes: string, name: string): string | null {
  const [, value] = new RegExp(`onvif://www\\.onvif\\.org/${name}/(\\S+)`, 'i').exec(scopes) ?? [];
  if (value === undefined) return null;
  const decoded = decodedOf(value.split('/').at(-1) ?? '');
  return (
    decoded
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 100) || null
  );
}

function decodedOf(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
