import { defineConfig } from 'vitest/config';

/** Its bounds are those of the whole machine, so nothing runs beside it. */
const alone = 'test/**/*.alone.test.ts';

export default defineConfig({
  test: {
    // Longer than any wait of a test, which says what it waited for.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [alone],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: [alone], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
