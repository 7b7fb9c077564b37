export { KStream } from './k-stream.ts';
export { StreamsBuilder } from './streams-builder.ts';
