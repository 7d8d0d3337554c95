// A window: what the test calls. In a worker the window only carries messages.

import type { Request } from '../suite/perform.ts'
import { perform } from '../suite/perform.ts'
import { given } from './given.ts'

Object.assign(globalThis, {
  inWindow: (request: Request) => perform(given, request),
  inWorker: (request: Request) =>
    new Promise((answer, fail) => {
      const worker = new Worker('/worker.js', { type: 'module' })
      worker.onmessage = ({ data }) => {
        worker.terminate()
        if ('error' in data) fail(new Error(data.error))
        else answer(data.answer)
      }
      worker.onerror = event => fail(new Error(event.message))
      worker.postMessage(request)
    }),
})
