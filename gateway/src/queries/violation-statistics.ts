export type Grain = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

export interface ViolationCount {
  readonly key: string;
  readonly count: number;
  readonly open: number;
}

export interface TimeCount {
  /** Start of the step in the asked time zone, ms since 1970. */
  readonly timeMs: number;
  readonly count: number;
}

export interface ViolationStatistics {
  readonly total: number;
  readonly open: number;
  readonly byStore: readonly ViolationCount[];
  readonly byCamera: readonly ViolationCount[];
  readonly byType: readonly ViolationCount[];
  readonly overTime: readonly TimeCount[];
  /** ClickHouse was not reached: these are the last minutes alone. */
  readonly degraded: boolean;
}
