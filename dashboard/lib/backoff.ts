/** Wait before try `attempt` (0 is the first after a loss): 2 s, 4 s, 8 s ... 30 s at most. */
export const backoffMs = (attempt: number): number => Math.min(30_000, 2000 * 2 ** Math.min(attempt, 8));
