import { Histogram, type Registry } from 'prom-client';

const BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/**
 * The hops of a frame, in order: `decode` from its arrival to the producer, `publish` until Kafka has it, `queue` until
 * a thread of inference takes it, `inference` until the models have answered, `detections` until Kafka has the result.
 */
export type FrameHop = 'decode' | 'publish' | 'queue' | 'inference' | 'detections';

/** How long frames take from hop to hop, as the metric `frame_hop_ms`. */
export class FrameHops {
  readonly #histogram: Histogram<'hop'>;

  constructor(registry: Registry) {
    this.#histogram = new Histogram({
      name: 'frame_hop_ms',
      help: 'How long a frame took in each hop from the camera to its detection, in ms',
      labelNames: ['hop'],
      buckets: BUCKETS_MS,
      registers: [registry],
    });
  }

  took(hop: FrameHop, ms: number): void {
    this.#histogram.observe({ hop }, Math.max(0, ms)); // clocks of two machines may differ
  }
}
