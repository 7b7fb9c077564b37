#!/usr/bin/env node
/**
 * Sends JPEG files as the pictures of a webcam camera, and prints what the models and rules saw. Node 22 or newer, no
 * packages.
 *
 *   SIGHTLINE_LOGIN=admin:PASSWORD node send-pictures.mjs http://127.0.0.1:8080 CAMERA_ID picture.jpg ...
 */
import { readFile } from 'node:fs/promises';

const [url, cameraId, ...files] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from(process.env.SIGHTLINE_LOGIN ?? '').toString('base64')}`;
const pictures = await Promise.all(files.map(file => readFile(file)));

async function post(path, body = {}) {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/session/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.detail);
  return json;
}

const { sessionId, socket: path } = await post('create', { cameraIds: [cameraId] });
await post(`${sessionId}/start`);
const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: { authorization } });
let sent = 0;

/** The length of the header (4 bytes, big endian), the header as JSON, the JPEG. */
function sendNext() {
  const header = Buffer.from(JSON.stringify({ cameraId, capturedAtMs: Date.now() }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  socket.send(Buffer.concat([length, header, pictures[sent++ % pictures.length]]));
}

socket.addEventListener('message', ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === 'session') setInterval(sendNext, 1_000 / message.cameras[0].maxFps);
  else if (message.type === 'refused') console.error(`${message.code}: ${message.message}`);
  else if (message.type === 'camera') console.log(`${message.state} ${message.message ?? ''}`);
  else if (message.type === 'detections')
    console.log(message.boxes.map(box => `${box.className} ${box.confidence.toFixed(2)}`).join(', ') || 'nothing');
});
socket.addEventListener('close', ({ code, reason }) => {
  console.error(`closed: ${code} ${reason}`);
  process.exit(1);
});
process.once('SIGINT', async () => {
  await post(`${sessionId}/stop`);
  process.exit(0);
});
