/** A start that cannot go on: `message` says what, `fix` the line or setting that helps. */
export class StartError extends Error {
  readonly code:
    | 'PORT_TAKEN'
    | 'ALREADY_RUNNING'
    | 'NOT_READY'
    | 'MIGRATION_CHANGED'
    | 'PART_UNREACHABLE'
    | 'BUILD_FAILED';
  readonly fix: string;
  readonly retriable = false;

  constructor(code: StartError['code'], message: string, fix: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.fix = fix;
  }
}
