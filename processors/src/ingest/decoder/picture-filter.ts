import { AV_BUFFERSRC_FLAG_KEEP_REF, FFmpegError, FilterGraph, Frame } from 'node-av';
import { filtersFor, type Shape } from './picture-shape.ts';

/** Makes upright pictures of the published size, with a JPEG's colours, from frames of one shape. */
export class PictureFilter {
  readonly shape: Shape;
  #graph: Graph;
  readonly #others: string[];
  /** Valid from a `run` until the next one. */
  readonly picture = new Frame();

  constructor(shape: Shape) {
    this.shape = shape;
    const [first = '', ...others] = filtersFor(shape);
    this.#others = others;
    this.picture.alloc();
    this.#graph = openGraph(shape, first) ?? this.#next();
  }

  /** Throws FFmpegError when FFmpeg cannot convert such frames. */
  run(frame: Frame): void {
    this.picture.unref();
    for (;;) {
      const code = this.#graph.run(frame, this.picture);
      if (code >= 0) return;
      if (this.#others.length === 0) FFmpegError.throwIfError(code, 'scale');
      this.#graph.close();
      this.#graph = this.#next();
    }
  }

  #next(): Graph {
    for (let text = this.#others.shift(); text !== undefined; text = this.#others.shift()) {
      const graph = openGraph(this.shape, text);
      if (graph !== undefined) return graph;
    }
    throw new FFmpegError(NO_FILTER);
  }

  close(): void {
    this.#graph.close();
    this.picture.free();
  }
}

/** EINVAL: no filter takes such frames. */
const NO_FILTER = -22;

interface Graph {
  /** A negative number is FFmpeg's error. */
  run(frame: Frame, picture: Frame): number;
  close(): void;
}

/** undefined: FFmpeg does not take these filters. */
function openGraph(shape: Shape, filters: string): Graph | undefined {
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  const parsed = graph.parsePtr(`buffer@in=${sourceOf(shape)},${filters},buffersink@out`);
  const [source, sink] = ['buffer@in', 'buffersink@out'].map(name => graph.getFilter(name));
  if (parsed < 0 || !source || !sink || graph.configSync() < 0) {
    graph.free();
    return undefined;
  }
  return {
    run(frame, picture) {
      frame.colorSpace = shape.matrix;
      const code = source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF);
      return code < 0 ? code : sink.buffersinkGetFrameSync(picture);
    },
    close: () => graph.free(),
  };
}

const sourceOf = ({ widthPx, heightPx, format, matrix, range }: Shape): string =>
  `video_size=${widthPx}x${heightPx}:pix_fmt=${format}:time_base=1/1000:pixel_aspect=1/1:colorspace=${matrix}:range=${range}`;
