export interface StateStore {
  readonly name: string;
}

export interface StoreOptions {
  /** False: the state is lost with the task. Default true. */
  readonly logged?: boolean;
  /** Where the state is stored; default: the application's setting. */
  readonly engine?: 'memory' | 'lmdb';
}
