import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpCamera {
  /** Base URL: `/mjpeg` is a Motion JPEG stream at 10 pictures a second, `/playlist.m3u8` names a file. */
  readonly url: string;
  close(): Promise<void>;
}

const PICTURE_EVERY_MS = 100;

/** A network camera on the loopback. For tests. `login`: user and password, with a colon, that it asks for. */
export async function startHttpCamera(jpegs: readonly Buffer[], login?: string): Promise<HttpCamera> {
  const authorization = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    if (request.url !== '/mjpeg') {
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' });
      response.end('#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let sent = 0;
    const sending = setInterval(() => {
      const jpeg = jpegs[sent++ % jpegs.length] ?? Buffer.alloc(0);
      const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
      response.write(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]));
    }, PICTURE_EVERY_MS);
    request.on('close', () => clearInterval(sending));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
