import { z } from 'zod';
import { type OnvifAddress, onvifUrlOf, streamUrlOf } from './onvif-address.ts';
import { OnvifError } from './onvif-error.ts';
import { OnvifFault, type OnvifSession } from './onvif-session.ts';
import { escaped } from './soap.ts';

/** A stream that the camera offers. */
export interface OnvifProfile {
  readonly token: string;
  readonly name: string;
  /** As H264, H265, JPEG; null: the camera does not say it. */
  readonly codec: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** Largest number of pictures a second. */
  readonly fps: number | null;
  /** RTSP address without login. */
  readonly url: string;
}

export interface OnvifCamera {
  /** Address of its device service, without login. */
  readonly onvifUrl: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** The camera's clock minus this machine's; null: the camera does not tell its time. */
  readonly clockSkewMs: number | null;
  readonly profiles: readonly OnvifProfile[];
  /** What a person should know of the answer. */
  readonly notes: readonly string[];
}

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
const MEDIA = 'http://www.onvif.org/ver10/media/wsdl';
const MEDIA2 = 'http://www.onvif.org/ver20/media/wsdl';
const SCHEMA = 'http://www.onvif.org/ver10/schema';
const MOST_PROFILES = 32;
const CALLS_AT_ONCE = 4;

/** Text of an element, with or without attributes. */
const text = z.union([z.string(), z.object({ '#text': z.string() }).transform(found => found['#text'])]);
const line = text.transform(found =>
  found
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 100),
);
const number = text.transform(Number).pipe(z.number().finite());
const px = number.pipe(z.number().int().min(1).max(32_768)).nullable().catch(null);
const dateTime = z.object({
  Time: z.object({ Hour: number, Minute: number, Second: number }),
  Date: z.object({ Year: number, Month: number, Day: number }),
});
const clockAnswer = z.object({
  GetSystemDateAndTimeResponse: z.object({ SystemDateAndTime: z.object({ UTCDateTime: dateTime }) }),
});
const servicesAnswer = z.object({
  GetServicesResponse: z.object({ Service: z.array(z.object({ Namespace: text, XAddr: text })) }),
});
const capabilitiesAnswer = z.object({
  GetCapabilitiesResponse: z.object({ Capabilities: z.object({ Media: z.object({ XAddr: text }) }) }),
});
const deviceAnswer = z.object({
  GetDeviceInformationResponse: z.object({ Manufacturer: line.optional(), Model: line.optional() }),
});
const encoder = z.object({
  Encoding: line.nullable().catch(null),
  Resolution: z.object({ Width: px, Height: px }).nullable().catch(null),
  RateControl: z
    .object({ FrameRateLimit: number.nullable().catch(null) })
    .nullable()
    .catch(null),
});
const profile = z.object({
  '@token': z.string().min(1).max(200),
  Name: line.catch(''),
  VideoEncoderConfiguration: encoder.optional(),
  Configurations: z.object({ VideoEncoder: encoder.optional() }).optional().catch(undefined),
});
const profilesAnswer = z.object({
  GetProfilesResponse: z.union([z.object({ Profiles: z.array(z.unknown()) }), z.literal('')]),
});
const streamAnswer = z.object({
  GetStreamUriResponse: z.union([
    z.object({ MediaUri: z.object({ Uri: text }) }).transform(({ MediaUri }) => MediaUri.Uri),
    z.object({ Uri: text }).transform(({ Uri }) => Uri),
  ]),
});

interface MediaService {
  readonly namespace: typeof MEDIA | typeof MEDIA2;
  readonly path: string;
}
type Profile = Omit<OnvifProfile, 'url'>;

/** Asks a camera for its clock, its name and its streams. Throws OnvifError. */
export async function readOnvifCamera(
  session: OnvifSession,
  address: OnvifAddress,
  now: () => number,
): Promise<OnvifCamera> {
  const clockSkewMs = await readClock(session, address.path, now);
  session.clockSkewMs = clockSkewMs;
  const services = await mediaServices(session, address.path);
  const { service, profiles } = await firstProfiles(session, services);
  const device = await readDevice(session, address.path);
  const notes = new Set<string>();
  if (profiles.length > MOST_PROFILES)
    notes.add(`The camera offers ${profiles.length} streams; the first ${MOST_PROFILES} are shown.`);
  const streams = await readStreams(session, service, profiles.slice(0, MOST_PROFILES), address.host, notes);
  if (streams.length === 0)
    throw new OnvifError(
      'address',
      "the camera offers no video stream by ONVIF: turn on a video profile in its settings, or paste its stream's address",
    );
  const { Manufacturer: manufacturer = null, Model: model = null } = device ?? {};
  return { onvifUrl: onvifUrlOf(address), manufacturer, model, clockSkewMs, profiles: streams, notes: [...notes] };
}

/** ONVIF logins are valid at the camera's time, so it is asked first, without a login where the camera allows that. */
async function readClock(session: OnvifSession, path: string, now: () => number): Promise<number | null> {
  const asking = { path, namespace: DEVICE, name: 'GetSystemDateAndTime' };
  const sentAtMs = now();
  const openly = await session.callOpenly(asking);
  const answer = openly ?? (await session.call(asking));
  const middleMs = openly === undefined ? now() : (sentAtMs + now()) / 2;
  const found = clockAnswer.safeParse(answer).data?.GetSystemDateAndTimeResponse.SystemDateAndTime.UTCDateTime;
  if (found === undefined) return null;
  const { Date: day, Time: time } = found;
  const cameraMs = Date.UTC(day.Year, day.Month - 1, day.Day, time.Hour, time.Minute, time.Second, 500);
  // Outside these years a login could not even be written.
  return cameraMs > 0 && cameraMs < Date.UTC(9_000, 0) ? Math.round(cameraMs - middleMs) : null;
}

/** Media services, the newer first: it alone has H.265. Only their paths are taken; every call goes to the address asked. */
async function mediaServices(session: OnvifSession, path: string): Promise<readonly MediaService[]> {
  const ask = (name: string, content: string): Promise<unknown> =>
    session.call({ path, namespace: DEVICE, name, content });
  const answer = await ask('GetServices', '<IncludeCapability>false</IncludeCapability>').catch(noAnswer);
  const listed = servicesAnswer.safeParse(answer).data?.GetServicesResponse.Service ?? [];
  const known = [MEDIA2, MEDIA].flatMap(namespace => {
    const at = pathOf(listed.find(({ Namespace }) => Namespace === namespace)?.XAddr);
    return at === undefined ? [] : [{ namespace, path: at } as MediaService];
  });
  if (known.length > 0) return known;
  const older = capabilitiesAnswer.safeParse(await ask('GetCapabilities', '<Category>All</Category>'));
  const at = pathOf(older.data?.GetCapabilitiesResponse.Capabilities.Media.XAddr);
  if (at === undefined)
    throw new OnvifError(
      'address',
      'the device speaks ONVIF but offers no video: it may be a door, a light or a sensor. Give the address of the camera itself',
    );
  return [{ namespace: MEDIA, path: at }];
}

const pathOf = (address: string | undefined): string | undefined => {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return `${pathname}${search}`;
};

/** Some cameras name a newer service that does not work; then the older one is asked. A refused login is not tried again. */
async function firstProfiles(
  session: OnvifSession,
  services: readonly MediaService[],
): Promise<{ readonly service: MediaService; readonly profiles: readonly Profile[] }> {
  let refusal: OnvifError | undefined;
  for (const service of services) {
    const { namespace, path } = service;
    const content = namespace === MEDIA2 ? '<Type>VideoEncoder</Type>' : '';
    const answer = await session.call({ path, namespace, name: 'GetProfiles', content }).catch((error: unknown) => {
      if (!(error instanceof OnvifError) || error.field === 'login') throw error;
      refusal = error;
    });
    const listed = profilesAnswer.safeParse(answer).data?.GetProfilesResponse;
    const profiles = listed ? listed.Profiles.flatMap(one => profileOf(one) ?? []) : [];
    if (profiles.length > 0) return { service, profiles };
  }
  throw (
    refusal ??
    new OnvifError(
      'address',
      "the camera lists no stream with video: turn on a video profile in its settings, or paste its stream's address",
    )
  );
}

function profileOf(value: unknown): Profile | undefined {
  const found = profile.safeParse(value).data;
  const video = found?.VideoEncoderConfiguration ?? found?.Configurations?.VideoEncoder;
  if (found === undefined || video === undefined) return undefined;
  const { '@token': token, Name: name } = found;
  return {
    ...{ token, name: name === '' ? token : name, codec: video.Encoding || null },
    ...{ widthPx: video.Resolution?.Width ?? null, heightPx: video.Resolution?.Height ?? null },
    fps: fpsOf(video.RateControl?.FrameRateLimit),
  };
}

const fpsOf = (limit: number | null | undefined): number | null =>
  limit != null && limit > 0 && limit <= 1_000 ? limit : null;

async function readDevice(session: OnvifSession, path: string) {
  const answer = await session.call({ path, namespace: DEVICE, name: 'GetDeviceInformation' }).catch(noAnswer);
  return deviceAnswer.safeParse(answer).data?.GetDeviceInformationResponse;
}

async function readStreams(
  session: OnvifSession,
  { namespace, path }: MediaService,
  profiles: readonly Profile[],
  host: string,
  notes: Set<string>,
): Promise<readonly OnvifProfile[]> {
  const setup = `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream><Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`;
  const read = async (one: Profile): Promise<readonly OnvifProfile[]> => {
    const content = `${namespace === MEDIA2 ? '<Protocol>RTSP</Protocol>' : setup}<ProfileToken>${escaped(one.token)}</ProfileToken>`;
    const answer = await session.call({ path, namespace, name: 'GetStreamUri', content }).catch(noAnswer);
    const named = streamAnswer.safeParse(answer).data?.GetStreamUriResponse;
    const stream = named === undefined ? undefined : streamUrlOf(named.trim(), host);
    if (stream === undefined)
      notes.add(`The stream “${one.name}” is left out: the camera names no RTSP address for it.`);
    else if (stream.otherHost !== undefined)
      notes.add(
        `The camera says that its streams are at ${stream.otherHost}. They are taken from ${host}, where it was asked.`,
      );
    if (stream !== undefined && /(pass(w(or)?d)?|pwd|psw|pw|auth)=/i.test(stream.url))
      notes.add(
        'The camera writes a login into the addresses of its streams, where all who may see this camera can read it. Give it a user that may only watch.',
      );
    return stream === undefined ? [] : [{ ...one, url: stream.url }];
  };
  const found: OnvifProfile[] = [];
  for (let at = 0; at < profiles.length; at += CALLS_AT_ONCE)
    found.push(...(await Promise.all(profiles.slice(at, at + CALLS_AT_ONCE).map(read))).flat());
  return found;
}

/** Stands for the answer that the camera refuses. Any other error is thrown. */
function noAnswer(error: unknown): undefined {
  if (!(error instanceof OnvifFault)) throw error;
}
