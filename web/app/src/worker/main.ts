// The page's worker: it fetches, listens, computes and compares.

import type { Ask, Market, Tell, Told } from '../protocol.ts'
import { Api } from './api.ts'
import { Engine } from './engine.ts'
import { Session } from './session.ts'

const marketsEvery = 15_000
const retryAfter = 5_000
const patience = 10_000 // for the list of markets

const scope = self as unknown as DedicatedWorkerGlobalScope // this file is only ever run as a worker
const api = new Api(new URL('/api/v1/', scope.location.href))
const socket = new URL('/api/v1/ws', scope.location.href)

let engine: Engine | undefined
let markets: Market[] = []
let session: Session | undefined
let opened: Extract<Ask, { type: 'open' }> | undefined
let again: ReturnType<typeof setTimeout> | undefined

scope.onmessage = ({ data }: MessageEvent<Ask>) => {
  switch (data.type) {
    case 'open':
      opened = data
      open()
      break
    case 'view':
      tellOpened({ type: 'profile', profile: session?.profile(data.from, data.to, data.rows) ?? null })
      break
    case 'retry':
      void start()
  }
}

function tell(message: Told, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer)
}

function tellOpened(message: Tell): void {
  tell(opened ? { ...message, serial: opened.serial } : message)
}

/** Loads the engine and the list of markets; the page then says which series it wants. */
async function start(): Promise<void> {
  clearTimeout(again)
  session?.close()
  session = undefined
  try {
    tell({ type: 'phase', phase: { name: 'loading', step: 'Loading the engine' } })
    engine ??= await Engine.load()
    tell({ type: 'engine', engine: { ...engine.info, server: null } })
    tell({ type: 'phase', phase: { name: 'loading', step: 'Asking for the markets' } })
    await look()
    if (markets.length === 0) tell({ type: 'phase', phase: { name: 'empty' } })
    if (opened) open()
  } catch (error) {
    failed(error)
  }
}

/** Says why there is nothing to see, and tries again by itself. */
function failed(error: unknown): void {
  session?.close()
  session = undefined
  tell({ type: 'phase', phase: { name: 'failed', message: error instanceof Error ? error.message : String(error) } })
  clearTimeout(again)
  again = setTimeout(() => void start(), retryAfter)
}

function open(): void {
  if (!engine || !opened) return
  clearTimeout(again)
  session?.close()
  const { market, interval, serial } = opened
  const last = markets.find(m => m.market === market)?.last[interval]
  session = new Session({
    market,
    interval,
    last,
    api,
    engine,
    socket,
    tell: (message, transfer) => tell({ ...message, serial }, transfer),
    failed,
  })
  void session.start()
}

async function look(): Promise<void> {
  markets = await api.markets(AbortSignal.timeout(patience))
  tell({ type: 'markets', markets })
}

// States of markets change slowly; a look that fails is made good by the next.
setInterval(() => {
  if (session) look().catch(() => {})
}, marketsEvery)

void start()
