declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

declare module '*/worker.mjs' {
  const worker: { fetch(request: Request, env: unknown, context: unknown): Promise<Response> }
  export default worker
}

/** Hash of quantum.wasm in hex; the build sets it. */
declare const WASM_SHA256: string
