// The live client where it runs: one program that listens until it is told to
// end, and one that is sent away with every close code there is a rule for.

import { Live, type LiveOptions, type LiveState, type Message, type SocketConstructor } from '@quantum-signals/sdk/live'

/** What a client has lived through, as words that compare. */
export interface Heard {
  /** As in `connecting`, `live`, `waiting 1006`, `closed 4500`. */
  states: string[]
  /** What each channel delivered: `snap 0`, a `seq`, `gap 4-7 source`. */
  channels: Record<string, (number | string)[]>
  /** Why it waited, each reason once. */
  reasons: string[]
}

/**
 * Listens to `channels` at `url`, says again and again to `report` what it has heard, and ends when that answers `over`.
 * `Socket` is for hosts that have no WebSocket.
 */
export async function listen(
  { url, channels, report }: { url: string; channels: string[]; report: string },
  Socket?: SocketConstructor,
): Promise<Heard> {
  const { live, heard } = client(url, { silence: 2_000 }, Socket)
  for (const channel of channels) {
    live.subscribe(channel as `bars:${string}`, m => said(heard, m), { snap: true })
  }
  live.connect()
  for (;;) {
    const answer = await fetch(report, { method: 'POST', body: JSON.stringify(heard) })
    if ((await answer.text()) === 'over') break
    await new Promise(done => setTimeout(done, 20))
  }
  live.close()
  return heard
}

/** Connects to each address, a name with it, until it is closed for good or live for the second time. */
export async function farewells(
  { urls, token }: { urls: Record<string, string>; token?: string },
  Socket?: SocketConstructor,
): Promise<Record<string, string[]>> {
  const lives = Object.entries(urls).map(
    ([name, url]) =>
      new Promise<[string, string[]]>(done => {
        const { live, heard } = client(url, token === undefined ? {} : { token }, Socket, ({ name: now }) => {
          const over = now === 'closed' || heard.states.filter(s => s === 'live').length === 2
          if (over) done([name, [...heard.states]])
          if (over && now === 'live') queueMicrotask(() => live.close())
        })
        live.connect()
      }),
  )
  return Object.fromEntries(await Promise.all(lives))
}

function client(
  url: string,
  options: LiveOptions,
  Socket: SocketConstructor | undefined,
  entered: (state: LiveState) => void = () => {},
): { live: Live; heard: Heard } {
  const heard: Heard = { states: [], channels: {}, reasons: [] }
  const live = new Live(url, {
    backoff: { first: 50, max: 500 },
    ...options,
    ...(Socket && { WebSocket: Socket }),
    onState: state => {
      heard.states.push('code' in state ? `${state.name} ${state.code}` : state.name)
      if (state.name === 'waiting' && !heard.reasons.includes(state.reason)) heard.reasons.push(state.reason)
      entered(state)
    },
  })
  return { live, heard }
}

function said(heard: Heard, m: Message): void {
  heard.channels[m.ch] ??= []
  heard.channels[m.ch]!.push(
    m.t === 'snap' ? `snap ${m.seq}` : m.t === 'gap' ? `gap ${m.from}-${m.to} ${m.why}` : m.seq,
  )
}
