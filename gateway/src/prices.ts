/**
 * Cost of fields, besides the 1 of a plain field. The budget of a document is BUDGET.complexity. A query to ClickHouse
 * takes about 20 ms of processor time, as much as some thousand plain fields.
 */
export const PRICES = {
  /** One query to ClickHouse. */
  question: 4_000,
  /**
   * A count beside a page. The page multiplies it by its size, so small pages pay too little for it, but none too much.
   */
  count: 15,
  /** Violation statistics: one query for each of their tables. */
  statistics: 8_000,
  /** Devices of the network are asked, for seconds: one such field in a document. */
  network: 20_000,
  /** One of many values that a batch reads with one query. */
  batched: 10,
} as const;
