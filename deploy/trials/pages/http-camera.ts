import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpCamera {
  readonly url: string;
  /** Stops it: the address then refuses connections. */
  close(): Promise<void>;
}

const PICTURE_EVERY_MS = 100;

/** A camera with Motion JPEG on the loopback, which shows one picture and asks for this login. */
export async function startHttpCamera(jpeg: Buffer, login: string): Promise<HttpCamera> {
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
    const sending = setInterval(
      () => response.write(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')])),
      PICTURE_EVERY_MS,
    );
    request.on('close', () => clearInterval(sending));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/video`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
