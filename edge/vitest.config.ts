import { defineConfig } from 'vitest/config'

// The Worker as it is deployed, on workerd, beside a real origin. One file at a
// time: some start many instances of a large program.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/*.test.ts'],
    globalSetup: './test/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
