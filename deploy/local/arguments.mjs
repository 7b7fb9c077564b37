// Checks the options of a command line before anything is installed. The help text is the grammar: a line that begins
// with `  --name` is a flag, `  --name VALUE` an option with a value, `VALUE,...` a list; `VALUE is one of: a, b` names
// the allowed values, and N is a number. Capital words of its first line, outside of brackets, are words that must be
// given, like FILE. Plain JavaScript for Node 20 without packages.
import { parseArgs } from 'node:util';
import { StepError } from './progress.mjs';

/** The command line is wrong. */
export class UsageError extends StepError {
  /** @param {string} message @param {string} command the command as people write it */
  constructor(message, command) {
    super(message, `${command} --help shows what it takes`);
    this.exitCode = 2;
  }
}

const NOUNS = { DIR: 'the path of a folder', FILE: 'the path of a file' };
const LARGEST_PORT = 65_535;

/** The options of a help text: for each name the value it takes; undefined: a flag. */
export function optionsOf(help) {
  const lines = [...help.matchAll(/^ {2}--([a-z-]+)(?: ([A-Z]+)(,\.\.\.)?)? /gm)];
  return new Map(
    lines.map(([, name, kind, list]) => {
      const allowed = new RegExp(`^${kind} is one of: (.+)$`, 'm').exec(help)?.[1]?.split(', ');
      return [name, kind === undefined ? undefined : { kind, isList: list !== undefined, allowed }];
    }),
  );
}

/** The words that a help's first line asks for. */
const wordsOf = help =>
  help
    .split('\n', 1)[0]
    .replace(/\[.*?\]/g, '')
    .match(/\b[A-Z]{2,}\b/g) ?? [];

/**
 * The values of a command line. Throws UsageError for an unknown option, a stray word, or a missing or wrong value.
 * @param {{ args: readonly string[], help: string, command: string, env?: NodeJS.ProcessEnv }} line
 * @returns {{ asksHelp: boolean, values: Readonly<Record<string, string>> }}
 */
export function readArguments({ args, help, command, env = process.env }) {
  if (args.includes('--help') || args.includes('-h')) return { asksHelp: true, values: {} };
  const options = optionsOf(help);
  const refuse = message => {
    throw new UsageError(message, command);
  };
  refuseSwallowed(options, env, refuse);
  const config = Object.fromEntries(
    [...options].map(([name, value]) => [name, { type: value ? 'string' : 'boolean' }]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = {};
  const missing = wordsOf(help);
  for (const token of tokens) {
    if (token.kind === 'positional' && missing.shift() === undefined)
      refuse(`unexpected word: ${token.value}; options go after \`--\`, as in \`${command} --NAME\``);
    if (token.kind !== 'option') continue;
    if (!token.rawName.startsWith('--') || !options.has(token.name)) refuse(unknown(token.rawName, options));
    const trouble = troubleOf(token, options.get(token.name));
    if (trouble !== undefined) refuse(`${token.rawName} ${trouble}`);
    if (token.value !== undefined) values[token.name] = token.value;
  }
  if (missing.length > 0) refuse(`needs ${NOUNS[missing[0]] ?? missing[0]}`);
  return { asksHelp: false, values };
}

/** npm keeps options that stand before `--` for itself and only leaves a trace in the environment. */
function refuseSwallowed(options, env, refuse) {
  for (const [name, value] of options)
    if (value !== undefined && env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined)
      refuse(`npm took --${name} for itself: put \`--\` before the options`);
}

function unknown(rawName, options) {
  const known = [...options.keys()].map(name => `--${name}`);
  return `unknown option ${rawName}; ${known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`}`;
}

/** What is wrong with the value of an option; undefined: nothing. */
function troubleOf({ name, value, inlineValue }, taken) {
  if (taken === undefined) return value === undefined ? undefined : `takes no value, not ${value}`;
  const { kind, isList, allowed } = taken;
  const wanted = wantedValue(name, kind, isList, allowed);
  if (value === undefined || value === '') return `needs ${wanted}`;
  if (kind === 'N') return isNumber(name, value) ? undefined : `needs ${wanted}, not ${value}`;
  if (!inlineValue && value.startsWith('-')) return `needs ${wanted}, not ${value}`;
  const wrong = (isList ? value.split(',') : [value]).filter(each => allowed?.includes(each.trim()) === false);
  return wrong.length === 0 ? undefined : `needs ${wanted}, not ${wrong.join(', ')}`;
}

function wantedValue(name, kind, isList, allowed) {
  if (name === 'port') return `a number from 0 to ${LARGEST_PORT}`;
  if (kind === 'N') return 'a whole number';
  if (allowed !== undefined) return `${isList ? 'some' : 'one'} of ${allowed.join(', ')}`;
  return NOUNS[kind] ?? 'a value';
}

const isNumber = (name, value) => /^\d{1,15}$/.test(value) && (name !== 'port' || Number(value) <= LARGEST_PORT);
