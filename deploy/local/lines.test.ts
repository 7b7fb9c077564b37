import { expect, test } from 'vitest';
import { showLine } from './lines.ts';

test('a value with a line break or a change of direction stays on its line, in order', () => {
  const line = JSON.stringify({ level: 30, msg: 'taken up', fileName: 'a\nready\u202e\u2028.mp4' });
  expect(showLine('ingest', line, false)).toBe(
    'ingest     | info taken up fileName=a\\u{a}ready\\u{202e}\\u{2028}.mp4',
  );
});
