declare module '@quantum-signals/sdk/quantum.wasm' {
  const module: WebAssembly.Module
  export default module
}
