import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { clipName, type Demo, type DemoCamera } from './demo.ts';
import { childEnv } from './environment.mjs';
import { StartError } from './errors.ts';
import { type DataFolder, root } from './folder.ts';
import { withLock } from './lock.ts';
import type { Settings } from './settings.ts';

const WRITE_CLIP = join(root, 'models/scenes/write-clip.ts');

/**
 * Puts the demo's recordings and their truth files into the folder's `scenes`. Renders each once into the cache, two at a
 * time. Returns how many it rendered.
 */
export async function renderScenes(
  demo: Demo,
  folder: DataFolder,
  settings: Settings,
  onDone: (done: number, of: number) => void,
): Promise<number> {
  const scenes = folder.recordings('scenes');
  const cache = join(settings.SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'scenes');
  mkdirSync(cache, { recursive: true });
  const cameras = [...demo.cameras, demo.probe];
  const rendered = await withLock(join(cache, 'lock'), () => renderMissing(cameras, cache, onDone));
  for (const camera of cameras)
    for (const name of [clipName(camera), `${clipName(camera)}.truth.json`])
      provide(join(cache, name), join(scenes, name));
  return rendered;
}

async function renderMissing(
  cameras: readonly DemoCamera[],
  cache: string,
  onDone: (done: number, of: number) => void,
): Promise<number> {
  const missing = cameras.filter(camera => !existsSync(join(cache, `${clipName(camera)}.truth.json`)));
  const queue = [...missing];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let camera = queue.shift(); camera !== undefined; camera = queue.shift()) {
      await render(join(cache, clipName(camera)), camera.scene);
      done += 1;
      onDone(done, missing.length);
    }
  };
  await Promise.all([worker(), worker()]);
  return missing.length;
}

/** Makes a link, or a copy where links are impossible. */
function provide(from: string, to: string): void {
  if (existsSync(to)) return;
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, `${to}.half`);
    renameSync(`${to}.half`, to);
  }
}

/** Renders a recording. Its truth file is written last; a recording without one is rendered again. */
async function render(path: string, scene: DemoCamera['scene']): Promise<void> {
  const half = path.replace(/\.mp4$/, '.half.mp4');
  const bareHands =
    scene.bareHands === undefined ? [] : ['--actions', Array(scene.bareHands).fill('bare-hand').join(',')];
  const size = ['--seed', String(scene.seed), '--seconds', String(scene.seconds), '--fps', String(scene.fps)];
  await run([WRITE_CLIP, '--out', half, '--showroom', ...size, ...bareHands]);
  renameSync(half, path);
  renameSync(`${half}.truth.json`, `${path}.truth.json`);
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env: childEnv() });
    child.stderr.on('data', data => {
      said += data;
    });
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve();
      else reject(new StartError('BUILD_FAILED', `a demo recording was not rendered:\n${said}`, 'start again'));
    });
  });
}
