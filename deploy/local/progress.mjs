// Shows the steps of a command, one line per step with its progress and duration. On a terminal the running step
// rewrites its line; elsewhere a long step prints a line every 15 s. Writes to stderr, since stdout is for results.

const tty = process.stderr.isTTY === true && process.env.CI === undefined;
const paint = (code, text) => (tty ? `\x1b[${code}m${text}\x1b[0m` : text);
const elapsed = startMs => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;

/** A step failed. `message` says why; `fix` says which command or setting helps. */
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
  #signal;

  /**
   * @param {number} total number of all steps
   * @param {number} [done]
   * @param {AbortSignal} [signal] after its abort nothing more is printed, and every step rejects with its reason
   */
  constructor(total, done = 0, signal = undefined) {
    this.#total = total;
    this.#done = done;
    this.#signal = signal;
  }

  /**
   * Runs `work(say)` as the next numbered step; `say(text)` shows its progress. Resolves with the result of `work`.
   * @template T
   * @param {string} title
   * @param {(say: (text: string) => void) => Promise<T> | T} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.#signal?.throwIfAborted();
    this.#done += 1;
    const label = `[${String(this.#done).padStart(2)}/${this.#total}] ${title}`;
    const startMs = performance.now();
    let note = '';
    const show = () => {
      if (this.#signal?.aborted) return;
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
      this.#signal?.throwIfAborted();
      clearInterval(timer);
      if (tty) process.stderr.write('\r\x1b[2K');
      console.error(`${label}${note ? ` · ${note}` : ''} ${paint(32, 'ok')} ${paint(2, elapsed(startMs))}`);
      return result;
    } catch (error) {
      clearInterval(timer);
      this.#signal?.throwIfAborted();
      if (tty) process.stderr.write('\r\x1b[2K');
      console.error(`${label} ${paint(31, 'failed')} after ${elapsed(startMs)}`);
      throw error;
    }
  }
}

/** Prints an error and its fix. Returns the exit code. */
export function report(error) {
  console.error(`\n${paint(31, 'Error:')} ${error?.message ?? error}`);
  if (error?.fix) console.error(`${paint(33, 'Fix:')}   ${error.fix}`);
  if (!(error instanceof StepError) && error?.fix === undefined && error?.stack) console.error(error.stack);
  return error?.exitCode ?? 1;
}
