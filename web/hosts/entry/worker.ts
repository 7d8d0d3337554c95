import { perform } from '../suite/perform.ts'
import { given } from './given.ts'

globalThis.onmessage = async ({ data }: MessageEvent) => {
  try {
    globalThis.postMessage({ answer: await perform(given, data) })
  } catch (error) {
    globalThis.postMessage({ error: error instanceof Error ? error.stack : String(error) })
  }
}
