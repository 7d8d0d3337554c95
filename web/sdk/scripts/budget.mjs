// Holds the built package to its budget, in bytes after gzip -9: the module as
// it is, the entries bundled and minified. Prints all, fails where one is over.
//   node budget.mjs [directory] [budget]     dist and budget.json by default

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const home = fileURLToPath(new URL('..', import.meta.url))
const dist = resolve(process.argv[2] ?? `${home}dist`)
const budget = process.argv[3] ?? `${home}budget.json`

/** The entry and all it imports, as a page would get it; the module is an asset beside it. */
async function minified(entry) {
  const { output } = await build({
    root: home,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      rollupOptions: { input: `${dist}/${entry}`, preserveEntrySignatures: 'strict', output: { format: 'es' } },
    },
  })
  return output.find(part => part.type === 'chunk').code
}

const parts = {
  'quantum.wasm': readFileSync(`${dist}/quantum.wasm`),
  sdk: await minified('index.js'),
  live: await minified('live.js'),
  inline: await minified('inline.js'),
}
const over = []
for (const [part, most] of Object.entries(JSON.parse(readFileSync(budget, 'utf8')))) {
  const bytes = Buffer.from(parts[part])
  const size = gzipSync(bytes, { level: 9 }).length
  console.log(`${part}: ${bytes.length} bytes, ${size} with gzip -9, of ${most}`)
  if (size > most) {
    over.push(`${part} is ${size} bytes with gzip -9, ${size - most} over its budget of ${most} in ${budget}`)
  }
}
if (over.length > 0) {
  console.error(`${over.join('\n')}\nMake it smaller, or raise the budget and say why.`)
  process.exit(1)
}
