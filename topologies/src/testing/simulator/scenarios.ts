import { SCENARIOS, type Scenario } from '@sightline/processors/runtime/simulator';

/** Every application that is simulated: those of the engine itself, and those made with the DSL. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS];
