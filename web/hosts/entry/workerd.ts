// workerd compiles no code at run time: the module is imported, compiled
// already, as in any Cloudflare Worker.

import { Quantum } from '@quantum-signals/sdk'
import module from '@quantum-signals/sdk/quantum.wasm'
import { perform } from '../suite/perform.ts'

export default {
  async fetch(request: Request, { SHA256 }: { SHA256: string }): Promise<Response> {
    const quantum = async () => new Quantum({ module, sha256: SHA256 })
    try {
      return Response.json(await perform({ quantum }, await request.json()))
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 })
    }
  },
}
