import { ClickHouseError } from './errors.ts';
import { textOf } from './utf8.ts';

/** A statement as ClickHouse's parser prints it: without comments, in one spelling. */
export interface Parsed {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export interface Token {
  readonly text: string;
  /** ClickHouse's token type. */
  readonly type: string;
}

/** Byte offsets of a token in the printed statement, and its type. */
export type TokenPlace = readonly [start: number, end: number, type: string];

/**
 * Cuts a printed statement into its tokens. Throws ClickHouseError 62 when its bytes are no UTF-8, so that text and bytes,
 * and with them all offsets, are the same; and when the tokens do not cover every byte.
 */
export function cut(printed: Buffer, places: readonly TokenPlace[]): Parsed {
  const text = textOf(printed);
  let end = 0;
  const tokens = places.map(([start, next, type]) => {
    const gapless = start === end;
    end = gapless ? next : Number.NaN;
    return { text: printed.toString('utf8', start, next), type };
  });
  if (end !== printed.length) throw new ClickHouseError(62, 'Syntax error: the statement is unclear', 'SYNTAX_ERROR');
  return { text, tokens };
}

export const isName = ({ type }: Token): boolean => type === 'BareWord' || type === 'QuotedIdentifier';

/** The name in a token, without quotes. Escapes stay: they stand only before characters that no function's name has. */
export const nameOf = ({ type, text }: Token): string => (type === 'BareWord' ? text : text.slice(1, -1));
