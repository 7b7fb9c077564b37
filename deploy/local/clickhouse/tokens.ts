export interface Token {
  /** Upper case for words, the character for symbols, '' for quoted text. */
  readonly word: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// whitespace and comments | quoted text | $tag$text$tag$ | word | any other character
const TOKEN =
  /(?:\s|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\/)+|('(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`|(\$\w*\$)[\s\S]*?\2)|([A-Za-z_]\w*)|([\s\S])/g;

/** Splits ClickHouse SQL into words, quoted texts and symbols. Leaves out white space and comments. */
export function* tokens(sql: string): Generator<Token> {
  for (const match of sql.matchAll(TOKEN)) {
    const [text, quoted, , word, symbol] = match;
    if (quoted === undefined && word === undefined && symbol === undefined) continue;
    yield { word: word?.toUpperCase() ?? symbol ?? '', text, start: match.index, end: match.index + text.length };
  }
}

/** Splits a script into its statements, without semicolons and empty statements. */
export function splitStatements(script: string): readonly string[] {
  const statements: string[] = [];
  let start: number | undefined;
  let end = 0;
  for (const token of tokens(script)) {
    if (token.word === ';') {
      if (start !== undefined) statements.push(script.slice(start, token.start).trim());
      start = undefined;
    } else {
      start ??= token.start;
      end = token.end;
    }
  }
  if (start !== undefined) statements.push(script.slice(start, end));
  return statements;
}
