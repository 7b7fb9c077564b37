import { averagePrecision, type JudgedPicture, type Precision } from '../src/average-precision.ts';
import { decodeDetections, type ModelBox } from '../src/decode-detections.ts';
import type { BoxPx, Fit } from '../src/fit.ts';
import type { LoadedModel } from '../src/load-model.ts';
import { createInput, packRgb } from '../src/pack-input.ts';
import { RunningModel } from '../src/run-model.ts';

/** A picture with its true boxes. `rgb` is already scaled as `fit` says; boxes are in px of the source. */
export type TestPicture = {
  readonly rgb: Uint8Array;
  readonly fit: Fit;
  readonly truths: readonly (BoxPx & { readonly className: string; readonly slices: readonly string[] })[];
};

export type DetectorScore = {
  readonly perClass: ReadonlyMap<string, Precision>;
  /** Slice, then class. */
  readonly perSlice: ReadonlyMap<string, ReadonlyMap<string, Precision>>;
  readonly pictures: number;
  /** Median processor time of the model alone per picture, batch 1, one thread, ms. */
  readonly medianCpuMs: number;
  /** The same in wall-clock time, which includes the load of other processes. */
  readonly medianMs: number;
};

/** Boxes below this confidence do not change the score. */
const leastConfidence = 0.01;

/** Runs a model on pictures one by one and compares its boxes with the truth. */
export async function scoreDetector(
  model: LoadedModel,
  pictures: AsyncIterable<TestPicture>,
  onPicture: (done: number) => void = () => {},
): Promise<DetectorScore> {
  const running = await RunningModel.open(model);
  const input = createInput(model.card, 1);
  const seen: { truths: TestPicture['truths']; found: readonly ModelBox[] }[] = [];
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for await (const picture of pictures) {
    packRgb(input, 0, picture.rgb, picture.fit, model.card);
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    const output = await running.run(input);
    const cpu = process.cpuUsage(startedCpu);
    times.push(performance.now() - startedMs);
    cpuTimes.push((cpu.user + cpu.system) / 1000);
    const found = decodeDetections(output, 0, model.card, picture.fit, { confidence: leastConfidence });
    seen.push({ truths: picture.truths, found });
    onPicture(seen.length);
  }
  await running.close();
  const slices = [...new Set(seen.flatMap(picture => picture.truths.flatMap(truth => truth.slices)))].sort();
  return {
    perClass: byClass(model.card.classes, name => averagePrecision(seen.map(picture => ofClass(picture, name)))),
    perSlice: new Map(slices.map(slice => [slice, byClass(model.card.classes, name => inSlice(seen, name, slice))])),
    pictures: seen.length,
    medianCpuMs: median(cpuTimes),
    medianMs: median(times),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

type Seen = { readonly truths: TestPicture['truths']; readonly found: readonly ModelBox[] };

function byClass(classes: readonly string[], score: (name: string) => Precision): ReadonlyMap<string, Precision> {
  return new Map(classes.map(name => [name, score(name)]));
}

function ofClass({ truths, found }: Seen, className: string): JudgedPicture {
  return {
    truths: truths.filter(truth => truth.className === className),
    found: found.filter(box => box.className === className),
  };
}

/** Precision over the pictures with such a box; other boxes of the class in them are ignored. */
function inSlice(seen: readonly Seen[], className: string, slice: string): Precision {
  const chosen = seen.filter(({ truths }) =>
    truths.some(truth => truth.className === className && truth.slices.includes(slice)),
  );
  return averagePrecision(
    chosen.map(picture => {
      const { truths, found } = ofClass(picture, className);
      return {
        found,
        truths: picture.truths
          .filter(truth => truth.className === className)
          .map((truth, i) => ({ ...(truths[i] ?? truth), ignored: !truth.slices.includes(slice) })),
      };
    }),
  );
}
