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

/** ClickHouse SQL as words, quoted texts and symbols; white space and comments are left out. */
export function* tokens(sql: string): Generator<Token> {
  for (const match of sql.matchAll(TOKEN)) {
    const [text, quoted, , word, symbol] = match;
    if (quoted === undefined && word === undefined && symbol === undefined) continue;
    yield { word: word?.toUpperCase() ?? symbol ?? '', text, start: match.index, end: match.index + text.length };
  }
}

/** The statements of a script, without their semicolons and without empty ones. */
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
