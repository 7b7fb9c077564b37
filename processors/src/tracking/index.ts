export { alive, confirmedOnly, hold, remembered, type Tracked, track, trackIdAt } from './tracker.ts';
