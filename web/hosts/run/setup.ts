import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { build, type Plugin } from 'esbuild'
import { built, here, installed, parity, root, sdk } from './places.ts'

/** Packs the package as it would be published, unpacks it as a user's npm would, and bundles the suite beside it. */
export default async function setup(): Promise<void> {
  rmSync(built, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', built], {
    cwd: sdk,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [tarball] = readdirSync(built).filter(name => name.endsWith('.tgz'))
  execFileSync('tar', ['-xzf', `${built}/${tarball}`, '-C', installed, '--strip-components=1'])
  const manifest = { type: 'module', dependencies: { '@quantum-signals/sdk': '*' } }
  writeFileSync(`${built}/package.json`, JSON.stringify(manifest))

  const options = { bundle: true, format: 'esm', target: 'es2022', outdir: built, logLevel: 'warning' } as const
  await build({
    ...options,
    entryPoints: ['process', 'page'].map(name => `${here}/entry/${name}.ts`),
    external: ['@quantum-signals/sdk', 'ws'],
  })
  await build({ ...options, entryPoints: [`${here}/entry/worker.ts`], plugins: [byAddress] })
  await build({ ...options, entryPoints: [`${here}/entry/workerd.ts`], plugins: [asWorkersDo] })
  execFileSync('go', ['build', '-o', `${built}/parity`, './wasm/parity'], { cwd: root, stdio: 'inherit' })
  // scripts/parity.sh has prepared already, and has results of other hosts beside it.
  if (!process.env.PARITY_PREPARED) execFileSync(`${built}/parity`, ['prepare', '-dir', parity], { cwd: root })
}

/** Import maps are for windows alone: a worker names the package by its address. */
const byAddress: Plugin = {
  name: 'by address',
  setup({ onResolve }) {
    const dist = '/node_modules/@quantum-signals/sdk/dist'
    onResolve({ filter: /^@quantum-signals\/sdk$/ }, () => ({ path: `${dist}/index.js`, external: true }))
    onResolve({ filter: /^@quantum-signals\/sdk\/live$/ }, () => ({ path: `${dist}/live.js`, external: true }))
  },
}

/** Bundles the unpacked package and leaves its module to be imported, as wrangler does. */
const asWorkersDo: Plugin = {
  name: 'as Workers do',
  setup({ onResolve }) {
    onResolve({ filter: /^@quantum-signals\/sdk$/ }, () => ({ path: `${installed}/dist/index.js` }))
    onResolve({ filter: /^@quantum-signals\/sdk\/live$/ }, () => ({ path: `${installed}/dist/live.js` }))
    onResolve({ filter: /\/quantum\.wasm$/ }, () => ({ path: './quantum.wasm', external: true }))
  },
}
