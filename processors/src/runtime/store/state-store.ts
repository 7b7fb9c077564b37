export interface StateStore {
  readonly name: string;
}

export interface StoreOptions {
  /** False: the state is lost with the task. Default true. */
  readonly logged?: boolean;
  /** Where the state lies; default the application's. */
  readonly engine?: 'memory' | 'lmdb';
}
