/** Where quantum.wasm lies: beside the package's modules. Not asked where the module is imported: a Worker's modules have no address. */
export const asset = (): URL => new URL('./quantum.wasm', import.meta.url)
