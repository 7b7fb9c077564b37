import { parseArgs } from 'node:util';
import { type ActionName, actionNames } from './action.ts';
import { writeClip } from './clip-writer.ts';
import { writeMotionJpeg } from './motion-jpeg-writer.ts';
import { createScene } from './scene.ts';

const help = `Renders a kitchen scene to an H.264 mp4 and writes the truth beside it (FILE.mp4.truth.json).
A name that ends in .mjpeg gets Motion JPEG without a truth file: Chromium's fake webcam shows it at 30 frames a second.

  node models/scenes/write-clip.ts --out FILE.mp4 [options]

  --seed N          which scene (default 1); the same seed gives the same pictures
  --seconds N       length (default 60)
  --fps N           frames a second (default 15)
  --size WxH        default 640x360
  --bare-hands N    N violations of hand_no_scooper, with harmless actions between them
  --actions A,B     exactly these, in order: ${actionNames.join(', ')}
  --showroom        bright and sharp, for demo cameras
  --boxes           write the boxes of every frame to the truth file too
  --help            this text
`;

class ArgumentError extends Error {
  readonly code = 'ARGUMENT_INVALID';
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new ArgumentError(`--${name} must be a number above 0, not "${text}"`);
  return value;
}

function actionList(text: string): readonly ActionName[] {
  return text.split(',').map(name => {
    const known = actionNames.find(action => action === name.trim());
    if (!known) throw new ArgumentError(`--actions: "${name}" is none of ${actionNames.join(', ')}`);
    return known;
  });
}

/** Each bare-hand action with a harmless action after it. */
function withBareHands(count: number): readonly ActionName[] {
  const harmless: readonly ActionName[] = ['scoop', 'pass-over', 'touch-pizza', 'two-people', 'use-tool'];
  return Array.from({ length: count }, (_, i) => [
    'bare-hand' as const,
    harmless[i % harmless.length] ?? 'scoop',
  ]).flat();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '60' },
      fps: { type: 'string', default: '15' },
      size: { type: 'string', default: '640x360' },
      out: { type: 'string' },
      'bare-hands': { type: 'string' },
      actions: { type: 'string' },
      showroom: { type: 'boolean', default: false },
      boxes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (!values.out) throw new ArgumentError('--out FILE.mp4 is missing');
  const [widthPx, heightPx] = values.size.split('x').map(part => positive('size', part));
  if (!widthPx || !heightPx || widthPx % 2 || heightPx % 2)
    throw new ArgumentError(`--size must be two even numbers as in 640x360, not "${values.size}"`);
  const bareHands = values['bare-hands'];
  const actions = values.actions
    ? actionList(values.actions)
    : bareHands
      ? withBareHands(positive('bare-hands', bareHands))
      : undefined;
  const scene = createScene({
    seed: Number(values.seed),
    durationMs: positive('seconds', values.seconds) * 1000,
    fps: positive('fps', values.fps),
    widthPx,
    heightPx,
    showroom: values.showroom,
    ...(actions ? { actions } : {}),
  });
  const truth = scene.truth();
  if (actions && truth.actions.length < actions.length) {
    throw new ArgumentError(
      `only ${truth.actions.length} of ${actions.length} actions fit into ${values.seconds} s: allow about 9 s for each`,
    );
  }
  if (values.out.endsWith('.mjpeg')) await writeMotionJpeg(scene, values.out, showProgress);
  else await writeClip(scene, values.out, { withBoxes: values.boxes, onFrame: showProgress });
  process.stdout.write(
    `${values.out}: ${scene.frameCount} frames, ${truth.violations.length} violations of hand_no_scooper\n`,
  );
}

function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY || (done % 10 !== 0 && done !== total)) return;
  process.stderr.write(
    `\r${done} of ${total} frames ${'█'.repeat(Math.round((done / total) * 30)).padEnd(30, '░')}${done === total ? '\n' : ''}`,
  );
}

try {
  await main();
} catch (error: unknown) {
  process.stderr.write(
    `write-clip: ${error instanceof Error ? error.message : String(error)}\n(--help shows the options)\n`,
  );
  process.exitCode = 1;
}
