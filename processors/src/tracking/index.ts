export { alive, confirmedOnly, hold, type Tracked, track, trackIdAt } from './tracker.ts';
