/** Where quantum.wasm lies: beside the package's modules. */
export const asset = new URL('./quantum.wasm', import.meta.url)
