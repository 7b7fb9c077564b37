/** Durations in milliseconds. */
export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;
/** Sizes in bytes. */
export const mib = (n: number): number => n * 1_048_576;
export const gib = (n: number): number => n * 1_073_741_824;
