import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { marksOf, removeMarks } from './run-mark.ts';

/** A model that ended the process this often is not opened again. */
const KILLS = 2;
/** A model that looked at so many pictures since did not cause the last end. */
const PROVED_AFTER_PICTURES = 1_000;

const Kills = z.record(z.string(), z.number());

/**
 * How often each uploaded model ended the inference process, kept on disk. A process that is killed from outside while
 * a model runs looks the same; so one end is no proof, and 1,000 pictures without one clear the model.
 */
export class Quarantine {
  readonly #path: string;
  readonly #kills: Map<string, number>;

  private constructor(path: string, kills: Map<string, number>) {
    this.#path = path;
    this.#kills = kills;
  }

  /** Reads the folder, and counts the models that ran when the last process ended. */
  static read(folder: string): Quarantine {
    const marks = marksOf(folder);
    const path = join(folder, 'kills.json');
    const quarantine = new Quarantine(path, new Map(Object.entries(readKills(path))));
    for (const key of marks) quarantine.#kills.set(key, quarantine.killsOf(key) + 1);
    if (marks.length > 0) quarantine.#save();
    removeMarks(folder); // so that an end before the threads start is not counted again
    return quarantine;
  }

  killsOf(key: string): number {
    return this.#kills.get(key) ?? 0;
  }

  /** True: the model must not be opened. */
  has(key: string): boolean {
    return this.killsOf(key) >= KILLS;
  }

  /** Notes how many pictures a model has looked at since this process started. */
  looked(key: string, pictures: number): void {
    if (pictures < PROVED_AFTER_PICTURES || !this.#kills.delete(key)) return;
    this.#save();
  }

  /** Forgets all models but these: one that is removed and uploaded again is new. */
  keepOnly(keys: ReadonlySet<string>): void {
    const gone = [...this.#kills.keys()].filter(key => !keys.has(key));
    for (const key of gone) this.#kills.delete(key);
    if (gone.length > 0) this.#save();
  }

  #save(): void {
    const partial = `${this.#path}.partial`;
    writeFileSync(partial, JSON.stringify(Object.fromEntries(this.#kills)), { mode: 0o600, flush: true });
    renameSync(partial, this.#path);
  }
}

function readKills(path: string): z.infer<typeof Kills> {
  try {
    return Kills.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {}; // a first start, or a damaged file: no model is blamed
  }
}
