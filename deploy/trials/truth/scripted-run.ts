import { setTimeout as sleep } from 'node:timers/promises';
import { openControl } from '@sightline/processors/control';
import type { Stack } from '../installations/stack.ts';
import type { Figure } from '../tools/figure.ts';
import { playScript, scriptedConfiguration } from './scripted-cameras.ts';
import { scriptedVerdict } from './scripted-verdict.ts';

/** How long the script goes on after the last fault. */
const AFTERWARDS_MS = 5_000;

export interface ScriptedRun<T> {
  /** What `faults` resolved with. */
  readonly faults: T;
  readonly seconds: number;
  /** The verdict: each violation exactly once, everywhere. */
  readonly figures: readonly Figure[];
}

/** Plays the script to an installation while `faults` harms it, then holds topics, ClickHouse and GraphQL against the script. */
export async function scriptedRun<T>(stack: Stack, faults: () => Promise<T>): Promise<ScriptedRun<T>> {
  const cell = await stack.connect();
  const control = await openControl(cell, error => console.error(String(error)));
  const startMs = Date.now();
  await control.append({ actor: 'chaos', changes: scriptedConfiguration(startMs), effectiveAtMs: 0 });
  const ending = new AbortController();
  const script = playScript(cell, startMs, ending.signal);
  const result = await faults();
  await sleep(AFTERWARDS_MS);
  ending.abort();
  const durationMs = await script;
  const figures = await scriptedVerdict(stack, cell, { startMs, durationMs });
  await control.close();
  await cell.close();
  return { faults: result, seconds: durationMs / 1_000, figures };
}
