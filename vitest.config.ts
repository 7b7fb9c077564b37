import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

/** A file's suffix says what it needs; `npm test` starts it and gives the addresses as TEST_*. */
const NEEDY = ['kafka', 'clickhouse', 'redis', 'gateway', 'chaos', 'e2e', 'train'];
/** Tests that wait in real time. `npm run check` leaves them out. */
const SLOW = process.env.FAST_TESTS === '1' ? ['**/*.slow.test.ts'] : [];
const IGNORED = ['**/node_modules/**', '**/.next/**', '.sightline/**', ...SLOW];

/** One copy of graphql: its packages load the CommonJS build, so our sources must too. */
const ONE_GRAPHQL = [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }];

const suite = (name: string, include: string[], exclude: string[] = []) => ({
  resolve: { alias: ONE_GRAPHQL },
  test: {
    name,
    include,
    exclude: [...IGNORED, ...exclude],
    testTimeout: name === 'unit' || name === 'topology' ? 10_000 : 120_000,
    hookTimeout: 120_000,
    // End-to-end files share one product: a camera that one adds would move the tiles that another measures.
    ...(name === 'e2e' && { maxWorkers: 1 }),
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      suite('unit', ['**/*.test.ts', '**/*.test.tsx'], ['topologies/**', ...NEEDY.map(need => `**/*.${need}.test.ts`)]),
      suite(
        'topology',
        ['topologies/**/*.test.ts'],
        NEEDY.map(need => `**/*.${need}.test.ts`),
      ),
      ...NEEDY.map(need => suite(need, [`**/*.${need}.test.ts`])),
    ],
  },
});
