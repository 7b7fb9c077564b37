import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { standAt } from './page-of.tsx';

/** A real server in the gateway's place: it answers each operation with the next value of one field, or with the next data. */
export interface AnsweringGateway {
  /** What was asked, in order. */
  readonly asked: readonly { readonly variables: object }[];
}

/** Starts one for this test and puts the browser at `path` on it. `field` null: each answer is the whole data. */
export async function answeringGateway(
  path: string,
  field: string | null,
  answers: readonly object[],
): Promise<AnsweringGateway> {
  const asked: { readonly variables: object }[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', data => {
      body += data;
    });
    request.on('end', () => {
      asked.push(JSON.parse(body));
      const next = left.shift();
      const data = field === null ? next : { [field]: next };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  standAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return { asked };
}
