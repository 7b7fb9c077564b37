import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confinement } from '../confinement/confinement.ts';
import type { SampledFrame } from './decoder/protocol.ts';
import { DecoderProcess } from './decoder-process.ts';
import { writeTestClip } from './testing/test-clip.ts';

const isRoot = process.getuid?.() === 0;
/** Like a data folder: only its owner may enter it, but the recordings inside are readable for everyone. */
const home = mkdtempSync(join(tmpdir(), 'sightline-confined-'));
const folder = mkdtempSync(join(home, 'videos-'));
const clip = join(folder, 'clip.mp4');

beforeAll(async () => {
  await writeTestClip({ path: clip, seconds: 3 });
  chmodSync(folder, 0o755);
  chmodSync(home, 0o700);
});
afterAll(() => rmSync(home, { recursive: true }));

/** Plays the clip in a decoder until its first picture, then calls `look` with the pid of the running decoder. */
async function playing<T>(folders: readonly string[], look: (pid: number) => T): Promise<T> {
  const frame = Promise.withResolvers<SampledFrame>();
  const decoder = new DecoderProcess(1, confinement(folders), {
    onMessage(message) {
      if (message.kind === 'picture') frame.resolve(message);
      if (message.kind === 'failed') frame.reject(new Error(message.message));
    },
    onExit: reason => frame.reject(new Error(reason)),
  });
  const file = { source: 'file', url: clip, speed: 1, afterFrame: -1, afterMediaTimeMs: 0 } as const;
  decoder.send({ kind: 'play', play: { cameraId: 'c', playId: 1, maxFps: 5, motionGate: false, ...file } });
  try {
    expect((await frame.promise).widthPx).toBeGreaterThan(0);
    return look(decoder.pid);
  } finally {
    decoder.kill();
  }
}

const statusOf = (pid: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map(line => line.split(/:\s+/, 2) as [string, string]),
  );

test('a decoder plays a recording without any setting or secret of the product in its environment', async () => {
  process.env.KAFKA_SASL_PASSWORD = 'not for decoders';
  const environ = await playing([folder], pid => readFileSync(`/proc/${pid}/environ`, 'latin1')).finally(() => {
    delete process.env.KAFKA_SASL_PASSWORD;
  });
  const names = environ.split('\0').map(line => line.split('=')[0]);
  expect(names).not.toContain('KAFKA_SASL_PASSWORD');
  expect(names).not.toContain('HOME');
});

test('a decoder gains no rights, writes no file, takes no memory without bound', async () => {
  const { status, limits } = await playing([folder], pid => ({
    status: statusOf(pid),
    limits: readFileSync(`/proc/${pid}/limits`, 'utf8'),
  }));
  expect(status.NoNewPrivs).toBe('1');
  expect(limits).toMatch(/Max file size\s+0 /);
  expect(limits).toMatch(/Max data size\s+4294967296 /);
});

test.runIf(isRoot)('a decoder started by root owns nothing: another user, no group, no capability', async () => {
  const status = await playing([folder], statusOf);
  expect(status.Uid).toBe('64811\t64811\t64811\t64811');
  expect(status.Groups?.trim()).toBe('');
  expect(status.CapEff).toBe('0000000000000000');
});

test('a folder that is not readable for everyone keeps the user, and health names the folder', () => {
  chmodSync(folder, 0o700);
  expect(confinement([folder], {}, 0).rights).toContain(`chmod o+rx ${folder}`);
  expect(confinement([folder], {}, 0).env.CONFINED_UID).toBeUndefined();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o755);
  expect(confinement([folder], {}, 0).env.CONFINED_UID).toBe('64811');
  expect(confinement([folder], {}, 1_000).env.CONFINED_UID).toBeUndefined();
});
