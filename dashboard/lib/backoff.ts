/** Wait before try `attempt` (0 is the first after a loss): 1 s, 2 s, 4 s, 8 s, then 10 s. */
export const backoffMs = (attempt: number): number => Math.min(10_000, 1_000 * 2 ** Math.min(attempt, 8));
