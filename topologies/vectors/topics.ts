import type { Windowed } from '@sightline/processors/runtime';
import { sessionWindowed, timeWindowed } from '@sightline/processors/runtime';
import { type Serde, type Topic, topic } from '@sightline/schemas/topic';
import { int64, utf8 } from '../src/dsl/serdes.ts';

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;

/** A topic of the vectors: keys are text, values text or numbers, in the format of Kafka Streams' own serdes. */
function texts(name: string): Topic<string, string> {
  return topic(name, { key: utf8, value: utf8, ...kept });
}

function amounts(name: string): Topic<string, number> {
  return topic(name, { key: utf8, value: int64, ...kept });
}

export const numbers = amounts('numbers');
export const words = texts('words');
export const left = texts('left');
export const right = texts('right');
export const orders = texts('orders');
export const prices = texts('prices');

export const outputTexts = texts('output');
export const outputNumbers = amounts('output');
export const small = amounts('small');
export const even = amounts('even');
export const rest = amounts('rest');
export const counts = amounts('counts');
export const sums = amounts('sums');

/** Keys in time windows of one size. */
export function outputWindows<V>(sizeMs: number, value: Serde<V>): Topic<Windowed<string>, V> {
  return topic('output', { key: timeWindowed(utf8, sizeMs), value, ...kept });
}

export function outputSessions<V>(value: Serde<V>): Topic<Windowed<string>, V> {
  return topic('output', { key: sessionWindowed(utf8), value, ...kept });
}

/** The new key when numbers are regrouped. */
export function parity(number: number): string {
  return number % 2 === 0 ? 'even' : 'odd';
}
