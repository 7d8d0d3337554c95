// Loading quantum.wasm and calling it: what wasm/ABI.md promises, typed.

import { EngineError } from './errors.ts'

/** The version of wasm/ABI.md this package keeps to. */
export const abiVersion = 1

type Offset = number
type Handle = number
type Status = number

type Step = (
  handle: Handle,
  open_time: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  out: Offset,
) => Status

/** The calls both kinds of engine have, by what comes after `cipher_` and `volume_`. */
export interface EngineExports {
  free(handle: Handle): Status
  next: Step
  peek: Step
  next_many(
    handle: Handle,
    candles: Offset,
    out: Offset,
    stride: number,
    count: number,
    columns: number,
    events: number,
  ): number
  events(handle: Handle): number
  info(handle: Handle, out: Offset): Status
  snapshot(handle: Handle, out: Offset, capacity: number): number
  restore(snapshot: Offset, bytes: number): Handle
}

type Prefixed<P extends string, T> = { [K in keyof T & string as `${P}_${K}`]: T[K] }
type Profiled = (params: Offset, count: number, rows: Offset, rowCount: number, out: Offset, capacity: number) => number

/** The module's exports. */
export interface Exports extends Prefixed<'cipher', EngineExports>, Prefixed<'volume', EngineExports> {
  memory: WebAssembly.Memory
  _initialize(): void
  abi_version(): number
  engine_version(): Offset
  catalog(): Offset
  last_error(): Offset
  events(): Offset
  memory_used(): number
  reserve(size: number): Offset
  release(offset: Offset): Status
  cipher(
    params: Offset,
    count: number,
    interval: number,
    candles: Offset,
    out: Offset,
    bars: number,
    columns: number,
  ): Status
  cipher_new(params: Offset, count: number, interval: number): Handle
  volume: Profiled
  volume_trades: Profiled
  volume_new(params: Offset, count: number, interval: number, range: Offset, rangeWords: number): Handle
  volume_profile(handle: Handle, out: Offset, capacity: number): number
  volume_previous(handle: Handle, out: Offset, capacity: number): number
  volume_naked(handle: Handle, out: Offset, capacity: number): number
}

/** Where the module may come from. */
export type ModuleSource = string | URL | Response | BufferSource | WebAssembly.Module

type Bytes = string | URL | Response | BufferSource

/** A compiled module, and the hash of its bytes where those were seen. */
export interface Compiled {
  module: WebAssembly.Module
  sha256: string | undefined
}

/** @throws {EngineError} `unsupported` where the source cannot be read here. */
export async function compile(source: ModuleSource): Promise<Compiled> {
  if (source instanceof WebAssembly.Module) return { module: source, sha256: undefined }
  // To the type checker a Module is any object, so that the line above rules out all of them.
  const bytes = await read(source as Bytes)
  const [module, sha256] = await Promise.all([WebAssembly.compile(bytes), hash(bytes)])
  return { module, sha256 }
}

async function read(source: Bytes): Promise<BufferSource> {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return source
  if (!(source instanceof Response)) {
    const url = new URL(source, globalThis.location?.href)
    const file = url.protocol === 'file:' && nodeFile(url)
    if (file) return file
    source = await fetch(url)
  }
  if (!source.ok) unsupported(`${source.url} answered ${source.status}`)
  return source.arrayBuffer()
}

/** Node's fetch reads no files; every other host's does, or has none. */
function nodeFile(url: URL): BufferSource | undefined {
  const node = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process
  const fs = node?.getBuiltinModule?.('node:fs') as { readFileSync(url: URL): Uint8Array<ArrayBuffer> } | undefined
  return fs?.readFileSync(url)
}

/** Undefined where the host has no SubtleCrypto, as pages without TLS. */
async function hash(bytes: BufferSource): Promise<string | undefined> {
  const sum = await globalThis.crypto?.subtle?.digest('SHA-256', bytes)
  return sum && Array.from(new Uint8Array(sum), byte => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Starts a compiled module.
 * @throws {EngineError} `unsupported` where it is no quantum.wasm of this version.
 */
export function instantiate(module: WebAssembly.Module): Exports {
  const imports = WebAssembly.Module.imports(module)
  if (imports.length > 0) unsupported('this is no quantum.wasm: it imports something')
  // The cast is checked by the version: ABI.md, which a test holds against the module, lists the exports.
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports
  if (typeof exports._initialize !== 'function' || typeof exports.abi_version !== 'function') {
    unsupported('this is no quantum.wasm: it has no abi_version')
  }
  exports._initialize()
  const version = exports.abi_version()
  if (version !== abiVersion) unsupported(`quantum.wasm has ABI version ${version}, this package wants ${abiVersion}`)
  return exports
}

function unsupported(text: string): never {
  throw new EngineError({ code: 'unsupported', text })
}
