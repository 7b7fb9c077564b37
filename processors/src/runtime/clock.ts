export { type Clock, passed, systemClock } from '../log/clock.ts';
