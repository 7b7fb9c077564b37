import { SCENARIOS, type Scenario } from '@sightline/processors/runtime/simulator';
import { joins } from './joins.ts';
import { tables } from './tables.ts';
import { windows } from './windows.ts';

/** Made with the DSL. */
export const DSL_SCENARIOS: readonly Scenario[] = [windows, joins, tables];
/** Every application that is simulated. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS, ...DSL_SCENARIOS];
