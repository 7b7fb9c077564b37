import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { marksOf, removeMarks } from './run-mark.ts';

/** A model that ended the process this often is not opened again. */
const KILLS = 2;
/** A model that looked at so many pictures since did not cause the last end. */
const PROVED_AFTER_PICTURES = 1_000;

const Ends = z.object({
  kills: z.number(),
  /** The version's `attempt` that these kills count for. */
  attempt: z.number(),
});
const Kills = z.record(z.string(), Ends);
type Ends = Readonly<z.infer<typeof Ends>>;

/**
 * How often each uploaded model ended the inference process, kept on disk. A process that is killed from outside while
 * a model runs looks the same; so one end is no proof, and 1,000 pictures without one clear the model.
 */
export class Quarantine {
  readonly #path: string;
  readonly #kills: Map<string, Ends>;

  private constructor(path: string, kills: Map<string, Ends>) {
    this.#path = path;
    this.#kills = kills;
  }

  /** Reads the folder, and counts the models that ran when the last process ended. */
  static read(folder: string): Quarantine {
    const marks = marksOf(folder);
    const path = join(folder, 'kills.json');
    const quarantine = new Quarantine(path, new Map(Object.entries(readKills(path))));
    for (const key of marks) {
      const { kills, attempt } = quarantine.#kills.get(key) ?? { kills: 0, attempt: 0 };
      quarantine.#kills.set(key, { kills: kills + 1, attempt });
    }
    if (marks.length > 0) quarantine.#save();
    removeMarks(folder); // so that an end before the threads start is not counted again
    return quarantine;
  }

  killsOf(key: string): number {
    return this.#kills.get(key)?.kills ?? 0;
  }

  /** True: the model must not be opened. */
  has(key: string): boolean {
    return this.killsOf(key) >= KILLS;
  }

  /** Notes how many pictures a model has answered since this process started. */
  looked(key: string, pictures: number): void {
    if (pictures < PROVED_AFTER_PICTURES || this.killsOf(key) === 0) return;
    this.#forgive(key, this.#kills.get(key)?.attempt ?? 0);
    this.#save();
  }

  /**
   * Takes the attempts of all versions that there are. A version that is removed is forgotten: uploaded again, it is
   * new. One that a person lets try again begins without kills.
   */
  follow(attempts: ReadonlyMap<string, number>): void {
    let changed = false;
    for (const [key, { attempt }] of [...this.#kills]) {
      const present = attempts.get(key);
      if (present === attempt) continue;
      changed = true;
      if (present === undefined) this.#kills.delete(key);
      else this.#forgive(key, present);
    }
    if (changed) this.#save();
  }

  #forgive(key: string, attempt: number): void {
    if (attempt === 0) this.#kills.delete(key);
    else this.#kills.set(key, { kills: 0, attempt });
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
