import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { built, bundling, fields, here } from './build.ts'

/** Bytes of a package as a page gets it: minified, and compressed by gzip -9. */
export interface Size {
  readonly name: string
  readonly whole: Bytes
  /** What the seven readings need, the composition included. */
  readonly part?: Bytes
}

interface Bytes {
  readonly minified: number
  readonly gzip: number
}

const packages = {
  '@ixjb94/indicators': 'ixjb94',
  '@debut/indicators': 'debut',
  'trading-signals': 'trading-signals',
  indicatorts: 'indicatorts',
  'lightweight-charts-indicators': 'lightweight',
  technicalindicators: 'technicalindicators',
} as const

/** Sizes of the SDK, of quantum.wasm and of every peer. */
export async function sizes(): Promise<Size[]> {
  const sdk = await bundle(`export * from '@quantum-signals/sdk'`)
  const wasm = bytes(await readFile(`${built}/quantum.wasm`))
  const peers = Object.entries(packages).map(async ([name, field]) => ({
    name,
    whole: await bundle(`export * from '${name}'`),
    part: await bundle(`export { default } from './${fields[field]}'`),
  }))
  return [
    { name: 'quantum, sdk and wasm', whole: { minified: sdk.minified + wasm.minified, gzip: sdk.gzip + wasm.gzip } },
    { name: 'quantum.wasm alone', whole: wasm },
    ...(await Promise.all(peers)),
  ]
}

async function bundle(contents: string): Promise<Bytes> {
  const stdin = { contents, resolveDir: here, loader: 'ts' } as const
  const { outputFiles } = await build({ ...bundling, stdin, write: false })
  return bytes(outputFiles[0]!.contents)
}

function bytes(contents: Uint8Array): Bytes {
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length }
}
