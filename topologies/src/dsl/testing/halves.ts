import { topic } from '@sightline/schemas/topic';
import { joinWindow } from '../join-window.ts';
import { utf8 } from '../serdes.ts';
import type { StreamsBuilder } from '../streams-builder.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
export const pair = (one: string | null, other: string | null) => `${one}+${other}`;
export const aroundRecord = joinWindow({ before: 20, after: 10, grace: 5 });

export const halvesInput = texts('halves-in');
const [outer, left, priced, both] = ['outer', 'left', 'priced', 'both'].map(name => texts(`halves-${name}`)) as [Texts, Texts, Texts, Texts]; // biome-ignore format: one line
type Texts = ReturnType<typeof texts>;
export const halvesOutputs = [outer, left, priced, both];

/**
 * One topic split into words of odd and of even length, which meet in every kind of join that needs no new key. Every
 * task has one input, so its order decides everything.
 */
export function halves(builder: StreamsBuilder): void {
  const stream = builder.stream('in', halvesInput);
  const { odd, even } = stream.branch('half', { odd: ({ value }) => value.length % 2 === 1 }, 'even');
  odd.outerJoin('outer', even, pair, aroundRecord).to('to-outer', outer);
  odd.leftJoin('left', even, pair, aroundRecord).to('to-left', left);
  const latest = even.toTable('latest');
  odd.leftJoin('priced', latest, pair).to('to-priced', priced);
  const long = stream.toTable('all').filter('long', value => value.length > 2);
  const joined = long.outerJoin('both', latest, pair, { store: 'both-store', value: utf8 });
  joined.toStream('tell-both').to('to-both', both);
}
