// Bundles the Worker around what scripts/edge.sh has built: dist/worker.js with
// app.wasm and quantum.wasm beside it, the same bytes for wrangler and for tests.
import { copyFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const home = fileURLToPath(new URL('.', import.meta.url))
const wasm = `${home}../wasm/`

/** Modules that are compiled already are imported by their place beside the bundle. */
const compiled = {
  name: 'compiled modules',
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${path.split('/').pop()}`, external: true }))
  },
}

copyFileSync(`${wasm}quantum.wasm`, `${home}dist/quantum.wasm`)
await build({
  entryPoints: [`${home}src/worker.ts`],
  outfile: `${home}dist/worker.js`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  alias: { '@quantum-signals/sdk': `${home}../web/sdk/src/index.ts` },
  external: ['cloudflare:*'],
  define: { WASM_SHA256: JSON.stringify(JSON.parse(readFileSync(`${wasm}quantum.json`, 'utf8')).sha256) },
  plugins: [compiled],
  logLevel: 'warning',
})
