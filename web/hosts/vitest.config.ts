import { defineConfig } from 'vitest/config'

// The package as it is packed, in every host there is. One host at a time: they
// share a machine, and some tests say how long things took.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: './run/setup.ts',
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
