import { NEEDLE_BYTES } from './analyst.ts';
import { denied } from './errors.ts';
import { nameOf, type Token } from './printed.ts';

/**
 * Throws ClickHouseError 497 unless the argument with this number is a literal of at most NEEDLE_BYTES. `at` is the
 * function's name; undefined: the function has no such argument.
 */
export function judgeNeedle(tokens: readonly Token[], at: number, argument: number | undefined): void {
  if (argument === undefined) return;
  const [needle, ...more] = argumentsAt(tokens, at + 1)[argument] ?? [];
  const isShort = needle?.type === 'StringLiteral' && Buffer.byteLength(needle.text) - 2 <= NEEDLE_BYTES;
  if (isShort && more.length === 0) return;
  const name = nameOf(tokens[at] ?? { type: '', text: '' });
  throw denied(
    `${name} is for analysts only with a literal of at most ${NEEDLE_BYTES} bytes as the text to look for (argument ${argument + 1}); LIKE, match and splitByString take other texts`,
  );
}

/** The tokens of each argument in the round bracket that opens at this place. */
function argumentsAt(tokens: readonly Token[], opening: number): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(opening)) {
    if (token.type.startsWith('Closing')) depth -= 1;
    if (depth === 0 && token.type.startsWith('Closing')) break;
    if (depth === 1 && token.type === 'Comma') found.push([]);
    else if (depth > 0) found.at(-1)?.push(token);
    if (token.type.startsWith('Opening')) depth += 1;
  }
  return found;
}
