/** Codes of all errors in this package. */
export const modelErrorCodes = [
  'MODEL_CARD_INVALID',
  'MODEL_FILE_MISSING',
  'MODEL_HASH_MISMATCH',
  'MODEL_FILE_UNEXPECTED',
  'MODEL_FILE_REFUSED',
  'MODEL_OUTPUT_UNEXPECTED',
  'MODEL_NUMBERS_INVALID',
  'LABELS_INVALID',
] as const;

export type ModelErrorCode = (typeof modelErrorCodes)[number];

/** None of these is retriable: the same files fail again. */
export abstract class ModelError extends Error {
  abstract readonly code: ModelErrorCode;
  readonly retriable = false;
}

export class ModelCardInvalidError extends ModelError {
  override readonly name = 'ModelCardInvalidError';
  readonly code = 'MODEL_CARD_INVALID';

  constructor(cardPath: string, problem: string, cause?: unknown) {
    super(`the model card ${cardPath} is not valid: ${problem}`, { cause });
  }
}

export class ModelFileMissingError extends ModelError {
  override readonly name = 'ModelFileMissingError';
  readonly code = 'MODEL_FILE_MISSING';

  constructor(cardPath: string, file: string, cause: unknown) {
    super(`the model card ${cardPath} names ${file}, which cannot be read: put the weights there or correct "file"`, {
      cause,
    });
  }
}

export class ModelHashMismatchError extends ModelError {
  override readonly name = 'ModelHashMismatchError';
  readonly code = 'MODEL_HASH_MISMATCH';
  readonly expectedSha256: string;
  readonly actualSha256: string;

  constructor(file: string, expectedSha256: string, actualSha256: string) {
    super(
      `${file} has sha256 ${actualSha256}, its card says ${expectedSha256}: fetch the file that belongs to the card again, ` +
        'or, if the new file is the one you want, write its sha256 into the card',
    );
    this.expectedSha256 = expectedSha256;
    this.actualSha256 = actualSha256;
  }
}

/** Why a file is refused before it runs. `layout`: it may run, but its results are of no known kind. */
export const refusalReasons = [
  'not-onnx',
  'damaged',
  'too-large',
  'external-data',
  'too-new',
  'operator',
  'input',
  'layout',
  'classes',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** The file must not or cannot be used as a detector. The message says what to do. */
export class ModelFileRefusedError extends ModelError {
  override readonly name = 'ModelFileRefusedError';
  readonly code = 'MODEL_FILE_REFUSED';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The file's inputs or outputs are not those of its card. */
export class ModelFileUnexpectedError extends ModelError {
  override readonly name = 'ModelFileUnexpectedError';
  readonly code = 'MODEL_FILE_UNEXPECTED';
}

export class ModelOutputUnexpectedError extends ModelError {
  override readonly name = 'ModelOutputUnexpectedError';
  readonly code = 'MODEL_OUTPUT_UNEXPECTED';

  constructor(name: string, dims: readonly number[], expected: string) {
    super(
      dims.length === 0
        ? `the model has no float32 output "${name}": correct the names under "output" in its card`
        : `the model's output "${name}" has the shape [${dims.join(', ')}], but its card says ${expected}: correct "output.layout" or "classes"`,
    );
  }
}

export class ModelNumbersInvalidError extends ModelError {
  override readonly name = 'ModelNumbersInvalidError';
  readonly code = 'MODEL_NUMBERS_INVALID';

  constructor(box: readonly number[]) {
    super(
      `the model gives a box with the numbers ${box.join(', ')} (left, top, right, bottom, class, confidence, points), but its card ` +
        'says that it gives pixels and a confidence from 0 to 1: export the model again, or correct "output.layout"',
    );
  }
}
