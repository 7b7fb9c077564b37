import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startRtspCamera } from '../testing/rtsp-camera.ts';
import { play } from './player.ts';
import type { DecoderMessage } from './protocol.ts';

/** What is said of a camera that does not play. */
async function failureOf(url: string): Promise<string> {
  const messages: DecoderMessage[] = [];
  const outlet = {
    congested: false,
    send: (message: DecoderMessage) => void messages.push(message),
    drained: async () => {},
  };
  const source = {
    source: 'live',
    url,
    maxFps: 5,
    speed: 1,
    afterFrame: -1,
    afterMediaTimeMs: 0,
    silentMs: 1_000,
  } as const;
  await play({ cameraId: 'c1', playId: 1, motionGate: false, ...source }, outlet, AbortSignal.timeout(9_000));
  return messages.flatMap(message => (message.kind === 'failed' ? [message.message] : []))[0] ?? 'nothing';
}

test.each([
  ['404 Not Found', 'no stream at this path: look up'],
  ['403 Forbidden', 'forbids this user to see the stream: give'],
  ['503 Service Unavailable', 'too busy or out of order'],
])('an RTSP camera that answers %s', async (status, said) => {
  const camera = await startRtspCamera({ seconds: 1 }, { status });
  expect(await failureOf(camera.url)).toContain(said);
  await camera.close();
});

test('a missing and a wrong login of an RTSP camera are two different messages, and tell no password', async () => {
  const camera = await startRtspCamera({ seconds: 1 }, { login: { user: 'admin', password: 'right' } });
  expect(await failureOf(camera.url)).toContain('wants a user name and a password: enter them');
  const wrong = await failureOf(camera.url.replace('//', '//admin:secret@'));
  expect(wrong).toContain('refuses this user name or password: enter the right');
  expect(wrong).not.toContain('secret');
  await camera.close();
});

test.each([`HTTP/1.1 200 OK\r\n${'X-Padding: 0123456789\r\n'.repeat(2_000)}`, 'HTTP/1.1 two hundred\r\n\r\n'])(
  'an answer that is no HTTP is said in plain words',
  async answer => {
    const server = createServer(socket => {
      socket.on('error', () => {});
      socket.write(answer);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await failureOf(`http://127.0.0.1:${port}/x`)).toContain('is not as HTTP demands');
    server.close();
  },
);

test.each([
  'rtsp://admin:p@ss@127.0.0.1:1/x',
  'rtsp://admin:p/ss@127.0.0.1:1/x',
  'rtsp://admin:p#ss@127.0.0.1:1/x',
  'rtsp://admin:p?ss@127.0.0.1:1/x',
  'rtsp://admin:p%ss@127.0.0.1:1/x',
  'http://admin:p:s s@127.0.0.1:1/x',
])('a login that is not percent-encoded is said: %s', async url => {
  expect(await failureOf(url)).toMatch(/must be percent-encoded: write %40 for @/);
});

test.each([
  'rtsp://127.0.0.1:1/live/user@host',
  'rtsp://a:b%40c@127.0.0.1:1/x',
  'rtsp://[::1]:1/at@home',
  'rtsp://a@127.0.0.1:1/',
  'rtsp://a:b@127.0.0.1:1/live/user@host',
])('a sound address is not blamed for its login: %s', async url => {
  expect(await failureOf(url)).toMatch(/refuses port 1: check the port/);
});

test('a name that nobody knows, and what is no address', async () => {
  expect(await failureOf('rtsp://no-such-camera.invalid/x')).toContain('the name no-such-camera.invalid is not known');
  expect(await failureOf('rtsp://:x')).toContain('this is no address: write it as');
});

test('a machine that takes the connection and says nothing, and one that says something else', async () => {
  const silent = createServer(() => {});
  const other = createServer(socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
  const portOf = async (server: typeof silent): Promise<number> => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const [silentPort, otherPort] = [await portOf(silent), await portOf(other)];
  expect(await failureOf(`rtsp://127.0.0.1:${silentPort}/x`)).toContain('can be reached but sends no video');
  expect(await failureOf(`rtsp://127.0.0.1:${otherPort}/x`)).toContain('is not for RTSP: check the port');
  expect(await failureOf(`https://127.0.0.1:${otherPort}/x`)).toMatch(/no secure connection to .* switch TLS on/);
  silent.close();
  other.close();
}, 30_000);
