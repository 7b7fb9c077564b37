/** Longest list of classes that a card takes. */
export const MOST_CLASSES = 2_000;

const MOST_CHARS = 1 << 18;

/** What `\x` in a Python string stands for. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  '\n': '',
};

/** The next part of a literal: a string, a whole number, or a mark. */
const TOKEN = /\s*(?:[uU]?('[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*")|(-?\d+)|([[\](){},:]))/y;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/**
 * Names of classes as exporters write them: Python's `repr` of a dict (`{0: 'person', 1: "dog's"}`), a list or a tuple, or
 * JSON. Numbers that a dict leaves out become `class N`. Undefined: the text is none of these.
 *
 *   names  = "{" [ number ":" string { "," number ":" string } [","] ] "}"  |  ("[" | "(") [ string { "," string } [","] ] ("]" | ")")
 *   string = Python's quoted string with its escapes; a number may be quoted too, as JSON does
 */
export function readPythonNames(text: string): readonly string[] | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const [open, ...rest] = tokens;
  const close = rest.pop();
  if (open?.mark === '{' && close?.mark === '}') return namesByNumber(rest);
  const isList = (open?.mark === '[' && close?.mark === ']') || (open?.mark === '(' && close?.mark === ')');
  return isList ? namesInOrder(rest) : undefined;
}

type Token = { readonly text: string } & { readonly mark?: string };

/** Undefined when the text is no sequence of strings, whole numbers and marks. */
function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const trimmed = text.trim();
  if (trimmed.length > MOST_CHARS) return undefined;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    if (tokens.length > 4 * MOST_CLASSES + 2) return undefined;
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, quoted, number, mark] = match;
    if (mark !== undefined) tokens.push({ text: mark, mark });
    else tokens.push({ text: quoted === undefined ? (number ?? '') : unescaped(quoted.slice(1, -1)) });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, hex, four, eight, octal, one) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const digits: string | undefined = hex ?? four ?? eight;
    if (digits === undefined) return ESCAPES[one] ?? `\\${one}`;
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}

function namesByNumber(tokens: readonly Token[]): readonly string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, colon, name, comma] = tokens.slice(at, at + 4);
    const index = Number(key?.text);
    const isEntry = key?.mark === undefined && colon?.mark === ':' && name !== undefined && name.mark === undefined;
    if (!isEntry || !Number.isInteger(index) || index < 0 || index >= MOST_CLASSES) return undefined;
    if (comma !== undefined && comma.mark !== ',') return undefined;
    names[index] = name.text;
  }
  return Array.from(names, (name, index) => name || `class ${index}`);
}

function namesInOrder(tokens: readonly Token[]): readonly string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at < tokens.length; at += 2) {
    const [name, comma] = tokens.slice(at, at + 2);
    if (name === undefined || name.mark !== undefined || (comma !== undefined && comma.mark !== ',')) return undefined;
    names.push(name.text || `class ${names.length}`);
  }
  return names.length > MOST_CLASSES ? undefined : names;
}
