import { UNPRINTABLE } from '@sightline/schemas';

/** Formats lines of our processes for the screen: the process's name, then JSON logs as text. */
const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
/** A value from outside, such as a file's name, must neither break the line nor turn it round. */
const shownCode = (character: string): string =>
  character === '\t' ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
const COLOURS = [36, 35, 34, 33, 32, 96, 95, 94];
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name', 'service', 'version']);
const colours = new Map<string, number>();

/** `name | level message key=value`; on a terminal each name has its own colour. */
export function showLine(name: string, line: string, colour: boolean = process.stdout.isTTY === true): string {
  const label = name.padEnd(10);
  if (!colours.has(name)) colours.set(name, COLOURS[colours.size % COLOURS.length] ?? 36);
  const head = colour ? `\x1b[${colours.get(name)}m${label}\x1b[0m |` : `${label} |`;
  return `${head} ${inWords(line).replace(UNPRINTABLE, shownCode)}`;
}

function inWords(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    const level = typeof record.level === 'number' ? (LEVELS[record.level] ?? record.level) : record.level;
    const rest = Object.entries(record).filter(([key]) => !HIDDEN.has(key));
    return [level, record.msg, ...rest.map(([key, value]) => `${key}=${textOf(value)}`)].filter(Boolean).join(' ');
  } catch {
    return line;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && 'message' in value) return String(value.message);
  return JSON.stringify(value) ?? '';
}
