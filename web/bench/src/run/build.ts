import { copyFile, mkdir, rm } from 'node:fs/promises'
import { type BuildOptions, build } from 'esbuild'

/** This package's directory. */
export const here = process.cwd()

/** Where what is built for a run goes: below node_modules, so that no tool looks at it. */
export const built = `${here}/node_modules/.bench`

/**
 * The files of contestants. Each becomes a bundle of its own, so that no two
 * share code: a function called by one only is compiled for that one only.
 */
export const fields = {
  quantum: 'src/quantum.ts',
  floor: 'src/readings/floor.ts',
  'floor-stream': 'src/readings/floor-stream.ts',
  ixjb94: 'src/readings/ixjb94.ts',
  debut: 'src/readings/debut.ts',
  'trading-signals': 'src/readings/trading-signals.ts',
  indicatorts: 'src/readings/indicatorts.ts',
  lightweight: 'src/readings/lightweight.ts',
  technicalindicators: 'src/readings/technicalindicators.ts',
  'volume-floor': 'src/volume/floor.ts',
  'volume-lightweight': 'src/volume/lightweight.ts',
  'volume-technicalindicators': 'src/volume/technicalindicators.ts',
} as const

/** As a web page would have it: one minified module, the packages' own module builds, nothing left to import. */
export const bundling = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['module', 'source'],
  external: ['node:*'],
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions

/** Builds the fields and both hosts, and lays `module` beside them, where the package looks for quantum.wasm. */
export async function buildAll(module: string): Promise<void> {
  await rm(built, { recursive: true, force: true })
  await mkdir(built, { recursive: true })
  const entryPoints = { ...fields, page: 'src/host/page.ts', node: 'src/host/node.ts' }
  await build({ ...bundling, entryPoints, outdir: built })
  await copyFile(module, `${built}/quantum.wasm`)
}
