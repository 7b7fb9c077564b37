import { SCENARIOS, type Scenario } from '@sightline/processors/runtime/simulator';
import { allWindows } from './all-windows.ts';
import { idleWindows } from './idle-windows.ts';
import { joins } from './joins.ts';
import { lookups } from './lookups.ts';
import { tables } from './tables.ts';
import { windows } from './windows.ts';

/** Applications built with the DSL. */
export const DSL_SCENARIOS: readonly Scenario[] = [windows, allWindows, idleWindows, joins, tables, lookups];
/** All simulated applications. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS, ...DSL_SCENARIOS];
