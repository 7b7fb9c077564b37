/**
 * What fields cost beside the 1 of a plain one: the budget of a document is BUDGET.complexity. A question to
 * ClickHouse takes about 20 ms of processor time, as long as some thousand plain fields.
 */
export const PRICES = {
  /** One question to ClickHouse. */
  question: 4_000,
  /** A count beside a page; the page multiplies it by its size, so small pages pay it too little, never too much. */
  count: 15,
  /** Violation statistics: a question for each of their tables. */
  statistics: 8_000,
  /** One of many that a batch answers with one question. */
  batched: 10,
} as const;
