import { parseArgs } from 'node:util';
import { answer, lines } from '../vectors/answer.ts';
import { type Golden, goldens } from '../vectors/golden.ts';
import { programs } from '../vectors/programs.ts';

const help = `Runs our programs over the golden vectors and says where they differ from Kafka Streams.

  node topologies/scripts/compare-vectors.ts [options] [PROGRAM ...]

  --vectors DIR   goldens to compare with (default topologies/vectors/goldens)
  --show N        how many differing lines to show of a program (default 5)
  --help          this text
`;

const { values, positionals } = parseArgs({
  options: { vectors: { type: 'string' }, show: { type: 'string', default: '5' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) {
  console.log(help);
} else {
  const wanted = goldens(values.vectors).filter(
    ({ program }) => positionals.length === 0 || positionals.includes(program),
  );
  const results = wanted.map(golden => {
    const difference = differenceOf(golden);
    if (difference.length > 0) console.log(`${golden.program}\n${difference.slice(0, Number(values.show)).join('\n')}`);
    return { records: golden.input.length, results: golden.output.length, isEqual: difference.length === 0 };
  });
  const sum = (of: (result: (typeof results)[number]) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  console.log(
    `${sum(({ isEqual }) => Number(isEqual))} of ${results.length} programs equal, ${sum(({ records }) => records)} records in, ` +
      `${sum(result => result.results)} out`,
  );
  process.exitCode = results.every(({ isEqual }) => isEqual) ? 0 : 1;
}

/** The lines that only one side has, in order: `-` Kafka Streams', `+` ours. */
function differenceOf(golden: Golden): readonly string[] {
  if (!(golden.program in programs)) return ['  we have no program of this name'];
  try {
    const theirs = lines(golden);
    const ours = lines(answer(golden));
    const at = theirs.findIndex((line, index) => line !== ours[index]);
    if (at === -1 && ours.length === theirs.length) return [];
    const first = at === -1 ? theirs.length : at;
    return [first, first + 1, first + 2].flatMap(index => [
      `  - ${theirs[index] ?? 'nothing'}`,
      `  + ${ours[index] ?? 'nothing'}`,
    ]);
  } catch (error: unknown) {
    return [`  ${error instanceof Error ? error.message : error}`];
  }
}
