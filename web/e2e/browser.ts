import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium' // Debian's package

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args })
}

/**
 * Everything that went wrong in a page: errors on its console, exceptions, requests that failed or were refused. A request
 * the page itself lets go, as those of a market it leaves, is none of it.
 */
export function complaints(page: Page): string[] {
  const all: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') all.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => all.push(`exception: ${error.stack ?? error.message}`))
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText ?? ''
    if (why !== 'net::ERR_ABORTED') all.push(`failed: ${request.url()} ${why}`)
  })
  page.on('response', response => {
    if (response.status() >= 400) all.push(`refused: ${response.status()} ${response.url()}`)
  })
  return all
}

/** How many pixels of the chart's canvases are painted in a colour, given as red, green and blue. */
export function pixels(page: Page, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  return page.evaluate(
    ([r, g, b]) => {
      let count = 0
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>('#chart canvas')) {
        const { width, height } = canvas
        if (width === 0 || height === 0) continue
        const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
        copy?.drawImage(canvas, 0, 0)
        const data = copy?.getImageData(0, 0, width, height).data ?? []
        for (let i = 0; i < data.length; i += 4) {
          if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++
        }
      }
      return count
    },
    [red, green, blue] as const,
  )
}
