/** Fetches Kafka Streams from Maven Central, compiles our Java programs, and prints the class path. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const java = join(root, 'topologies/vectors/java');

/**
 * The class path for `java -cp`: the jars of the pom, and our classes. Both are in the cache folder (SIGHTLINE_CACHE,
 * default `.sightline/cache`) and are made again when pom or sources change. Needs `mvn` for the jars, `javac` for the
 * classes.
 */
export function prepareKafkaStreams(): string {
  const parts = join(process.env.SIGHTLINE_CACHE || join(root, '.sightline/cache'), 'parts/kafka-streams');
  const pom = join(java, 'pom.xml');
  const sources = globSync(join(java, '*/*.java')).sort();
  const jars = kept(join(parts, 'jars'), [pom], fetchJars(pom));
  const classes = kept(join(parts, 'classes'), [pom, ...sources], folder => compile(jars, sources, folder));
  return `${classes}:${join(jars, '*')}`;
}

/**
 * The folder, made again unless its stamp matches these files. The stamp is written last, so an incomplete folder is
 * never used.
 */
function kept(folder: string, of: readonly string[], make: (folder: string) => void): string {
  const stamp = join(folder, 'stamp');
  const hash = of.reduce((sum, file) => sum.update(readFileSync(file)), createHash('sha256')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return folder;
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  make(half);
  writeFileSync(join(half, 'stamp'), hash);
  rmSync(folder, { recursive: true, force: true });
  renameSync(half, folder);
  return folder;
}

function fetchJars(pom: string): (folder: string) => void {
  return folder => {
    const options = [`-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
    run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', ...options]);
  };
}

function compile(jars: string, sources: readonly string[], folder: string): void {
  run('javac', [
    '--release',
    '17',
    '-Xlint:all',
    '-Werror',
    '-proc:none',
    '-cp',
    join(jars, '*'),
    '-d',
    folder,
    ...sources,
  ]);
}

/** Sends the command's output to stderr: stdout is for results. */
function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 2, 2] });
}

if (import.meta.main) console.log(prepareKafkaStreams());
