import { parseArgs } from 'node:util';

/** One measured figure, as `--json` prints it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value to compare with, if there is one. */
  readonly peer?: number;
  readonly ratio?: number;
  /** True when the target is reached; absent without a target. */
  readonly pass?: boolean;
  readonly [detail: string]: unknown;
}

/** The options of most benches, evals and trials: `--json` and `--full`. */
export function figureOptions(): { readonly json: boolean; readonly full: boolean } {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
    },
  });
  return values;
}

/** Prints figures as a table or as lines of JSON. Sets the exit code to 1 when a target is missed. */
export function printFigures(figures: readonly Figure[], { json }: { readonly json: boolean }): void {
  for (const figure of figures) {
    if (json) console.log(JSON.stringify(figure));
    else
      console.log(
        `${figure.name.padEnd(44)}${round(figure.value).padStart(10)} ${figure.unit.padEnd(10)}${aim(figure)}`,
      );
  }
  if (figures.some(figure => figure.pass === false)) process.exitCode = 1;
}

const round = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);

function aim({ pass, peer, ratio }: Figure): string {
  const against =
    peer === undefined ? '' : ` against ${round(peer)}${ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}`}`;
  return `${pass === undefined ? '' : pass ? 'reaches its aim' : 'MISSES ITS AIM'}${against}`;
}
