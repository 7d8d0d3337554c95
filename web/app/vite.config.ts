import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const origin = process.env.QUANTUM_ORIGIN ?? 'http://127.0.0.1:8080' // of `quantum serve`, for `npm run dev`
const budget = 96 * 1024 // bytes of script, gzipped: most of it is the chart library

/** Fails the build when the page's scripts outgrow the budget. */
function sizeBudget(): Plugin {
  return {
    name: 'size-budget',
    generateBundle(_, bundle) {
      const size = Object.values(bundle).reduce((n, f) => n + (f.type === 'chunk' ? gzipSync(f.code).length : 0), 0)
      if (size > budget) this.error(`scripts are ${size} bytes gzipped, must be at most ${budget}`)
    },
  }
}

/** Ships the licences of what CSS brings in; those of scripts are Vite's to list. */
function fontLicense(): Plugin {
  return {
    name: 'font-license',
    generateBundle() {
      const path = fileURLToPath(import.meta.resolve('@fontsource-variable/inter/LICENSE'))
      this.emitFile({ type: 'asset', fileName: 'licenses/inter.txt', source: readFileSync(path) })
    },
  }
}

export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [sizeBudget(), fontLicense()],
  build: {
    target: 'es2023',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    license: { fileName: 'licenses/scripts.txt' },
  },
  worker: { format: 'es' },
  server: {
    fs: { allow: [root] }, // wasm/quantum.wasm lies beside web
    proxy: { '/api': { target: origin, ws: true } },
  },
})
