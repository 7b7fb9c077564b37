/**
 * `npm run eval -- violations`: plays unseen rendered scenes through the whole product and compares the violations with
 * the truth.
 */
import { openControl } from '@sightline/processors/control';
import { topics } from '@sightline/schemas';
import { DataFolder } from '../../local/folder.ts';
import { startStack } from '../installations/stack.ts';
import { figureOptions, printFigures } from '../tools/figure.ts';
import { readTopic } from '../tools/read-topic.ts';
import { type Recording, recordingCameras, renderRecordings, trueViolations } from '../truth/recordings.ts';
import { type Interval, quantile, scoreViolations } from '../truth/violation-score.ts';

const options = figureOptions();

const FIRST_SEED = 5_000_000;
const AIM = 0.98;
const AIM_EDGE_MS = 400;
const [cameras, seconds] = options.full ? [6, 300] : [2, 60];
const say = (text: string): void => console.error(text);

const recordings: readonly Recording[] = Array.from({ length: cameras }, (_, index) => ({
  cameraId: `recording-${index + 1}`,
  seed: FIRST_SEED + index,
  seconds,
}));

const stack = await startStack();
try {
  const scenes = new DataFolder(stack.ready.data).folder('scenes');
  await renderRecordings(recordings, scenes, done => say(`${done} of ${recordings.length} scenes rendered`));
  const cell = await stack.connect();
  const control = await openControl(cell, error => say(String(error)));
  const startMs = Date.now();
  const changes = await recordingCameras(recordings, scenes, startMs);
  const accepted = await control.append({ actor: 'eval', changes, effectiveAtMs: 0 });
  if (accepted.outcome !== 'accepted') throw new Error(`the cameras were not accepted: ${JSON.stringify(accepted)}`);

  const tracks = await readTopic(cell, topics.tracks);
  const ended = (): number =>
    new Set(tracks.values.filter(track => track.outcome === 'ended').map(track => track.cameraId)).size;
  await tracks.until(
    () => ended() === cameras,
    (seconds + 120) * 1000,
    () => `${ended()} of ${cameras} recordings were read to their end`,
  );
  const violations = await readTopic(cell, topics.violations);
  const ends = await cell.log.admin.listOffsets(
    Array.from({ length: cell.partitions(topics.violations) }, (_, partition) => ({
      topic: cell.name(topics.violations),
      partition,
    })),
    'latest-committed',
  );
  await violations.until(
    () =>
      violations.values.filter(({ state }) => state === 'opened').length ===
        violations.values.filter(({ state }) => state === 'closed').length &&
      (violations.values.length > 0 || ends.every(end => end.offset === 0n)),
    30_000,
    () => 'violations that never closed',
  );

  const found: readonly Interval[] = violations.values.flatMap(({ state, cameraId, startedAtMs, endedAtMs }) =>
    state === 'closed' && endedAtMs !== null ? [{ cameraId, startMs: startedAtMs, endMs: endedAtMs }] : [],
  );
  const score = scoreViolations(trueViolations(recordings, scenes, startMs), found);
  for (const [word, intervals] of [
    ['missed', score.missed],
    ['invented', score.invented],
  ] as const)
    for (const { cameraId, startMs: from, endMs: to } of intervals)
      say(`${word}: ${cameraId} ${((from - startMs) / 1000).toFixed(1)} s to ${((to - startMs) / 1000).toFixed(1)} s`);
  const judged = tracks.values.filter(track => track.outcome === 'detected').length;
  printFigures(
    [
      {
        name: 'violations in the scenes',
        value: score.truths,
        unit: '',
        minutes: (cameras * seconds) / 60,
        frames: judged,
      },
      { name: 'violations found', value: score.found, unit: '' },
      { name: 'precision', value: score.precision, unit: '', peer: AIM, pass: score.precision >= AIM },
      { name: 'recall', value: score.recall, unit: '', peer: AIM, pass: score.recall >= AIM },
      {
        name: 'start error p95',
        value: quantile(score.startErrorsMs, 0.95),
        unit: 'ms',
        peer: AIM_EDGE_MS,
        pass: quantile(score.startErrorsMs, 0.95) <= AIM_EDGE_MS,
      },
      {
        name: 'end error p95',
        value: quantile(score.endErrorsMs, 0.95),
        unit: 'ms',
        peer: AIM_EDGE_MS,
        pass: quantile(score.endErrorsMs, 0.95) <= AIM_EDGE_MS,
      },
    ],
    options,
  );
  await tracks.close();
  await violations.close();
  await control.close();
  await cell.close();
} finally {
  await stack.stop();
}
