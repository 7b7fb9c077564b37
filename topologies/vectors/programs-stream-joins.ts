import { seconds } from '@sightline/schemas/duration';
import { type JoinWindow, joinWindow } from '../src/dsl/join-window.ts';
import type { KStream } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import type { Programs } from './program-type.ts';
import { left, outputTexts, right } from './topics.ts';

const around = joinWindow({ before: seconds(5), after: seconds(5), grace: 0 });
const aroundGrace = joinWindow({ before: seconds(5), after: seconds(5), grace: seconds(3) });
const before = joinWindow({ before: seconds(5), after: 0, grace: 0 });
const after = joinWindow({ before: 0, after: seconds(5), grace: 0 });
const lopsidedGrace = joinWindow({ before: seconds(1), after: seconds(5), grace: seconds(3) });
const sameTime = joinWindow({ before: 0, after: 0, grace: seconds(3) });
const later = joinWindow({ before: -seconds(1), after: seconds(5), grace: seconds(3) });
const earlier = joinWindow({ before: seconds(5), after: -500, grace: 0 });

/** Two streams joined by key and close times: StreamJoinPrograms.java. */
export const streamJoinPrograms: Programs = {
  'stream-join-inner': inner(around),
  'stream-join-inner-grace': inner(aroundGrace),
  'stream-join-inner-before': inner(before),
  'stream-join-inner-after': inner(after),
  'stream-join-inner-same-time': inner(sameTime),
  'stream-join-left': leftOuter(around),
  'stream-join-left-grace': leftOuter(aroundGrace),
  'stream-join-left-before': leftOuter(before),
  'stream-join-left-lopsided-grace': leftOuter(lopsidedGrace),
  'stream-join-inner-later': inner(later),
  'stream-join-left-later': leftOuter(later),
  'stream-join-left-earlier': leftOuter(earlier),
  'stream-join-outer-later': fullOuter(later),
  'stream-join-outer-earlier': fullOuter(earlier),
  'stream-join-outer': fullOuter(around),
  'stream-join-outer-grace': fullOuter(aroundGrace),
  'stream-join-outer-after': fullOuter(after),
  'stream-join-outer-lopsided-grace': fullOuter(lopsidedGrace),

  'stream-join-inner-nulls': builder => {
    const [lefts, rights] = withNulls(builder);
    lefts.join('join', rights, both, aroundGrace).to('output', outputTexts);
  },
  'stream-join-left-nulls': builder => {
    const [lefts, rights] = withNulls(builder);
    lefts.leftJoin('join', rights, both, around).to('output', outputTexts);
  },
  'stream-join-outer-nulls': builder => {
    const [lefts, rights] = withNulls(builder);
    lefts.outerJoin('join', rights, both, aroundGrace).to('output', outputTexts);
  },
};

type Program = (builder: StreamsBuilder) => void;

function inner(window: JoinWindow): Program {
  return builder => {
    const rights = builder.stream('right', right);
    builder.stream('left', left).join('join', rights, both, window).to('output', outputTexts);
  };
}

function leftOuter(window: JoinWindow): Program {
  return builder => {
    const rights = builder.stream('right', right);
    builder.stream('left', left).leftJoin('join', rights, both, window).to('output', outputTexts);
  };
}

function fullOuter(window: JoinWindow): Program {
  return builder => {
    const rights = builder.stream('right', right);
    builder.stream('left', left).outerJoin('join', rights, both, window).to('output', outputTexts);
  };
}

type Nullable = KStream<string | null, string | null>;

function withNulls(builder: StreamsBuilder): readonly [left: Nullable, right: Nullable] {
  return [builder.stream('left', left, { nulls: 'pass' }), builder.stream('right', right, { nulls: 'pass' })];
}

function both(one: string | null, other: string | null): string {
  return `${one}+${other}`;
}
