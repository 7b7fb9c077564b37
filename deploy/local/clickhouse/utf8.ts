import { isUtf8 } from 'node:buffer';
import { ClickHouseError } from './errors.ts';

/** The text of a statement's bytes. Throws ClickHouseError 62 when they are no UTF-8, since decoding would replace them. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new ClickHouseError(
    62,
    "Syntax error: a literal has bytes that are no UTF-8; write them with unhex('ff')",
    'SYNTAX_ERROR',
  );
}
