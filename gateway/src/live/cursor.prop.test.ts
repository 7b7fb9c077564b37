import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInputError } from '../errors.ts';
import { parseCursor, writeCursor } from './cursor.ts';

const offsets = fc.array(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 50 });

test('a cursor returns the offsets from which it was made, for the same number of partitions only', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{32}$/), offsets, (topicId, given) => {
      const position = { topicId, offsets: given };
      expect(parseCursor(writeCursor(position), given.length)).toEqual(position);
      expect(() => parseCursor(writeCursor(position), given.length + 1)).toThrow(BadInputError);
    }),
  );
});

test('any other text is refused as bad input', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      expect(() => parseCursor(text, 4)).toThrow(BadInputError);
    }),
  );
});
