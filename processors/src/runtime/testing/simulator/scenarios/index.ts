import type { Scenario } from '../scenario.ts';
import { counting } from './counting.ts';
import { deadLetters } from './dead-letters.ts';
import { regrouping } from './regrouping.ts';

export const SCENARIOS: readonly Scenario[] = [counting, deadLetters, regrouping];
