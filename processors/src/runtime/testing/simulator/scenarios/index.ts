import type { Scenario } from '../scenario.ts';
import { atLeastOnce } from './at-least-once.ts';
import { counting } from './counting.ts';
import { deadLetters } from './dead-letters.ts';
import { regrouping } from './regrouping.ts';
import { ticks } from './ticks.ts';

export const SCENARIOS: readonly Scenario[] = [counting, deadLetters, regrouping, ticks, atLeastOnce];
