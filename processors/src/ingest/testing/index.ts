export { DecoderPool, type PlayListener } from '../decoder-pool.ts';
export { type RtspCamera, startRtspCamera } from './rtsp-camera.ts';
export { type TestClip, writeTestClip } from './test-clip.ts';
