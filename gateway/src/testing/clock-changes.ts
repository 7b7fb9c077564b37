const [QUARTER_MS, HOUR_MS, DAY_MS] = [900_000, 3_600_000, 86_400_000];
const [FIRST_MS, LAST_MS] = [Date.UTC(2020, 0, 1), Date.UTC(2031, 0, 1)];

/** What a wall clock shows, as `2026-11-21 14:03`. */
export function wallClock(timeZone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return timeMs => format.format(timeMs);
}

/**
 * Times around every clock change from 2020 to 2030, of each time zone that changes its clocks; of zones that change
 * alike only one. Clocks change at full quarters of an hour.
 */
export function timesOfChanges(): ReadonlyMap<string, readonly number[]> {
  const zones = new Map<string, readonly [string, readonly number[]]>();
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    const changes = changesOf(timeZone);
    const alike = `${changes} ${wallClock(timeZone)(FIRST_MS)}`;
    if (changes.length > 0 && !zones.has(alike)) zones.set(alike, [timeZone, changes.flatMap(timesAround)]);
  }
  return new Map(zones.values());
}

function changesOf(timeZone: string): readonly number[] {
  const clock = wallClock(timeZone);
  const offset = (timeMs: number): number => Date.parse(`${clock(timeMs).replace(' ', 'T')}Z`) - timeMs;
  const changes: number[] = [];
  for (let fromMs = FIRST_MS; fromMs < LAST_MS; fromMs += 14 * DAY_MS) {
    let [low, high] = [fromMs, fromMs + 14 * DAY_MS];
    if (offset(low) === offset(high)) continue;
    while (high - low > QUARTER_MS) {
      const middle = low + Math.floor((high - low) / (2 * QUARTER_MS)) * QUARTER_MS;
      if (offset(middle) === offset(fromMs)) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

const timesAround = (changeMs: number): readonly number[] => [
  ...[-5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7].map(quarter => changeMs + quarter * QUARTER_MS),
  ...[-25, -13, -3, 3, 13, 25].map(hour => changeMs + hour * HOUR_MS + 61_234),
];
