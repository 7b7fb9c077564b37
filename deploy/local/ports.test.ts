import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { claimPort, freePorts, useOfPort } from './ports.ts';

test('a taken port is refused with its owner and the option that changes it', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer();
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const refused = claimPort(port, 'pages', '--port N');
  await expect(refused).rejects.toMatchObject({ code: 'PORT_TAKEN', fix: expect.stringContaining('--port N') });
  if (process.platform === 'linux') await expect(refused).rejects.toThrow(`process ${process.pid} (`);
  server.close();
});

test('port 0 is any free one', async () => {
  expect(await claimPort(0, 'pages', '')).toBeGreaterThan(1023);
});

test('the use of a port names the process that listens, and tells ours from another', async () => {
  const [port = 0] = await freePorts(1);
  expect(await useOfPort(port)).toBe('free');
  await expect(useOfPort(port, process.pid)).rejects.toThrow('nothing listens');
  const server = createServer();
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  await expect(useOfPort(port)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  if (process.platform === 'linux') {
    expect(await useOfPort(port, process.pid)).toBe(`our gateway listens (process ${process.pid})`);
    await expect(useOfPort(port, 1)).rejects.toThrow(`process ${process.pid} (`);
  }
  server.close();
});
