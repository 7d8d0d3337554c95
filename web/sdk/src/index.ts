/// <reference lib="esnext.disposable" preserve="true" />
// Quantum Cipher and Quantum Volume in TypeScript. The live client is `@quantum-signals/sdk/live`.

export type { components, operations, paths } from './api.ts'
export { type Candle, type CandleColumns, type CandleRow, Candles, type CandlesLike, type UnixMs } from './candles.ts'
export type { Catalog, ParamInfo, Params, ReadingInfo, Side } from './catalog.ts'
export type { CipherColumns, CipherEvent, CipherNames, CipherOutput, CipherStream, CipherWanted } from './cipher.ts'
export { type EngineCode, EngineError, type Refusal, type Rule } from './errors.ts'
export type { EngineEvent, Point } from './events.ts'
export { type Interval, intervalMs } from './interval.ts'
export type { Compiled, ModuleSource } from './module.ts'
export type { VolumeNode, VolumeProfile, VolumeShape } from './profile.ts'
export {
  type CipherOptions,
  type CipherParams,
  type CipherSettings,
  type CipherStreamOptions,
  Quantum,
  type Trades,
  type VolumeParams,
  type VolumeStreamOptions,
} from './quantum.ts'
export type {
  NakedPoc,
  VolumeColumns,
  VolumeEvent,
  VolumeLevels,
  VolumeRange,
  VolumeSession,
  VolumeStream,
} from './volume.ts'
