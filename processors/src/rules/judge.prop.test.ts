import { avroSerde, type CameraRun, type Detection, type Violation } from '@sightline/schemas';
import { newRule } from '@sightline/schemas/rules';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesAt, change, control, detection, type Place, result, ScriptedCamera } from './scripted-camera.ts';

/**
 * How long each breach and each calm lasts, in turn, in camera ms; each is long enough to count. Then the picture rate.
 */
const script = fc.record({
  periodMs: fc.integer({ min: 66, max: 200 }),
  spells: fc.array(
    fc.record({ calmMs: fc.integer({ min: 1000, max: 4000 }), breachMs: fc.integer({ min: 1000, max: 4000 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  /** Each picture may have one wrong box: the hand jumps away, or onto the pizza. */
  jumps: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 3 }),
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

function truth({ spells }: Script): { readonly intervals: readonly Interval[]; readonly endMs: number } {
  let timeMs = 1000;
  const intervals = spells.map(({ calmMs, breachMs }) => {
    const fromMs = timeMs + calmMs;
    timeMs = fromMs + breachMs;
    return { fromMs, toMs: timeMs };
  });
  return { intervals, endMs: timeMs + 1500 };
}

function records(input: Script): readonly Detection[] {
  const { intervals, endMs } = truth(input);
  const isolated = new Set(input.jumps.filter(jump => jump % 8 === 0)); // no two wrong pictures in a row
  const count = Math.floor((endMs - 1000) / input.periodMs);
  return Array.from({ length: count }, (_, sequence) => {
    const timeMs = 1000 + sequence * input.periodMs;
    const breaks = intervals.some(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs);
    return detection(sequence, timeMs, breaks !== isolated.has(sequence) ? ['pizza', 'hand'] : ['pizza', 'handAside']);
  });
}

// The product's promise: one violation per breach, with start and end within 400 ms of the truth.
test('violations are the breaches of the truth, at any rate of pictures and with single wrong boxes', () => {
  fc.assert(
    fc.property(script, input => {
      const camera = new ScriptedCamera();
      for (const record of records(input)) camera.take(record);
      const closed = camera.violations.filter(({ state }) => state === 'closed');
      const { intervals } = truth(input);
      expect(closed.length).toBe(intervals.length);
      for (const [i, { fromMs, toMs }] of intervals.entries()) {
        expect(Math.abs((closed[i]?.startedAtMs ?? 0) - fromMs)).toBeLessThanOrEqual(400);
        expect(Math.abs((closed[i]?.endedAtMs ?? 0) - toMs)).toBeLessThanOrEqual(400);
      }
    }),
  );
});

const serde = avroSerde<CameraRun>('CameraRun', 'single-object');
const written = avroSerde<Violation>('Violation', 'single-object');
const bytes = (camera: ScriptedCamera): string =>
  camera.violations.map(violation => written.serialize(violation).toString('hex')).join('\n');

// A task may restore its state at any record: it then gives the same violations.
test('a run that went through its bytes at every record judges the same', () => {
  fc.assert(
    fc.property(script, input => {
      const [calm, restored] = [new ScriptedCamera(control()), new ScriptedCamera(control())];
      for (const record of records(input)) {
        calm.take(record);
        if (restored.run !== undefined) restored.run = serde.deserialize(serde.serialize(restored.run));
        restored.take(record);
      }
      expect(bytes(restored)).toBe(bytes(calm));
    }),
    { numRuns: 20 },
  );
});

// Under overload pictures are skipped. A breach may then open later or merge with its neighbour, but it never splits.
test('skipping any pictures never makes more violations than there are breaches', () => {
  const skipped = fc.array(fc.boolean(), { minLength: 400, maxLength: 400 });
  fc.assert(
    fc.property(script, skipped, (input, isSkipped) => {
      const camera = new ScriptedCamera();
      for (const record of records({ ...input, jumps: [] })) {
        const { sequence, capturedAtMs } = record;
        camera.take(isSkipped[sequence % 400] ? detection(sequence, capturedAtMs, 'skipped') : record);
      }
      const opened = camera.violations.filter(({ state }) => state === 'opened');
      expect(opened.length).toBeLessThanOrEqual(input.spells.length);
    }),
  );
});

const place = fc.constantFrom<Place>('pizza', 'hand', 'handAside', 'scooper', 'person', 'otherPerson', 'personAside');
/** One record: an outcome without a picture, or the boxes of each of two models, or a model that did not look. */
const sight = fc.oneof(
  fc.constantFrom('unchanged' as const, 'skipped' as const, 'down' as const, 'ended' as const),
  fc.record({
    kitchen: fc.option(fc.uniqueArray(place)),
    people: fc.option(fc.uniqueArray(place)),
    periodMs: fc.integer({ min: 50, max: 900 }),
  }),
);
const noEntry = {
  ...newRule('restricted_zone', { ruleId: 'c1-hand-no-scooper', cameraId: 'c1', zoneId: 'c1-z1' }),
  parameters: {
    ...{ kind: 'restricted_zone', subjectClass: 'person', anchor: 'bottom_centre', minOverlap: 0.1, leaveMargin: 0.02 },
  },
};

// For every kind of rule and any set of models: the state holds everything, and each violation's records come in order.
test.each([
  ['absence', control()],
  ['restricted_zone', control(change('rule', noEntry))],
])(
  'a run of kind %s judges the same after its bytes, and tells every violation as opened, updated, closed',
  (_, fold) => {
    fc.assert(
      fc.property(fc.array(sight, { maxLength: 40 }), sights => {
        const [calm, restored] = [new ScriptedCamera(fold), new ScriptedCamera(fold)];
        let timeMs = 1000;
        for (const [sequence, one] of sights.entries()) {
          const isPicture = typeof one !== 'string';
          timeMs += isPicture ? one.periodMs : 200;
          const record = detection(sequence, timeMs, isPicture ? [] : one);
          const results = [
            ...(isPicture && one.kitchen
              ? [result('kitchen', ['hand', 'pizza', 'scooper'], boxesAt(...one.kitchen))]
              : []),
            ...(isPicture && one.people ? [result('people', ['person'], boxesAt(...one.people))] : []),
          ];
          if (restored.run !== undefined) restored.run = serde.deserialize(serde.serialize(restored.run));
          for (const camera of [calm, restored]) camera.take({ ...record, results });
        }
        expect(bytes(restored)).toBe(bytes(calm));
        const byId = Map.groupBy(calm.violations, ({ violationId }) => violationId);
        for (const told of byId.values()) {
          expect(told.map(({ revision }) => revision)).toEqual(told.map((__, i) => i + 1));
          expect(told.map(({ state }) => state).join(' ')).toMatch(/^opened( updated)*( closed)?$/);
        }
      }),
    );
  },
);
