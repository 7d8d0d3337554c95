// Builds the package: modules with their types, quantum.wasm beside them, and
// inline.js, one file with the module inside, for where no second can be had.
//   node build.mjs [directory]     dist by default
// Fails where the package is over the budget in budget.json.

import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const home = fileURLToPath(new URL('..', import.meta.url))
const dist = process.argv[2] ?? `${home}dist`
const wasm = fileURLToPath(new URL('../../../wasm/quantum.wasm', import.meta.url))

rmSync(dist, { recursive: true, force: true })
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
execFileSync(process.execPath, [compiler, '-p', `${home}tsconfig.build.json`, '--outDir', dist], { stdio: 'inherit' })
copyFileSync(wasm, `${dist}/quantum.wasm`)

/** Puts the bytes in the place of their address. */
const carried = {
  name: 'carried',
  load(id) {
    if (!id.endsWith('/asset.js')) return null
    return `export const asset = () => Uint8Array.from(atob('${readFileSync(wasm).toString('base64')}'), c => c.charCodeAt(0))`
  },
}
await build({
  root: home,
  configFile: false,
  logLevel: 'warn',
  plugins: [carried],
  build: {
    lib: { entry: `${dist}/index.js`, formats: ['es'], fileName: 'inline' },
    outDir: dist,
    emptyOutDir: false,
    target: 'es2023',
    minify: false,
  },
})
writeFileSync(`${dist}/inline.d.ts`, "export * from './index.js'\n")
execFileSync(process.execPath, [`${home}scripts/budget.mjs`, dist], { stdio: 'inherit' })
