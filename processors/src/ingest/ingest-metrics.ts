import type { CameraStatus } from '@sightline/schemas';
import { Counter, Gauge, Registry } from 'prom-client';
import { FrameHops } from '../process/index.ts';

type OfCamera = 'camera';

/** Metrics of ingest, of the cameras that it reads now. The label `camera` is the camera's id. */
export class IngestMetrics {
  readonly registry = new Registry();
  readonly hops = new FrameHops(this.registry);

  /** `statuses`: of the cameras that are read now. */
  constructor(statuses: () => readonly CameraStatus[]) {
    const gauge = (name: string, help: string, of: (status: CameraStatus) => number | null | undefined): void =>
      this.#gauge(name, help, () => statuses().map(status => [status.cameraId, of(status)]));
    gauge('stream_fps', 'Pictures that are taken of a camera per second', ({ fps }) => fps);
    gauge('stream_source_fps', 'Pictures that a camera sends per second', ({ stream }) => stream?.fps);
    gauge('stream_bits_per_second', 'Bits of video that a camera sends', ({ stream }) => stream?.bitsPerSecond);
    gauge('stream_clock_rate', "Pace of a camera's times, 1 is real time", ({ stream }) => stream?.clockRate);
    gauge('stream_connected', '1 while a camera sends pictures', ({ state }) => (state === 'connected' ? 1 : 0));
    gauge('stream_connections', 'Connections since ingest began to read a camera', ({ connections }) => connections);
    this.#counter('frames_processed_total', 'Pictures in Kafka of the present epoch', [], () =>
      statuses().map(({ cameraId, framesPublished }) => [{ camera: cameraId }, framesPublished]),
    );
    this.#counter('frames_dropped_total', 'Pictures left out in the present epoch, by reason', ['reason'], () =>
      statuses().flatMap(({ cameraId, drops }) =>
        Object.entries(drops).map(([reason, count]) => [{ camera: cameraId, reason }, count] as const),
      ),
    );
  }

  #gauge(
    name: string,
    help: string,
    values: () => readonly (readonly [camera: string, value: number | null | undefined])[],
  ): void {
    new Gauge<OfCamera>({
      ...{ name, help, labelNames: ['camera'], registers: [this.registry] },
      collect() {
        this.reset();
        for (const [camera, value] of values()) if (value != null) this.set({ camera }, value);
      },
    });
  }

  /** A counter whose values are counted elsewhere. Those of a camera begin anew with its epoch. */
  #counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    values: () => readonly (readonly [labels: Partial<Record<L | OfCamera, string>>, value: number])[],
  ): void {
    new Counter<L | OfCamera>({
      ...{ name, help, labelNames: ['camera', ...labelNames], registers: [this.registry] },
      collect() {
        this.reset();
        for (const [labels, value] of values()) this.inc(labels, value);
      },
    });
  }
}
