// Makes a module that stops on a bug it does not have.

const sections = { export: 7, code: 10 }

/** The module, but an exported function traps where its argument at a place is a certain number below 64. */
export function trapping(module: Uint8Array, name: string, argument: number, value: number): Buffer<ArrayBuffer> {
  const index = exported(module, name)
  const parts: Uint8Array[] = [module.subarray(0, 8)]
  for (const [id, content] of split(module)) {
    const made = id === sections.code ? recoded(content, index, argument, value) : content
    parts.push(Uint8Array.of(id), leb(made.length), made)
  }
  return Buffer.concat(parts)
}

function split(module: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = []
  const at = new Cursor(module, 8)
  while (!at.ended) found.push([at.number(), at.bytes(at.number())])
  return found
}

/** Index of an exported function; the module imports none. */
function exported(module: Uint8Array, name: string): number {
  const [, content] = split(module).find(([id]) => id === sections.export)!
  const at = new Cursor(content)
  for (let left = at.number(); left > 0; left--) {
    const text = Buffer.from(at.bytes(at.number())).toString()
    const kind = at.number()
    const index = at.number()
    if (text === name && kind === 0) return index
  }
  throw new Error(`the module exports no function ${name}`)
}

function recoded(content: Uint8Array, index: number, argument: number, value: number): Uint8Array {
  const at = new Cursor(content)
  const count = at.number()
  const bodies: Uint8Array[] = [leb(count)]
  for (let i = 0; i < count; i++) {
    const body = at.bytes(at.number())
    const made = i === index ? guarded(body, argument, value) : body
    bodies.push(leb(made.length), made)
  }
  return Buffer.concat(bodies)
}

/** Behind the locals: local.get, i32.const, i32.eq, if, unreachable, end. */
function guarded(body: Uint8Array, argument: number, value: number): Uint8Array {
  const at = new Cursor(body)
  for (let groups = at.number(); groups > 0; groups--) {
    at.number()
    at.number()
  }
  const guard = Uint8Array.of(0x20, argument, 0x41, value, 0x46, 0x04, 0x40, 0x00, 0x0b)
  return Buffer.concat([body.subarray(0, at.place), guard, body.subarray(at.place)])
}

function leb(n: number): Uint8Array {
  const bytes: number[] = []
  for (; n > 127; n >>>= 7) bytes.push((n & 127) | 128)
  return Uint8Array.of(...bytes, n)
}

class Cursor {
  readonly #bytes: Uint8Array
  place: number

  constructor(bytes: Uint8Array, place = 0) {
    this.#bytes = bytes
    this.place = place
  }

  get ended(): boolean {
    return this.place >= this.#bytes.length
  }

  number(): number {
    let n = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.place++]!
      n |= (byte & 127) << shift
      if (byte < 128) return n
    }
  }

  bytes(length: number): Uint8Array {
    const from = this.place
    this.place += length
    return this.#bytes.subarray(from, this.place)
  }
}
