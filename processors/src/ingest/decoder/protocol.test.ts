import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecoderMessage, DecoderMessageError, frameMessage, MessageParser } from './protocol.ts';

const opened = (playId: number): DecoderMessage => ({ kind: 'opened', playId });

test('messages arrive complete, however the pipe splits them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }),
      (jpegs, cuts) => {
        const bytes = Buffer.concat(jpegs.map((jpeg, index) => frameMessage(opened(index), jpeg)));
        const parser = new MessageParser();
        const found: [DecoderMessage, number[]][] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          for (const { message, jpeg } of parser.push(bytes.subarray(at, at + size)))
            found.push([message, [...(jpeg ?? [])]]);
          at += size;
        }
        expect(found).toEqual(jpegs.map((jpeg, index) => [opened(index), [...jpeg]]));
      },
    ),
  );
});

test('a message longer than any picture is refused at its head, so nothing waits for the rest of it', () => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(100, 0);
  head.writeUInt32BE(0xffff_ffff, 4);
  expect(() => new MessageParser().push(head)).toThrow(DecoderMessageError);
});
