import { ClickHouseError } from './errors.ts';
import { type Token, tokens } from './tokens.ts';
import { textOf } from './utf8.ts';

/** The parts of the writer's statement that the server must know: an insert's data, the format of the result. */
export type Statement =
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly format: string | undefined;
      /** True: the statement changes nothing, so the server may end it when its client disconnects. */
      readonly reads: boolean;
    }
  /** `INSERT INTO ... [SETTINGS ...] FORMAT F` with its data, as bytes that are never decoded. */
  | {
      readonly kind: 'insert';
      readonly into: string;
      readonly settings: string;
      readonly format: string;
      readonly data: Buffer;
    };

/** Most bytes of an INSERT's statement without its data: the engine's max_query_size. */
const STATEMENT_BYTES = 262_144;

/**
 * Reads the writer's statement. As on a ClickHouse server it is `query` from the URL (may be empty) followed by the body.
 * The data of an INSERT with FORMAT begins after the format's name and its line end.
 * Throws ClickHouseError for several statements, for a statement that is no UTF-8, and for files of the server (INTO OUTFILE,
 * FROM INFILE).
 */
export function readStatement(query: string, body: Buffer): Statement {
  const joint = query !== '' && body.length > 0 ? '\n' : '';
  const bytes = Buffer.concat([Buffer.from(query + joint), body]);
  const head = bytes.toString('latin1', 0, STATEMENT_BYTES); // one character per byte: positions are byte offsets
  const dataAllowed = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*INSERT\b/i.test(head);
  const text = dataAllowed ? head : bytes.toString('latin1');
  const slice = (start: number, end: number): string => textOf(bytes.subarray(start, end));

  let depth = 0;
  let end = bytes.length;
  let before: Token | undefined;
  let first: string | undefined;
  let ended = false;
  let selects = false;
  let settingsAt: number | undefined;
  let format: string | undefined;
  let formatAt: Token | undefined;
  for (const token of tokens(text)) {
    first ??= token.word;
    if (ended) throw new ClickHouseError(62, 'Syntax error: Multi-statements are not allowed', 'SYNTAX_ERROR');
    if (before?.word === 'INTO' && token.word === 'OUTFILE') throw noFiles('INTO OUTFILE');
    if (before?.word === 'FROM' && token.word === 'INFILE') throw noFiles('FROM INFILE');
    if (token.word === '(') depth += 1;
    else if (token.word === ')') depth -= 1;
    else if (depth === 0 && token.word === ';') {
      ended = true;
      end = token.start;
    } else if (depth === 0 && dataAllowed && !selects) {
      if (token.word === 'VALUES') break; // the engine's own parser reads the values
      if (token.word === 'SELECT' || token.word === 'WITH') selects = true;
      if (token.word === 'SETTINGS') settingsAt = token.start;
      if (before?.word === 'FORMAT') {
        if (token.word === 'VALUES') break;
        const into = slice(0, settingsAt ?? before.start);
        const settings = settingsAt === undefined ? '' : slice(settingsAt, before.start);
        return { kind: 'insert', into, settings, format: token.text, data: dataAfter(bytes, token.end) };
      }
    }
    if (depth === 0 && !dataAllowed) {
      if (before?.word === 'FORMAT') [format, formatAt] = [token.text, token];
      else if (formatAt === before && token.word !== ';' && token.word !== 'SETTINGS') format = undefined;
    }
    before = token;
  }
  return { kind: 'query', sql: slice(0, end), format, reads: first === 'SELECT' || first === 'WITH' };
}

/** The data of an insert: it begins after the spaces and one line end that follow the format's name. */
function dataAfter(bytes: Buffer, from: number): Buffer {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0c) at += 1;
  if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 2;
  else if (bytes[at] === 0x0a) at += 1;
  return bytes.subarray(at);
}

const noFiles = (what: string): ClickHouseError =>
  new ClickHouseError(344, `${what} is not allowed over HTTP`, 'SUPPORT_IS_DISABLED');
