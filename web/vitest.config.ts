import { defineConfig } from 'vitest/config'

// What needs no browser and no server of ours; the browser's own test is e2e's.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { include: ['{sdk,app}/**/*.test.ts'], environment: 'node', passWithNoTests: false, testTimeout: 30_000 },
})
