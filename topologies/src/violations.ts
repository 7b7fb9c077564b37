import {
  ControlProcessor,
  cameraRuns,
  type Judgement,
  Unjudged,
  ViolationProcessor,
} from '@sightline/processors/rules';
import { topics } from '@sightline/schemas';
import type { KStream, StreamsBuilder } from './dsl/index.ts';

/** Application id: it names the group, its transactions and its changelogs. */
export const VIOLATIONS = 'violations';

/**
 * Turns detections into violations: tracker, zones and rules, one state per camera, in log order. Returns a function
 * that gives what could not be judged so far, for the health of the process.
 */
export function violations(builder: StreamsBuilder): () => readonly string[] {
  const unjudged = new Unjudged();
  builder.globalStore('control', topics.control, () => new ControlProcessor()); // folded fully before a task resumes
  const judged = builder
    .stream('detections', topics.detections, { timestampExtractor: ({ value }) => value.capturedAtMs })
    .processValues('judge', () => new ViolationProcessor(unjudged), [cameraRuns]);
  each(judged, 'pick-tracks', ({ track }) => (track ? [track] : [])).to('tracks', topics.tracks);
  each(judged, 'pick-violations', judgement => judgement.violations).to('violations', topics.violations);
  each(judged, 'pick-switches', ({ configSwitch }) => (configSwitch ? [configSwitch] : [])).to(
    'config-switches',
    topics.configSwitches,
  );
  return () => unjudged.sentences;
}

function each<V>(
  judged: KStream<string, Judgement>,
  nodeName: string,
  pick: (judgement: Judgement) => readonly V[],
): KStream<string, V> {
  return judged.flatMapValues(nodeName, pick);
}
