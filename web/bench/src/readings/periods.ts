/** The engine's defaults for the seven readings; every contestant uses them. */
export const wave = { channel: 9, average: 12, signal: 3 }
export const flow = { period: 60, multiplier: 150, offset: 2.5 }
export const relative = { period: 14 }
export const stochastic = { rsi: 14, period: 14, k: 3, d: 3 }
export const schaff = { period: 10, fast: 23, slow: 50, factor: 0.5 }

/** The period of the EMA whose step is the Schaff factor: 2/(n + 1) = 0.5. */
export const schaffSmoothing = 2 / schaff.factor - 1
