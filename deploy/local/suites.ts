import type { PartName } from './parts.ts';

export interface Suite {
  /** A project of vitest.config.ts. */
  readonly name: string;
  readonly needs: readonly PartName[];
  /** True: the suite needs the whole product, started only for it. */
  readonly stack?: true;
  readonly limitMs: number;
}

const minutes = (n: number): number => n * 60_000;

export const SUITES: readonly Suite[] = [
  { name: 'unit', needs: [], limitMs: minutes(10) },
  { name: 'topology', needs: [], limitMs: minutes(10) },
  { name: 'kafka', needs: ['kafka', 'registry'], limitMs: minutes(15) },
  { name: 'clickhouse', needs: ['kafka', 'registry', 'clickhouse'], limitMs: minutes(10) },
  { name: 'redis', needs: ['kafka', 'registry', 'redis'], limitMs: minutes(5) },
  { name: 'gateway', needs: ['kafka', 'registry', 'clickhouse', 'redis'], limitMs: minutes(10) },
  // the chaos suite starts its own parts and kills them
  { name: 'chaos', needs: [], limitMs: minutes(20) },
  { name: 'e2e', needs: [], stack: true, limitMs: minutes(15) },
];
