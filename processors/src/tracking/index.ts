export { alive, awaited, confirmedOnly, hold, remembered, type Tracked, track, trackIdAt } from './tracker.ts';
