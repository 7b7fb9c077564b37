/** A start cannot go on. `message` says why; `fix` says which command or setting helps. */
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
