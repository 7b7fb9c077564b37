import {
  FORMATS,
  SHOWN,
  SHOWN_CREATE,
  STATEMENT_LIMIT_BYTES,
  STATEMENTS,
  SYSTEM_TABLES,
  TABLE_FUNCTIONS,
} from './analyst.ts';
import type { Engine } from './engine.ts';
import { ClickHouseError, denied } from './errors.ts';
import { judgeExpansion } from './expansion.ts';
import { Functions, type Registry } from './functions.ts';
import { judgeNeedle } from './needle.ts';
import { cut, isName, nameOf, type Parsed, type Token, type TokenPlace } from './printed.ts';
import { quote, quoteName } from './quote.ts';

/** An allowed statement: exactly the text that was judged, or the end of an analyst's query. */
export type Judged =
  | { readonly kind: 'read'; readonly sql: string; readonly format: string | undefined }
  | { readonly kind: 'kill'; readonly queryId: string };

/**
 * Judges analysts' statements. ClickHouse's parser prints the statement, and ClickHouse's lexer cuts that text into
 * tokens. The judge checks the tokens against analyst.ts, and exactly that text runs. So judge and engine cannot read a
 * statement differently.
 */
export class Judge {
  readonly #engine: Engine;
  readonly #functions: Functions;

  private constructor(engine: Engine, functions: Functions) {
    this.#engine = engine;
    this.#functions = functions;
  }

  static async of(engine: Engine): Promise<Judge> {
    const rows = async <T>(sql: string): Promise<readonly T[]> => {
      const text = await engine.text(`${sql} FORMAT JSON`);
      return JSON.parse(text).data;
    };
    const registry: Registry = {
      functions: await rows(
        'SELECT name, categories AS category, alias_to AS aliasTo, is_aggregate = 1 AS aggregate FROM system.functions',
      ),
      tableFunctions: (await rows<{ name: string }>('SELECT name FROM system.table_functions')).map(row => row.name),
      combinators: (await rows<{ name: string }>('SELECT name FROM system.aggregate_function_combinators')).map(
        row => row.name,
      ),
    };
    return new Judge(engine, new Functions(registry));
  }

  /** Names of all functions that analysts may call. */
  get functions(): readonly string[] {
    return this.#functions.names();
  }

  /**
   * Returns what to run for `statement`; `parameters` are the values of `{name:Type}`. Throws ClickHouseError: 62 when
   * ClickHouse cannot parse the statement, 164 or 497 when something in it is not allowed.
   */
  async judge(statement: string, parameters: ReadonlyMap<string, string>): Promise<Judged> {
    if (Buffer.byteLength(statement) > STATEMENT_LIMIT_BYTES)
      throw new ClickHouseError(
        62,
        `Statements of analysts are at most ${STATEMENT_LIMIT_BYTES} bytes`,
        'SYNTAX_ERROR',
      );
    let parsed = await this.#parse(statement);
    const named = withReplacements(parsed.tokens, parameters);
    if (named !== undefined) parsed = await this.#parse(named);
    const { text } = parsed;
    const tokens = parsed.tokens.filter(token => token.type !== 'Whitespace');
    judgeKind(tokens);
    if (tokens[0]?.text === 'KILL') return { kind: 'kill', queryId: killedQuery(tokens) };
    judgeExpansion(tokens);
    const brackets: Bracket[] = [];
    for (const [at, token] of tokens.entries()) {
      if (token.type.startsWith('Opening')) brackets.push(bracketOf(tokens, at));
      else if (token.type.startsWith('Closing')) brackets.pop();
      judgeToken(tokens, at);
      // types in `{name:Type}` have words and brackets, but call no function
      if (isName(token) && !brackets.includes('parameter')) this.#judgeName(tokens, at, brackets.at(-1));
    }
    return { kind: 'read', sql: text, format: formatOf(tokens) };
  }

  #judgeName(tokens: readonly Token[], at: number, bracket: Bracket | undefined): void {
    const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
    const name = token === undefined ? '' : nameOf(token);
    if (next?.type === 'OpeningRoundBracket') {
      if (this.#functions.mayCall(name)) {
        judgeNeedle(tokens, at, this.#functions.needleOf(name));
        return;
      }
      const others = `functions that compute, and the table functions ${TABLE_FUNCTIONS.join(', ')}`;
      throw denied(`the function ${name} is not for analysts; allowed are ${others}`);
    }
    if (token?.text === 'NULL') return; // the value; there is also a table function null
    if (this.#functions.mayStand(name) || before?.type === 'Dot' || next?.type === 'Dot') return;
    // A name without brackets calls a function only as an argument, after APPLY, or through an alias.
    const isArgument = before?.type.startsWith('Opening') || (before?.type === 'Comma' && bracket === 'list');
    if (!isArgument && before?.text !== 'APPLY' && next?.text !== 'AS') return;
    throw denied(
      `the function ${name} is not for analysts; a column of that name is written with its table: t.${name}`,
    );
  }

  async #parse(statement: string): Promise<Parsed> {
    if (statement.includes('\0')) throw new ClickHouseError(62, 'Syntax error: a NUL character', 'SYNTAX_ERROR');
    const sql = `WITH formatQuery(${quote(statement)}) AS printed
      SELECT base64Encode(printed), tokenizeQuery(printed) FORMAT JSONCompactEachRow SETTINGS
      output_format_json_quote_64bit_integers = 0, output_format_json_named_tuples_as_objects = 0`;
    let answer: string;
    try {
      answer = await this.#engine.text(sql);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new Error(text.replace(/(\.\.\.|\.)?:? In scope WITH formatQuery\([\s\S]*(?=\. \([A-Z_]+\)$)/, ''), {
        cause: error,
      });
    }
    const [printed, places]: [string, readonly TokenPlace[]] = JSON.parse(answer);
    return cut(Buffer.from(printed, 'base64'), places);
  }
}

/** Content of a bracket: a statement, a list of arguments or elements, or `{name:Type}`. */
type Bracket = 'statement' | 'list' | 'parameter';

function bracketOf(tokens: readonly Token[], at: number): Bracket {
  if (tokens[at]?.type === 'OpeningCurlyBrace') return 'parameter';
  const next = tokens[at + 1]?.text ?? '';
  return next === 'SELECT' || next === 'WITH' ? 'statement' : 'list';
}

function judgeKind(tokens: readonly Token[]): void {
  const words = tokens.filter(token => token.type !== 'OpeningRoundBracket').slice(0, 3);
  const [first = '', second = '', third = ''] = words.map(token => token.text);
  if (!STATEMENTS.includes(first))
    throw new ClickHouseError(164, `Cannot execute ${first} in readonly mode; analysts ${MAY_SAY}`, 'READONLY');
  if (first === 'SHOW' && !SHOWN.includes(second))
    throw denied(`SHOW ${second} is not for analysts; allowed are ${SHOWN.map(what => `SHOW ${what}`).join(', ')}`);
  if (first === 'SHOW' && second === 'CREATE' && !SHOWN_CREATE.includes(third))
    throw denied(`SHOW CREATE ${third} is not for analysts; allowed are ${SHOWN_CREATE.join(', ')}`);
}

const MAY_SAY = `may send ${STATEMENTS.join(', ')}; settings and the database go in the URL`;

/** Throws for a token that no analyst's statement may have at this place. */
function judgeToken(tokens: readonly Token[], at: number): void {
  const { text, type } = tokens[at] ?? { text: '', type: '' };
  if (type === 'Semicolon' || type.startsWith('Error'))
    throw new ClickHouseError(62, `Syntax error: ${text} is not allowed here`, 'SYNTAX_ERROR');
  if (!isName({ text, type })) return;
  const next = tokens[at + 1];
  const word = type === 'BareWord' ? text.toUpperCase() : '';
  const nextWord = next?.type === 'BareWord' ? next.text.toUpperCase() : '';
  if (word === 'INTO') throw denied(`${word} ${nextWord} is not for analysts: they may not change data or write files`);
  if (word === 'PARALLEL' && nextWord === 'WITH') throw denied('PARALLEL WITH is not for analysts');
  const isShown = at === 1 && tokens[0]?.text === 'SHOW'; // SHOW SETTINGS LIKE
  if (text === 'SETTINGS' && !isShown && next !== undefined && isName(next))
    throw new ClickHouseError(
      164,
      `Cannot modify '${nameOf(next)}' setting in readonly mode: a SETTINGS clause is not for analysts; put settings for the form of a result in the URL`,
      'READONLY',
    );
  if (text === 'FORMAT' && next !== undefined && isName(next)) judgeFormat(nameOf(next));
  const system = nameOf({ text, type }).toLowerCase() === 'system' && next?.type === 'Dot';
  const table = tokens[at + 2];
  if (system && table !== undefined && !SYSTEM_TABLES.includes(nameOf(table)))
    throw denied(`the table system.${nameOf(table)} is not for analysts; allowed are ${SYSTEM_TABLES.join(', ')}`);
}

/** Throws ClickHouseError 497 for a format that analysts may not use. */
export function judgeFormat(format: string): void {
  if (!FORMATS.test(format)) throw denied(`the format ${format} is not for analysts; JSONEachRow, CSV and Parquet are`);
}

function formatOf(tokens: readonly Token[]): string | undefined {
  const at = tokens.findLastIndex(({ text, type }) => type === 'BareWord' && text === 'FORMAT');
  const format = at === -1 ? undefined : tokens[at + 1];
  return format?.type === 'BareWord' ? format.text : undefined;
}

/** The id in `KILL QUERY WHERE query_id = '...'`, the only form that an analyst may use. */
function killedQuery(tokens: readonly Token[]): string {
  const said = tokens.map(({ text, type }) => (type === 'StringLiteral' ? '?' : text)).join(' ');
  const id = tokens[5];
  if (id === undefined || !/^KILL QUERY WHERE query_id = \?( SYNC| ASYNC)?$/.test(said) || id.text.includes('\\'))
    throw denied("analysts may end only their queries, with KILL QUERY WHERE query_id = '...'");
  return id.text.slice(1, -1);
}

/** The engine has one user for all, so `currentUser()` would name another one. */
const ANALYST_NAME = "'analyst'";
const USER_FUNCTIONS: readonly string[] = ['currentuser', 'current_user', 'user'];

function namesUser(tokens: readonly Token[], at: number): boolean {
  const [name, opening, closing] = tokens.slice(at, at + 3);
  const isCall = opening?.type === 'OpeningRoundBracket' && closing?.type === 'ClosingRoundBracket';
  return isCall && name !== undefined && isName(name) && USER_FUNCTIONS.includes(nameOf(name).toLowerCase());
}

/**
 * Replaces each `{name:Identifier}` in a statement with the quoted value, so that the judge sees the real name, and
 * `currentUser()` with the analyst's name. undefined: the statement has neither. Throws ClickHouseError 456 when the
 * request lacks a value.
 */
function withReplacements(tokens: readonly Token[], parameters: ReadonlyMap<string, string>): string | undefined {
  const parts: string[] = [];
  let found = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const [brace, name, , type] = tokens.slice(at, at + 4);
    if (namesUser(tokens, at)) {
      parts.push(ANALYST_NAME);
      found = true;
      at += 2;
      continue;
    }
    const isIdentifier = brace?.type === 'OpeningCurlyBrace' && type?.text.toLowerCase() === 'identifier';
    if (isIdentifier && name !== undefined) {
      const value = parameters.get(name.text);
      if (value === undefined)
        throw new ClickHouseError(456, `Substitution \`${name.text}\` is not set`, 'UNKNOWN_QUERY_PARAMETER');
      parts.push(quoteName(value));
      found = true;
      at += 4;
    } else parts.push(brace?.text ?? '');
  }
  return found ? parts.join('') : undefined;
}
