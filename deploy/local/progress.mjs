// What a start is doing, how far it is and how long it took: one line per step. On a terminal the running step
// rewrites its line; elsewhere a long step says every 15 s that it still goes on. To stderr: stdout is for results.

const tty = process.stderr.isTTY === true && process.env.CI === undefined;
const paint = (code, text) => (tty ? `\x1b[${code}m${text}\x1b[0m` : text);
const elapsed = startMs => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;

/** A step that failed: `message` says what, `fix` the line or setting that helps. */
export class StepError extends Error {
  constructor(message, fix, cause) {
    super(message, { cause });
    this.name = 'StepError';
    this.fix = fix;
  }
}

export class Progress {
  #done = 0;
  #total;

  /** @param {number} total how many steps will be announced */
  constructor(total, done = 0) {
    this.#total = total;
    this.#done = done;
  }

  /**
   * Runs `work(say)` as the next numbered step; `say(text)` tells how far it is. Resolves with what `work` gave.
   * @template T
   * @param {string} title
   * @param {(say: (text: string) => void) => Promise<T> | T} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.#done += 1;
    const label = `[${String(this.#done).padStart(2)}/${this.#total}] ${title}`;
    const startMs = performance.now();
    let note = '';
    const show = () => {
      const line = `${label}${note ? ` · ${note}` : ''} · ${elapsed(startMs)}`;
      if (tty) process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`);
      else console.error(line);
    };
    if (tty) show();
    const timer = setInterval(show, tty ? 200 : 15_000);
    try {
      const result = await work(text => {
        note = text;
      });
      clearInterval(timer);
      if (tty) process.stderr.write('\r\x1b[2K');
      console.error(`${label}${note ? ` · ${note}` : ''} ${paint(32, 'ok')} ${paint(2, elapsed(startMs))}`);
      return result;
    } catch (error) {
      clearInterval(timer);
      if (tty) process.stderr.write('\r\x1b[2K');
      console.error(`${label} ${paint(31, 'failed')} after ${elapsed(startMs)}`);
      throw error;
    }
  }
}

/** Prints an error as what went wrong and what to do, and gives the exit code. */
export function report(error) {
  console.error(`\n${paint(31, 'Error:')} ${error?.message ?? error}`);
  if (error?.fix) console.error(`${paint(33, 'Fix:')}   ${error.fix}`);
  if (!(error instanceof StepError) && error?.fix === undefined && error?.stack) console.error(error.stack);
  return 1;
}
