/** Comparison for the gateway bench: a bare Node server that answers every request with the same stored page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const bytes = Number(process.argv[2] ?? 10_000);
const page = Buffer.from(JSON.stringify({ page: 'x'.repeat(Math.max(0, bytes - 11)) }));
const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.on('end', () => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
