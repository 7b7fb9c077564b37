import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseOnvifAddress } from './onvif-address.ts';
import { OnvifCameras } from './onvif-cameras.ts';
import {
  type FakeOnvifCamera,
  type FakeOnvifOptions,
  soap,
  startFakeOnvifCamera,
} from './testing/fake-onvif-camera.ts';

const login = { user: 'ad&<min>', password: 'p@"&<s:/ wörd' };
const cameras = new OnvifCameras(true, Date.now);

async function fake(options: FakeOnvifOptions = {}): Promise<FakeOnvifCamera> {
  const camera = await startFakeOnvifCamera(options);
  onTestFinished(() => camera.close());
  return camera;
}

const read = (camera: { readonly host: string; readonly port: number }, its: typeof login | undefined = login) => {
  const address = parseOnvifAddress(`${camera.host}:${camera.port}`);
  if (typeof address === 'string') throw new Error(address);
  return cameras.read(address, its);
};

test.each([
  ['WS-Security', 'token', 1],
  ['WS-Security', 'token', 2],
  ['HTTP digest with SHA-256', 'digest', 1],
] as const)('a camera with %s tells its streams (media %s %s)', async (_, auth, media) => {
  const camera = await fake({ login, auth, media });
  const { profiles, ...of } = await read(camera);
  expect(of).toMatchObject({
    ...{ onvifUrl: `http://127.0.0.1:${camera.port}/onvif/device_service`, manufacturer: 'Fake & Sons', model: 'F-1' },
    notes: [],
  });
  expect(profiles).toEqual([
    {
      ...{ token: 'main&1', name: 'Main', codec: 'H264', widthPx: 1920, heightPx: 1080, fps: 25 },
      url: 'rtsp://127.0.0.1:8554/live?profile=Main&unicast=true',
    },
    expect.objectContaining({ name: 'Sub', widthPx: 640, fps: 15 }),
    expect.objectContaining({ name: 'Tiny', heightPx: 180 }),
  ]);
});

test.each([-3_600_000, 86_400_000 * 365])(
  'a camera whose clock is %s ms off takes the login, and the difference is told',
  async clockSkewMs => {
    const { clockSkewMs: told, profiles } = await read(await fake({ login, clockSkewMs }));
    expect(Math.abs((told ?? 0) - clockSkewMs)).toBeLessThan(2_000);
    expect(profiles).toHaveLength(3);
  },
);

test.each(['token', 'digest'] as const)('a wrong login is told as such, and so is none (%s)', async auth => {
  const camera = await fake({ login, auth });
  const wrong = { ...login, password: 'other' };
  await expect(read(camera, wrong)).rejects.toMatchObject({
    field: 'login',
    message: /refuses this user and password/,
  });
  const none = cameras.read({ secure: false, host: camera.host, port: camera.port, path: '/' }, undefined);
  await expect(none).rejects.toMatchObject({ field: 'login', message: /asks for a login/ });
});

test('every request and every stream stays on the host that was asked, whatever the camera names', async () => {
  const elsewhere = await fake();
  const camera = await fake({ namedHost: 'localhost', login });
  const { profiles, notes } = await read(camera);
  expect(profiles[0]?.url).toBe('rtsp://127.0.0.1:8554/live?profile=Main&unicast=true');
  expect(notes).toEqual([expect.stringContaining('The camera says that its streams are at localhost')]);
  const moving = await fake({
    answer: (_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/onvif/device_service` }).end();
      return true;
    },
  });
  await expect(read(moving)).rejects.toThrow(/sends the request on to another address, which is not followed/);
  expect(elsewhere.asked).toEqual([]);
});

test('an older camera without GetServices is asked by GetCapabilities', async () => {
  const camera = await fake({
    answer: (name, response) => {
      if (name === 'GetServices')
        response.writeHead(500).end(soap('<SOAP-ENV:Fault><a>Action Not Implemented</a></SOAP-ENV:Fault>'));
      if (name === 'GetCapabilities')
        response.end(
          soap(
            '<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://10.0.0.1/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>',
          ),
        );
      return name === 'GetServices' || name === 'GetCapabilities';
    },
  });
  expect((await read(camera)).profiles).toHaveLength(3);
});

const BOMB = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "${'x'.repeat(1_000)}">${'abcdefgh'
  .split('')
  .map((name, at) => `<!ENTITY ${name}${name} "${`&${'abcdefgh'[at - 1] ?? ''}a;`.repeat(10)}">`)
  .join('')}]><e:Envelope xmlns:e="x"><e:Body>&hh;</e:Body></e:Envelope>`;

test.each([
  ['entities that grow', BOMB, /document type definition, which SOAP forbids/],
  ['a huge body', 'x'.repeat(700_000), /more than an ONVIF camera does \(512 KB\)/],
  ['a web page', '<!doctype html><html></html>', /document type|web page/],
  ['a web page without type', '<html><body>Camera</body></html>', /web page instead of ONVIF/],
  ['JSON', '{"ok":true}', /no ONVIF message/],
  ['nothing', '', /no ONVIF message/],
  ['deep XML', '<a>'.repeat(150_000), /no ONVIF message/],
  ['cut XML', '<e:Envelope><e:Body', /no ONVIF message/],
  ['names of JavaScript', soap('<__proto__><constructor/></__proto__>'), /no ONVIF message/],
  ['many attributes', `<a ${'b="c" '.repeat(80_000)}/>`, /no ONVIF message/],
  ['an empty answer', soap(''), /offers no video/],
])('a camera that sends %s is told from one that works, soon', async (_, body, message) => {
  const camera = await fake({
    answer: (__, response) => {
      response.end(body);
      return true;
    },
  });
  const startedMs = performance.now();
  await expect(read(camera)).rejects.toThrow(message);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test.each([
  ['Basic realm="x"', /asks for Basic, which sends the password readable/],
  ['Digest realm="x"', /incomplete or of an unknown kind/],
  ['Digest realm="x", nonce="1", algorithm=MD4', /incomplete or of an unknown kind/],
  ['Negotiate', /names no way to sign in/],
])('a camera that asks for a login by %s says what to do', async (challenge, message) => {
  const camera = await fake({
    answer: (name, response) => {
      if (name !== 'GetSystemDateAndTime') response.writeHead(401, { 'www-authenticate': challenge }).end();
      return name !== 'GetSystemDateAndTime';
    },
  });
  await expect(read(camera)).rejects.toMatchObject({ field: 'login', message });
});

test('an answer that drips is given up, and a port without a camera says what to check', async () => {
  const dripping = await fake({
    answer: (_, response) => {
      const timer = setInterval(() => response.write('<'), 100);
      response.on('close', () => clearInterval(timer));
      return true;
    },
  });
  const noHttp = createServer(socket => {
    socket.on('error', () => {});
    socket.resume().end('220 FTP server ready\r\n');
  });
  noHttp.listen(0, '127.0.0.1');
  await once(noHttp, 'listening');
  const { port } = noHttp.address() as { port: number };
  const startedMs = performance.now();
  await Promise.all([
    expect(read(dripping)).rejects.toThrow(/does not answer within 5 s/),
    expect(read({ host: '127.0.0.1', port })).rejects.toThrow(/not in HTTP/),
  ]);
  expect(performance.now() - startedMs).toBeLessThan(7_000);
  await new Promise(resolve => noHttp.close(resolve));
  await expect(read({ host: '127.0.0.1', port })).rejects.toThrow(/nothing answers at 127.0.0.1/);
}, 20_000);

test('a camera whose answers are large together is given up, so that reading them holds nobody up', async () => {
  const filler = `<a>${'x'.repeat(400_000)}</a>`;
  const camera = await fake({
    answer: (name, response) => {
      if (name === 'GetStreamUri') response.end(soap(filler));
      return name === 'GetStreamUri';
    },
  });
  await expect(read(camera)).rejects.toThrow(/more than an ONVIF camera does/);
});

test('the older media service is asked when the newer one answers nonsense', async () => {
  const both = soap(
    ['20', '10']
      .map(
        version =>
          `<tds:Service><tds:Namespace>http://www.onvif.org/ver${version}/media/wsdl</tds:Namespace><tds:XAddr>http://x/${version}</tds:XAddr></tds:Service>`,
      )
      .join('')
      .replace(/^(.*)$/s, '<tds:GetServicesResponse>$1</tds:GetServicesResponse>'),
  );
  const camera = await fake({
    answer: (name, response, request) => {
      const isNewer = request.url === '/20';
      if (name === 'GetServices') response.end(both);
      else if (isNewer) response.writeHead(404).end('<html></html>');
      return name === 'GetServices' || isNewer;
    },
  });
  expect((await read(camera)).profiles).toHaveLength(3);
});

test('a login that is refused while the clock is not told names the clock, too', async () => {
  const refuse = (_: string, response: ServerResponse): boolean => {
    response.writeHead(401).end();
    return true;
  };
  const camera = await fake({ answer: refuse });
  await expect(read(camera)).rejects.toMatchObject({
    field: 'login',
    message: /if its clock is wrong, set that first/,
  });
});

test('a login in the address of a stream is told', async () => {
  const camera = await fake({
    answer: (name, response) => {
      if (name === 'GetStreamUri')
        response.end(
          soap(
            '<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://10.0.0.1/user=a_password=b_channel=1.sdp</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>',
          ),
        );
      return name === 'GetStreamUri';
    },
  });
  const { notes } = await read(camera);
  expect(notes).toContainEqual(expect.stringContaining('writes a login into the addresses of its streams'));
});

test('a fifth camera at once is refused until one of the four has answered', async () => {
  const silent = await fake({ answer: name => name === 'GetSystemDateAndTime' });
  const four = Array.from({ length: 4 }, () => read(silent).catch((error: unknown) => error));
  await expect(read(silent)).rejects.toMatchObject({ status: 429 });
  await silent.close();
  await Promise.all(four);
  expect((await read(await fake())).profiles).toHaveLength(3);
});

test('one search runs at a time: who asks meanwhile gets its result', async () => {
  const first = cameras.find();
  expect(cameras.find()).toBe(first);
  expect((await first).askedFrom).toContain('127.0.0.1');
  const next = cameras.find();
  expect(next).not.toBe(first);
  await next;
}, 30_000);
