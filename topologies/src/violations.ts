import { ControlProcessor, cameraRuns, type Judgement, ViolationProcessor } from '@sightline/processors/rules';
import { topics } from '@sightline/schemas';
import type { KStream, StreamsBuilder } from './dsl/index.ts';

/** Application id: names the group, its transactions and its changelogs. */
export const VIOLATIONS = 'violations';

/** Detections in, violations out: tracker, zones and rules, one state per camera, in the order of the log. */
export function violations(builder: StreamsBuilder): void {
  builder.globalStore('control', topics.control, () => new ControlProcessor()); // folded to the end before a task resumes
  const judged = builder
    .stream('detections', topics.detections, { timestampExtractor: ({ value }) => value.capturedAtMs })
    .processValues('judge', () => new ViolationProcessor(), [cameraRuns]);
  each(judged, 'pick-tracks', ({ track }) => (track ? [track] : [])).to('tracks', topics.tracks);
  each(judged, 'pick-violations', judgement => judgement.violations).to('violations', topics.violations);
  each(judged, 'pick-switches', ({ configSwitch }) => (configSwitch ? [configSwitch] : [])).to(
    'config-switches',
    topics.configSwitches,
  );
}

function each<V>(
  judged: KStream<string, Judgement>,
  nodeName: string,
  pick: (judgement: Judgement) => readonly V[],
): KStream<string, V> {
  return judged.flatMapValues(nodeName, pick);
}
