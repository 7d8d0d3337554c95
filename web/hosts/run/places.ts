import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const sdk = `${root}web/sdk`
export const here = `${root}web/hosts`

/** Where the package is unpacked and what runs it is built, anew for each run. */
export const built = `${here}/node_modules/.run`
export const installed = `${built}/node_modules/@quantum-signals/sdk`

/** What wasm/parity has prepared, and where results go. */
export const parity = `${root}build/parity`
