/** An error in ClickHouse's form: `Code: N. DB::Exception: text. (NAME)`. */
export class ClickHouseError extends Error {
  readonly code: number;
  readonly retriable = false;

  constructor(code: number, message: string, name: string) {
    super(`Code: ${code}. DB::Exception: ${message}. (${name})`);
    this.code = code;
  }
}

/** The error for something that analysts may not do. */
export const denied = (what: string): ClickHouseError =>
  new ClickHouseError(497, `Not enough privileges: ${what}`, 'ACCESS_DENIED');

/** Code and text of an engine's error, without the repeated prefix and the version. */
export function engineError(error: unknown): { readonly code: number; readonly text: string } {
  const text = error instanceof Error ? error.message : String(error);
  const match = /^Code: (\d+)\./.exec(text);
  if (match === null) return { code: 1002, text: `Code: 1002. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)` };
  const tidy = text
    .replace(/^(Code: \d+\. DB::Exception: )(Code: \d+\. DB::Exception: )+/, '$1')
    .replace(/ \(version [\d.]+\)\.(?= \([A-Z_]+\)$)/, '');
  return { code: Number(match[1]), text: tidy };
}

const BY_CODE: Readonly<Record<number, number>> = {
  ...byStatus(400, [6, 26, 27, 36, 38, 41, 42, 43, 53, 62, 69, 72, 108, 117, 168, 344, 354, 456, 457]),
  ...byStatus(403, [164, 192, 193, 497, 516]),
  ...byStatus(404, [16, 46, 47, 50, 60, 81, 115]),
  ...byStatus(408, [159]),
  ...byStatus(413, [307, 396]),
  ...byStatus(501, [48]),
  ...byStatus(503, [202]),
};

/** HTTP status of an error code, as a ClickHouse server answers it. */
export const httpStatus = (code: number): number => BY_CODE[code] ?? 500;

function byStatus(status: number, codes: readonly number[]): Readonly<Record<number, number>> {
  return Object.fromEntries(codes.map(code => [code, status]));
}
