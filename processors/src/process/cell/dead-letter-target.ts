import { maxMessageBytes, topics } from '@sightline/schemas';
import type { DeadLetterTarget } from '../../log/index.ts';
import type { Cell } from './cell.ts';

/** The cell's dead-letter topic. */
export const deadLetterTarget = (cell: Pick<Cell, 'name' | 'partitions'>): DeadLetterTarget => ({
  topic: cell.name(topics.deadLetters),
  partitions: cell.partitions(topics.deadLetters),
  maxBytes: maxMessageBytes(topics.deadLetters),
});
